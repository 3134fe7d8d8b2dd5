"""The page of a record: everything public of it, nothing else, the same queries for every record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalogue.models import Evidence, InnovationPage, Milestone
from catalogue.models.terms import Scheme
from search.engines import get_engine
from search.errors import SearchUnavailable
from tests import factories
from tests.pages import counting, links_of, main_of, text_of

pytestmark = pytest.mark.django_db


def read(client, page: InnovationPage, **query):
    response = client.get(page.get_url(), query)
    assert response.status_code == 200
    return response


def test_words_rows_and_facts_are_there(client, world):
    words = text_of(read(client, world.complete))
    for expected in (
        world.complete.title,
        world.complete.summary,
        world.complete.problem,
        world.complete.solution,
        "Uji coba di dua puskesmas",
        "Kader posyandu",
        "Laporan 2023",
        "120 menit",
        "30 menit",
        "Dinas Contoh",
        "Laporan tahunan instansi",
    ):
        assert expected in words, expected


def test_facts_lead_to_their_pages(client, world):
    links = links_of(main_of(read(client, world.complete)))
    for expected in (
        "/id/agencies/gov-35.10-dinas-contoh/",
        "/id/browse/region/35.10/",
        "/id/browse/sector/health/",
        "/id/browse/value/adaptif/",
        "/id/browse/sdg/3/",
        "/id/browse/tag/antrean/",
        "/id/browse/year/2019/",
        "/id/browse/award/top-99-inovasi-pelayanan-publik/",
    ):
        assert expected in links, expected


def test_a_year_is_never_written_as_a_number_with_separators(client, world):
    assert "2.019" not in text_of(read(client, world.complete))


def test_the_english_page_shows_indonesian_text_where_it_has_none(client, world):
    html = main_of(read(client, world.english))
    assert "People register from home" in html
    assert (
        f'<section id="problem" lang="id" dir="auto"><h2>Problem</h2><p>{world.complete.problem}</p>' in html
    )


def test_it_leads_to_its_other_language(client, world):
    assert world.english.get_url() in links_of(read(client, world.complete).content.decode())
    assert world.complete.get_url() in links_of(read(client, world.english).content.decode())


def test_without_a_translation_the_switch_leads_to_the_nearest_page_above(client, world):
    index = world.tree.innovations["en"].get_url()
    assert index in links_of(read(client, world.plain).content.decode())


def test_private_and_expired_evidence_stays_away(client, world):
    kind = factories.term(Scheme.EVIDENCE_TYPE, "report")
    yesterday = timezone.localdate() - timedelta(days=1)
    public = Evidence.Visibility.PUBLIC
    Evidence.objects.create(
        page=world.complete, evidence_type=kind, title="Surat tertutup", url="https://a.id/1"
    )
    Evidence.objects.create(
        page=world.complete,
        evidence_type=kind,
        title="Surat kedaluwarsa",
        url="https://a.id/2",
        visibility=public,
        expires_on=yesterday,
    )
    words = text_of(read(client, world.complete))
    assert "Surat tertutup" not in words
    assert "Surat kedaluwarsa" not in words


def test_the_family_names_public_relatives_alone(client, world):
    hidden = factories.innovation("Salinan tertutup", parent=world.section)
    factories.replication(hidden, world.complete, date=date(2023, 1, 1))
    html = main_of(read(client, world.complete))
    assert world.copy.get_url() in links_of(html)
    assert "Salinan tertutup" not in html


def test_a_copy_shows_where_it_came_from(client, world):
    assert world.complete.get_url() in links_of(main_of(read(client, world.copy)))


def test_similar_records_come_with_the_reason(client, world):
    words = text_of(read(client, world.complete))
    assert world.copy.title in words


def test_it_works_while_search_is_down(client, world, monkeypatch):
    def refuse(self, *args):
        raise SearchUnavailable("the index is missing")

    monkeypatch.setattr(type(get_engine()), "similar", refuse)
    assert world.complete.summary in text_of(read(client, world.complete))


@pytest.mark.parametrize("given", ["q=sampah&page=2", "sector=health"])
def test_it_leads_back_to_a_search_of_this_site(client, world, given):
    assert f"/id/search/?{given}" in links_of(main_of(read(client, world.complete, **{"from": given})))


@pytest.mark.parametrize(
    "given", ["sector=nonsense", "https://example.com/", "//example.com", "page=0", "x" * 5000]
)
def test_it_never_leads_anywhere_else(client, world, given):
    html = main_of(read(client, world.complete, **{"from": given}))
    assert "example.com" not in html
    assert "sector=nonsense" not in html


def test_a_draft_and_a_private_record_are_not_read(client, world):
    assert client.get(world.draft.get_url()).status_code == 404
    assert client.get(world.hidden.get_url()).status_code in {302, 403, 404}


def test_a_demonstration_record_says_so(client, world):
    InnovationPage.objects.filter(pk=world.plain.pk).update(origin=InnovationPage.Origin.DEMO_SYNTHETIC)
    assert 'class="badge warm"' in main_of(read(client, world.plain))
    assert 'class="badge warm"' not in main_of(read(client, world.complete))


def test_a_record_without_a_source_says_so(client, world):
    InnovationPage.objects.filter(pk=world.plain.pk).update(source="", source_url="")
    words = text_of(read(client, world.plain)).lower()
    assert "not recorded yet" in words or "belum dicatat" in words


def test_a_preview_of_a_draft_can_be_read(rf, world):
    world.plain.milestones = [Milestone(title="Baru direncanakan")]
    response = world.plain.make_preview_request(preview_mode=world.plain.default_preview_mode)
    assert response.status_code == 200
    assert "Baru direncanakan" in response.content.decode()


def test_the_same_queries_whatever_the_number_of_rows(client, world, monkeypatch):
    read(client, world.complete)
    with counting(monkeypatch) as before:
        read(client, world.complete)
    for number in range(12):
        Milestone.objects.create(page=world.complete, title=f"Tonggak {number}")
        copy = factories.innovation(f"Salinan {number}")
        factories.replication(copy, world.complete, date=date(2022, 1, 2))
    with counting(monkeypatch) as after:
        read(client, world.complete)
    assert len(after.statements) == len(before.statements) <= 45
    assert after.searches == 0
