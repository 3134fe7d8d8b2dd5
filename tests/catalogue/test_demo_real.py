"""The real innovations: each with its source, and no more than the source says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from catalogue.demo.real import source_text, status_date
from catalogue.documents import InnovationSource, public_records
from catalogue.models import CollectionPage, InnovationPage, StatusEntry
from catalogue.seeds.files import json_lines, rows, split
from catalogue.services.admin_indexes import references_filling, search_filling
from home.models import EventPage, NewsPage
from search.models import RecordVersion

Origin = InnovationPage.Origin


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for this module, inside a transaction that is rolled back after its last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo_real")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(demo, db):
    """Each test changes its own copy."""


def record(slug: str, language: str = "id") -> InnovationPage:
    return InnovationPage.objects.get(slug=slug, locale__language_code=language)


def documents() -> dict[str, dict]:
    source = InnovationSource()
    keys = list(source.public_keys())
    return {d.stored["url"]["id"].split("/")[-2]: d for d in source.documents(keys, dict.fromkeys(keys, 1))}


def test_every_record_is_there_in_both_languages(loaded):
    slugs = {row["slug"] for row in json_lines("real-innovations")}
    for is_source, language in ((True, "id"), (False, "en")):
        pages = InnovationPage.objects.filter(is_source=is_source, locale__language_code=language)
        assert set(pages.values_list("slug", flat=True)) == slugs
        assert all(pages.values_list("live", flat=True))
    assert InnovationPage.objects.filter(is_source=True).exclude(origin=Origin.DEMO_REAL).count() == 0


def test_every_page_is_valid_and_the_tree_sound(loaded):
    for page in InnovationPage.objects.all():
        page.full_clean()
    assert all(found == [] for found in Page.find_problems())


def test_a_translation_holds_words_alone(loaded):
    english = record("edat-malaria-teluk-bintuni", "en")
    assert english.title.startswith("EDAT: Early Diagnosis")
    assert english.agency is None
    assert not english.outcomes.exists()
    assert english.record == record("edat-malaria-teluk-bintuni")


def test_facts_and_rows(loaded):
    page = record("edat-malaria-teluk-bintuni")
    assert page.agency.code == "gov-92.06-dinas-kesehatan"
    assert [tag.slug for tag in page.tags.order_by("slug")] == sorted(
        ["malaria", "kader", "kampung", "diagnosis", "kemitraan"]
    )
    first = page.outcomes.first()
    assert (first.baseline, first.actual, first.year) == (Decimal("9.2"), Decimal("0.02"), 2017)
    assert first.indicator.code == "prevalensi-penyakit"
    award = page.awards.get()
    assert (award.award.code, award.year) == ("un-public-service-award", 2018)


def test_stage_and_status_say_no_more_than_the_mapping(loaded):
    mapping = {row["slug"]: row for row in rows("real-mapping")}
    for page in InnovationPage.objects.filter(is_source=True).select_related("stage", "status"):
        assert page.stage.code == mapping[page.slug]["stage"]
        assert page.status.code == mapping[page.slug]["status"]
        assert page.stage.code != "replicated" or page.replicates.exists()


def test_a_status_is_dated_only_where_a_linked_source_dates_it(loaded):
    for entry in StatusEntry.objects.select_related("page", "status"):
        assert entry.page.source_url in entry.source
        assert entry.page.status_confirmed_on == entry.date
        assert entry.page.status == entry.status
    assert record("jempol-permadani-ngawi").status_confirmed_on == date(2025, 3, 16)
    assert not record("mindlab-denmark").status_history.exists()
    assert record("mindlab-denmark").status.code == "stopped"


def test_a_source_without_a_day_counts_from_the_first_of_its_year():
    assert status_date("") == (None, "")
    assert status_date("2025-03-16") == (date(2025, 3, 16), "")
    assert status_date("2024")[0] == date(2024, 1, 1)
    assert "2024" in status_date("2024")[1]


def test_every_record_says_where_it_comes_from(loaded):
    pages = InnovationPage.objects.filter(is_source=True)
    assert not pages.filter(source="").exists()
    assert set(pages.filter(source_url="").values_list("source", flat=True)) == {
        "Pengetahuan umum; sumber belum dicatat",
        "Gatra.com, laporan webinar Jalan Menuju ASN Unggul Pasca Pandemi",
        "MNC Trijaya FM, wawancara dengan Kepala LAN",
        "Laporan peserta pelatihan; tidak ditautkan karena memuat data pribadi",
    }
    assert source_text("press or official page", "https://www.menpan.go.id/x") == (
        "Pemberitaan atau halaman resmi (menpan.go.id)"
    )


def test_values_are_those_of_indonesian_records_alone(loaded):
    foreign = {row["slug"] for row in json_lines("real-innovations") if row["country"] != "ID"}
    assert not InnovationPage.objects.filter(slug__in=foreign, core_values__isnull=False).exists()
    assert record("edat-malaria-teluk-bintuni").core_values.count() == 4


def test_collections_find_exactly_their_members(loaded):
    members: dict[str, set[str]] = {}
    for row in rows("real-mapping"):
        for code in split(row["collections"]):
            members.setdefault(code, set()).add(row["slug"])
    found = documents()
    assert CollectionPage.objects.count() == 2 * len(members) == 6
    for page in CollectionPage.objects.all():
        wanted = QueryDict(page.query).getlist("tag")
        assert page.slug in members
        assert {slug for slug, d in found.items() if set(wanted) & set(d.facets["tag"])} == members[page.slug]


def test_samples_are_labelled(loaded):
    for model in (NewsPage, EventPage):
        assert model.objects.count() == 2
        for page in model.objects.all():
            assert page.title.startswith(("[Contoh]", "[Sample]"))


def test_changes_are_owed_and_the_admins_indexes_are_filled(loaded):
    keys = set(public_records().values_list("translation_key", flat=True))
    assert set(RecordVersion.objects.values_list("key", flat=True)) == keys
    assert (search_filling().done, search_filling().total) == (258, 258)
    assert references_filling().complete
    assert InnovationPage.objects.search("malaria").count() >= 1


def test_a_second_run_writes_nothing(loaded, capsys):
    capsys.readouterr()
    InnovationPage.objects.filter(slug="edat-malaria-teluk-bintuni").update(title="Judul penyunting")
    with CaptureQueriesContext(connection) as captured:
        call_command("demo_real")
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []
    assert len(captured) < 40
    assert "all there" in capsys.readouterr().out


def test_an_unfinished_run_is_finished(loaded):
    gone = record("edat-malaria-teluk-bintuni")
    key = gone.translation_key
    for page in InnovationPage.objects.filter(translation_key=key):
        page.delete()
    call_command("demo_real")
    assert InnovationPage.objects.filter(translation_key=key).count() == 2
