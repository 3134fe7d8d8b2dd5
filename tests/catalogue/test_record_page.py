"""The page of a record: everything public of it, nothing else, the same queries for every record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction

from catalogue.models import AwardReceived, Evidence, InnovationPage, Milestone
from catalogue.models.terms import Scheme
from home import shell, sites
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


def test_a_preview_shows_what_the_page_will(client, world):
    """Stored rows are read in one statement, a preview's from memory: the same words in the same order."""
    record = InnovationPage.objects.get(pk=factories.complete_innovation("Dua jalan").pk)
    file_of(record, "laporan.pdf")
    record.awards.add(AwardReceived(award=factories.term(Scheme.AWARD, "kipp"), year=2020, rank="Top 45"))
    record.core_values.add(factories.term(Scheme.ANEKA, "akuntabilitas"))
    record.sdgs.add(*(factories.term(Scheme.SDG, code) for code in ("11", "2")))
    record.tags.add(factories.tag("aa-daring"))
    record.save()
    preview = InnovationPage.objects.get(pk=record.pk).make_preview_request(preview_mode="id")
    assert main_of(preview) == main_of(read(client, record))


def test_a_preview_shows_codes_that_are_not_saved(world):
    record = InnovationPage.objects.get(pk=world.plain.pk)
    record.sdgs = [factories.term(Scheme.SDG, "11")]
    record.tags.add(factories.tag("bank-sampah-digital"))
    shown = links_of(main_of(record.make_preview_request(preview_mode="id")))
    assert "/id/browse/sdg/11/" in shown
    assert "/id/browse/tag/bank-sampah-digital/" in shown


def test_a_file_of_a_closed_collection_is_not_linked(client, world):
    closed = Collection.get_first_root_node().add_child(name="Tertutup")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    below = closed.add_child(name="Di bawahnya")
    public, hidden = (file_of(world.plain, name) for name in ("terbuka.pdf", "tertutup.pdf"))
    get_document_model().objects.filter(pk=hidden.pk).update(collection=below)
    links = links_of(main_of(read(client, world.plain)))
    assert public.url in links
    assert hidden.url not in links


def file_of(page: InnovationPage, name: str):
    made = get_document_model().objects.create(title=name, file=ContentFile(b"isi", name))
    kind = factories.term(Scheme.EVIDENCE_TYPE, "report")
    public = Evidence.Visibility.PUBLIC
    Evidence.objects.create(page=page, evidence_type=kind, title=name, document=made, visibility=public)
    return made


STATEMENTS = 8
"""Most statements of a page without a family, of a translation's too."""
FAMILY = 5
"""And what the relatives of a record add, however many."""


@pytest.fixture
def asked(client, monkeypatch):
    """Statements of a record's page while menu, footer and site are kept, and from an empty cache."""
    monkeypatch.setattr(shell, "KEPT_SECONDS", 3600)
    monkeypatch.setattr(sites, "KEPT_SECONDS", 3600)

    def count(page: InnovationPage) -> tuple[int, int]:
        read(client, page)
        with counting(monkeypatch) as cold:
            read(client, page)
            before = len(cold.statements)
            read(client, page)
        assert cold.searches == 0
        return len(cold.statements) - before, before

    return count


def test_the_same_queries_for_a_bare_record_and_a_rich_one(world, asked):
    bare = factories.innovation("Tanpa apa-apa", agency="gov-73.10")
    rich = factories.complete_innovation("Dengan segalanya", parent=factories.section(private=False))
    file_of(rich, "laporan.pdf")
    for number in range(12):
        Milestone.objects.create(page=rich, title=f"Tonggak {number}")
    (few, cold), (many, cold_many) = asked(bare), asked(rich)
    assert few == many <= STATEMENTS
    assert cold == cold_many <= 15
    rich.image = get_image_model().objects.create(title="Foto", file=get_test_image_file())
    rich.save()
    assert asked(rich)[0] == few


def test_the_same_queries_whatever_the_size_of_the_family(world, asked):
    before, _cold = asked(world.complete)
    for number in range(12):
        factories.replication(factories.innovation(f"Salinan {number}"), world.complete)
    assert asked(world.complete)[0] == before <= STATEMENTS + FAMILY


def test_a_translation_asks_for_its_source_and_no_more(world, asked):
    source = factories.innovation("Bersumber")
    assert asked(factories.translation(source))[0] <= STATEMENTS
