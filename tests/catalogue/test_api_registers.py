"""Agencies and vocabularies in the API: counts of the index, codes, labels, heirs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.api import schemas
from catalogue.models import Agency
from search.engines.embedded import EmbeddedEngine
from tests import factories
from tests.catalogue.asking import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


class TestAgencies:
    def test_counts_are_those_of_the_index(self, client, world):
        payload = get(client, "/api/v1/agencies", q="contoh", size=100)
        schemas.AgencyListShape.model_validate(payload)
        found = {item["code"]: item for item in payload["results"]}
        assert found["gov-35.10-dinas-contoh"]["innovations"] == 1
        assert found["gov-35.10-dinas-contoh"]["parent"] == "gov-35.10"
        assert found["gov-35.10-dinas-contoh"]["region"]["code"] == "35.10"
        assert found["gov-35.10-dinas-contoh"]["level"]["code"] == "regency"

    def test_a_parent_counts_its_units(self, client, world):
        payload = get(client, "/api/v1/agencies", q="banyuwangi")
        counts = {item["code"]: item["innovations"] for item in payload["results"]}
        assert counts["gov-35.10"] == 2

    def test_filters_by_level_and_pages(self, client, world):
        payload = get(client, "/api/v1/agencies", level="ministry", size=10)
        assert {item["level"]["code"] for item in payload["results"]} == {"ministry"}
        assert payload["total"] > 10
        following = client.get(payload["links"]["next"]).json()
        assert following["page"] == 2
        assert not {a["code"] for a in payload["results"]} & {a["code"] for a in following["results"]}

    def test_an_unknown_level_is_named(self, client, world):
        response = client.get("/api/v1/agencies?level=galaxy")
        assert response.status_code == 400
        assert response.json()["parameter"] == "level"

    def test_merged_agencies_are_left_to_their_heirs(self, client, world):
        factories.agency("gov-35.10-lama", parent="gov-35.10", label_id="Dinas Lama")
        Agency.objects.filter(code="gov-35.10-lama").first().save()
        heir = Agency.objects.get(code="gov-35.10-dinas-contoh")
        old = Agency.objects.get(code="gov-35.10-lama")
        old.merged_into = heir
        old.save()
        codes = {item["code"] for item in get(client, "/api/v1/agencies", q="dinas lama")["results"]}
        assert "gov-35.10-lama" not in codes

    def test_one_engine_call(self, client, world, monkeypatch):
        calls = []
        search = EmbeddedEngine.answer
        monkeypatch.setattr(EmbeddedEngine, "answer", lambda self, r: calls.append(r) or search(self, r))
        with CaptureQueriesContext(connection) as captured:
            get(client, "/api/v1/agencies")
        assert len(calls) == 1
        assert len(captured) <= 2


class TestVocabularies:
    def test_every_name_answers(self, client, world):
        names = get(client, "/api/v1/vocabularies")["results"]
        assert {"sector", "matter", "region", "agency", "tag", "lab", "kipp-category", "digital"} <= {
            item["name"] for item in names
        }
        for item in names:
            schemas.VocabularyShape.model_validate(client.get(item["url"]).json())

    def test_labels_synonyms_and_parents(self, client, world):
        regions = {
            item["code"]: item for item in get(client, "/api/v1/vocabularies/region", lang="en")["items"]
        }
        assert regions["35.10"]["parent"] == "35"
        sectors = {item["code"]: item for item in get(client, "/api/v1/vocabularies/sector")["items"]}
        assert sectors["health"]["labels"] == {"id": "Kesehatan", "en": "Health"}
        assert sectors["health"]["synonyms"]
        assert len(sectors) == 18

    def test_years_tell_the_same_codes_apart(self, client, world):
        years = {item["year"] for item in get(client, "/api/v1/vocabularies/kipp-category")["items"]}
        assert {2021, 2022} <= years

    def test_a_proposed_tag_stays_inside(self, client, world):
        factories.tag("rahasia", state="proposed")
        codes = {item["code"] for item in get(client, "/api/v1/vocabularies/tag")["items"]}
        assert "rahasia" not in codes
        assert "antrean" in codes

    def test_an_unknown_name_is_a_404(self, client, world):
        assert client.get("/api/v1/vocabularies/colour").status_code == 404
