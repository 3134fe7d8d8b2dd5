"""A merged code counts as its heir: in the index, in queries, in the API, in files and on pages.

Merges are written here as an import may write them: the old item names its heir, the records keep the old.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse

from catalogue import records
from catalogue.documents import InnovationSource
from catalogue.models import InnovationPage, Term
from catalogue.models.terms import Scheme
from catalogue.rollups import roll_up
from catalogue.services.merge import follow_merges
from catalogue.vocabulary import snapshot
from search.engines import get_engine
from search.models import RecordVersion
from search.types import Document
from search.worker.index import FollowJob
from tests import factories
from tests.pages import links_of, main_of

pytestmark = pytest.mark.django_db

SINGLE = {
    "sector": (Scheme.SECTOR, "sector"),
    "matter": (Scheme.MATTER, "matter"),
    "type": (Scheme.TYPE, "innovation_type"),
    "stage": (Scheme.STAGE, "stage"),
    "status": (Scheme.STATUS, "status"),
}
MANY = {
    "value": (Scheme.VALUE, "values"),
    "sdg": (Scheme.SDG, "sdgs"),
    "award": (Scheme.AWARD, "awards"),
}
MAKERS = {"region": factories.region, "agency": factories.agency, "tag": factories.tag}
FACETS = [*SINGLE, *MANY, *MAKERS]
LISTED = {"value": "values", "sdg": "sdgs", "tag": "tags"}
OLD, BETWEEN, HEIR = "91", "92", "93"
"""Codes that every vocabulary accepts, the goals with their numbers among them."""


def item(facet: str, code: str):
    if facet in MAKERS:
        return MAKERS[facet](code)
    return factories.term((SINGLE | MANY)[facet][0], code)


def carrier(facet: str, *codes: str) -> InnovationPage:
    """A record that carries ``codes``; one of them where the facet takes no list."""
    if facet == "tag":
        return factories.innovation(tags=codes)
    if facet in MANY:
        return factories.innovation(**{MANY[facet][1]: codes})
    name = SINGLE[facet][1] if facet in SINGLE else facet
    return factories.innovation(**{name: item(facet, codes[0])})


def merge_into(facet: str, old: str, heir: str) -> None:
    merged = item(facet, old)
    merged.merged_into = item(facet, heir)
    merged.save()


def document(page: InnovationPage) -> Document:
    key = str(page.translation_key)
    (found,) = InnovationSource().documents([key], {key: 1})
    return found


def version(page: InnovationPage) -> int:
    return RecordVersion.objects.get(key=page.translation_key).version


@contextmanager
def raises_version(page: InnovationPage) -> Iterator[None]:
    before = version(page)
    yield
    assert version(page) > before


@pytest.mark.parametrize("facet", FACETS)
class TestEveryVocabulary:
    def test_the_document_carries_the_heir(self, facet):
        page = carrier(facet, OLD)
        merge_into(facet, OLD, HEIR)
        found = document(page)
        assert found.facets[facet][-1] == HEIR
        assert OLD not in found.facets[facet]
        stored = str(found.stored.get(LISTED.get(facet, facet), HEIR))
        assert HEIR in stored
        assert OLD not in stored

    def test_the_whole_record_names_the_heir(self, facet):
        page = carrier(facet, OLD)
        merge_into(facet, OLD, HEIR)
        (record,) = records.read([page.translation_key])
        carried = {**record.codes, **record.rows}
        name = {**LISTED, "award": "awards"}.get(facet, facet)
        assert HEIR in str(carried[name])
        assert OLD not in str(carried[name])

    def test_the_merge_and_a_new_name_of_the_heir_are_changes_of_the_record(self, facet):
        page = carrier(facet, OLD)
        other = factories.innovation("Tak tersentuh", agency="gov-73.10", sector="education")
        before = version(other)
        with raises_version(page):
            merge_into(facet, OLD, HEIR)
        with raises_version(page):
            item(facet, HEIR).save()
        assert version(other) == before

    def test_a_chain_leads_to_its_last_heir(self, facet):
        page = carrier(facet, OLD)
        merge_into(facet, OLD, BETWEEN)
        with raises_version(page):
            merge_into(facet, BETWEEN, HEIR)
        assert document(page).facets[facet][-1] == HEIR

    def test_in_a_ring_all_count_as_one_of_them(self, facet):
        pages = [carrier(facet, code) for code in (OLD, BETWEEN, HEIR)]
        merge_into(facet, OLD, BETWEEN)
        merge_into(facet, BETWEEN, HEIR)
        merge_into(facet, HEIR, OLD)
        (one,) = {document(page).facets[facet][-1] for page in pages}
        assert one in (OLD, BETWEEN, HEIR)


@pytest.mark.parametrize("facet", [*MANY, "tag"])
def test_a_record_with_the_old_code_and_its_heir_counts_once(facet):
    page = carrier(facet, OLD, HEIR)
    merge_into(facet, OLD, HEIR)
    assert document(page).facets[facet] == (HEIR,)
    (record,) = records.read([page.translation_key])
    assert facet not in LISTED or record.rows[LISTED[facet]] == [HEIR]


class TestTrees:
    def test_what_is_below_a_merged_item_comes_below_its_heir(self):
        factories.agency("unit", parent="lama")
        page = factories.innovation(agency="unit")
        with raises_version(page):
            merge_into("agency", "lama", "baru")
        assert document(page).facets["agency"] == ("level-regency", "baru", "unit")
        assert "unit" in snapshot().agencies.children["baru"]

    def test_an_item_merged_into_one_below_it_leaves_its_place(self):
        factories.agency("unit", parent="lama")
        page = factories.innovation(agency="lama")
        merge_into("agency", "lama", "unit")
        assert document(page).facets["agency"] == ("level-regency", "unit")

    def test_a_merged_level_of_government(self, client, index):
        old, heir = (factories.term(Scheme.AGENCY_LEVEL, code) for code in ("lama", "baru"))
        factories.agency("pemerintah", level=old)
        page = factories.innovation(agency=factories.agency("unit", parent="pemerintah", level=heir))
        old.merged_into = heir
        with raises_version(page):
            old.save()
        assert document(page).facets["agency"] == ("level-baru", "pemerintah", "unit")
        index()
        assert total(client, agency="level-lama") == 1
        found = client.get("/api/v1/agencies", {"level": "lama"}).json()["results"]
        assert {agency["code"] for agency in found} == {"pemerintah", "unit"}

    def test_a_region_taken_from_the_agency(self):
        old = factories.region("lama", parent=factories.region("35"))
        page = factories.innovation(agency=factories.agency("pemda", region=old))
        with raises_version(page):
            merge_into("region", "lama", "73.10")
        assert document(page).facets["region"] == ("ID", "73", "73.10")

    def test_a_new_name_of_a_matter_reaches_what_is_below_it(self):
        above = factories.term(Scheme.MATTER, "urusan")
        below = factories.term(Scheme.MATTER, "bagian", parent=above)
        page = factories.innovation(matter=below)
        with raises_version(page):
            above.save()

    def test_an_heir_of_another_scheme_is_none(self):
        old = factories.term(Scheme.SECTOR, "lama")
        old.merged_into = factories.term(Scheme.STAGE, "pilot")
        old.save()
        assert snapshot().terms[Scheme.SECTOR].resolve("lama") == "lama"

    def test_the_same_code_of_another_year_keeps_its_own_heir(self):
        first, second = Term.objects.filter(scheme=Scheme.KIPP_CATEGORY, code="kesehatan").order_by("year")
        page = factories.innovation()
        page.classifications = [first, second]
        page.save()
        first.merged_into = factories.term(Scheme.KIPP_CATEGORY, "baru", year=2030)
        first.save()
        (record,) = records.read([page.translation_key])
        named = {(row["code"], row["year"]) for row in record.rows["classifications"]}
        assert named == {("kesehatan", second.year), ("baru", 2030)}


def total(client, **query: str) -> int:
    return client.get("/api/v1/innovations", query).json()["total"]


class TestOutside:
    @pytest.mark.parametrize("facet", FACETS)
    def test_queries_files_and_pages(self, client, index, facet):
        page = carrier(facet, OLD)
        merge_into(facet, OLD, HEIR)
        index()
        assert total(client, **{facet: OLD}) == total(client, **{facet: HEIR}) == 1
        text = client.get("/id/search/export.csv", {facet: OLD}).getvalue().decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text))
        column = {"type": "innovation_type", **LISTED, "award": "awards"}.get(facet, facet)
        assert row[column] == HEIR
        (listed,) = [
            entry
            for entry in client.get(f"/api/v1/vocabularies/{facet}").json()["items"]
            if entry["code"] == OLD
        ]
        assert listed["merged_into"] == HEIR
        own = client.get(page.get_url())
        assert not [link for link in links_of(main_of(own)) if link.endswith(f"/{OLD}/")]

    @pytest.mark.parametrize("facet", FACETS)
    def test_its_page_leads_to_the_heir_at_once(self, client, index, facet):
        merge_into(facet, OLD, BETWEEN)
        merge_into(facet, BETWEEN, HEIR)
        index()
        name, arguments = "catalogue:browse_value", (facet, OLD)
        if facet == "agency":
            name, arguments = "catalogue:agency", (OLD,)
        response = client.get(reverse(name, args=arguments), follow=True)
        assert [status for _url, status in response.redirect_chain] == [301]
        assert response.redirect_chain[0][0].endswith(f"/{HEIR}/")

    def test_in_a_ring_one_page_answers_and_the_others_lead_to_it(self, client, index):
        merge_into("tag", OLD, BETWEEN)
        merge_into("tag", BETWEEN, HEIR)
        merge_into("tag", HEIR, OLD)
        index()
        ends = {
            client.get(f"/id/browse/tag/{code}/", follow=True).request["PATH_INFO"]
            for code in (OLD, BETWEEN, HEIR)
        }
        assert len(ends) == 1

    def test_a_follower_brings_the_merge_into_the_index(self, client, index):
        carrier("sector", OLD)
        index()
        merge_into("sector", OLD, HEIR)
        assert total(client, sector=HEIR) == 0
        FollowJob(get_engine()).work()
        assert total(client, sector=HEIR) == 1


def test_an_old_draft_follows_a_chain_and_a_merged_region():
    page = factories.innovation(region=factories.region(OLD), sector=factories.term(Scheme.SECTOR, OLD))
    merge_into("region", OLD, HEIR)
    merge_into("sector", OLD, BETWEEN)
    merge_into("sector", BETWEEN, HEIR)
    follow_merges(page=page)
    assert (page.region.code, page.sector.code) == (HEIR, HEIR)


def test_results_of_a_merged_agency_are_its_heir_s():
    factories.innovation(
        agency="lama", outcomes=[{"indicator": "waktu-tunggu", "baseline": 9, "actual": 3, "year": 2023}]
    )
    merge_into("agency", "lama", "baru")
    (found,) = roll_up(agency=factories.agency("baru"))
    assert found.records == 1
