"""What the index is given of a record, and of which records."""

from __future__ import annotations

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from catalogue.documents import InnovationSource
from catalogue.index import DEFINITION
from catalogue.models import InnovationPage
from search.types import Document
from tests import factories

pytestmark = pytest.mark.django_db


def documents(*pages: InnovationPage) -> list[Document]:
    keys = [str(page.translation_key) for page in pages]
    return list(InnovationSource().documents(keys, dict.fromkeys(keys, 7)))


def document(page: InnovationPage) -> Document:
    (found,) = documents(page)
    return found


def test_only_live_and_public_records_become_documents() -> None:
    world = factories.world()
    everything = [*world.public, *world.not_public]
    assert {d.key for d in documents(*everything)} == {str(p.translation_key) for p in world.public}
    assert set(InnovationSource().public_keys()) == {str(p.translation_key) for p in world.public}


def test_an_alias_is_not_a_record_of_its_own() -> None:
    page = factories.innovation()
    alias = page.create_alias(parent=factories.section(private=False), update_slug="salinan")
    assert len(documents(page, alias)) == 1


def test_codes_come_with_their_ancestors() -> None:
    factories.agency("gov-35.10-dinas-contoh", parent="gov-35.10")
    page = factories.innovation(agency="gov-35.10-dinas-contoh", matter="kesehatan", tags=["antrean"])
    facets = document(page).facets
    assert facets["agency"] == ("level-regency", "gov-35.10", "gov-35.10-dinas-contoh")
    assert facets["region"] == ("ID", "35", "35.10")
    assert facets["matter"][-1] == "kesehatan"
    assert facets["tag"] == ("antrean",)
    assert facets["language"] == ("id",)


def test_a_region_of_its_own_wins_over_the_agency_s() -> None:
    page = factories.innovation(region=factories.region("73.10"))
    assert document(page).facets["region"] == ("ID", "73", "73.10")


@pytest.mark.parametrize(
    ("outcomes", "measured"),
    [
        ([], False),
        ([{"actual": 3}], False),
        ([{"baseline": 3}], False),
        ([{"baseline": 0, "actual": 0}], True),
        ([{"actual": 3}, {"baseline": 9, "actual": 3}], True),
    ],
)
def test_measured_means_before_and_after(outcomes: list[dict[str, int]], measured: bool) -> None:
    assert ("measured" in document(factories.innovation(outcomes=outcomes)).facets) is measured


def test_a_year_that_is_not_stated_is_in_no_filter_and_last_in_both_orders() -> None:
    dated = document(factories.innovation(year_started=2015))
    undated = document(factories.innovation())
    assert "year" not in undated.facets
    assert undated.numbers == {}
    assert undated.sorts["newest"] > dated.sorts["newest"]
    assert undated.sorts["oldest"] > dated.sorts["oldest"]


def test_english_words_come_only_from_a_live_public_page() -> None:
    page = factories.innovation("Antrean daring")
    translation = factories.translation(page, "Online queue", state="draft")
    assert "en" not in document(page).texts["title"]
    translation.live = True
    translation.save()
    found = document(page)
    assert found.texts["title"] == {"id": "Antrean daring", "en": "Online queue"}
    assert found.stored["url"]["en"].startswith("/en/innovations/")
    assert found.facets["language"] == ("id", "en")


def test_every_order_ends_in_the_key() -> None:
    found = document(factories.innovation())
    assert set(found.sorts) == {
        *("newest", "oldest", "replicated", "complete", "published"),
        *("title.id", "title.en"),
    }
    assert all(value.endswith(found.key) for value in found.sorts.values())


def test_the_most_replicated_counts_live_copies() -> None:
    origin = factories.innovation("Asal")
    factories.replication(factories.innovation("Salinan"), origin)
    factories.replication(factories.innovation("Salinan yang belum terbit", state="draft"), origin)
    assert document(origin).stored["replicated"] == 1


def test_documents_hold_the_registered_fields_and_nothing_else() -> None:
    found = document(factories.complete_innovation())
    assert set(found.texts) <= {field.name for field in DEFINITION.texts}
    assert set(found.facets) <= set(DEFINITION.facets.by_code)
    assert set(found.stored) == {
        "title", "summary", "url", "language", "agency", "region", "sector", "type", "stage", "status",
        "digital", "year", "confirmed", "tags", "values", "sdgs", "outcomes", "outcome", "replicated",
        "origin", "linked",
    }  # fmt: skip


def test_words_of_labels_and_synonyms_are_searched() -> None:
    page = factories.innovation(tags=["antrean"], matter="kesehatan")
    texts = document(page).texts
    assert "Pemkab Banyuwangi" in texts["agency"]["id"]
    assert "Banyuwangi" in texts["agency"]["en"]
    assert "antrean" in texts["topic"]["id"]


def test_queries_do_not_grow_with_the_number_of_records(django_assert_max_num_queries) -> None:
    pages = [factories.complete_innovation(f"Inovasi {n}") for n in range(12)]
    documents(pages[0])
    with django_assert_max_num_queries(22) as few:
        documents(pages[0])
    with CaptureQueriesContext(few.connection if hasattr(few, "connection") else _connection()) as many:
        documents(*pages)
    assert len(many) == len(few)


def _connection():
    from django.db import connection

    return connection


def test_privacy_of_an_ancestor_hides_and_lifting_it_shows() -> None:
    section = factories.section(private=False)
    page = factories.innovation(parent=section)
    assert documents(page)
    restriction = factories.restrict(section)
    assert not documents(page)
    PageViewRestriction.objects.get(pk=restriction.pk).delete()
    assert documents(page)


def test_the_payload_carries_the_first_measured_outcome() -> None:
    page = factories.innovation(
        outcomes=[
            {"name_id": "Kunjungan", "actual": 9},
            {"name_id": "Waktu", "baseline": "14", "actual": "3"},
        ],
        statuses=[("active", date(2025, 1, 1))],
    )
    outcome = document(page).stored["outcome"]
    assert (outcome["name"], outcome["baseline"], outcome["actual"]) == ({"id": "Waktu"}, 14.0, 3.0)
