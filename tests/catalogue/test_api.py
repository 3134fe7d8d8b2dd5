"""The API as a stranger uses it: shapes, the same numbers as the page, errors that name the parameter."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.api import schemas
from catalogue.api.throttling import AddressRate
from catalogue.facets import FACETS
from search.engines import get_engine
from search.engines.embedded import EmbeddedEngine
from tests import factories
from tests.catalogue.asking import get

INNOVATIONS = "/api/v1/innovations"
PROBLEM = "application/problem+json"

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


def ids(payload):
    return [result["id"] for result in payload["results"]]


def key(page):
    return str(page.translation_key)


class TestSearch:
    def test_answer_has_the_shape_it_declares(self, client, world):
        payload = get(client, INNOVATIONS)
        schemas.SearchShape.model_validate(payload)
        assert payload["total"] == 4
        assert set(ids(payload)) == {key(page) for page in world.public}
        assert payload["engine"] == "embedded"
        assert payload["degraded"] is False
        assert list(payload["facets"]) == [facet.code for facet in FACETS.facets]

    def test_a_result_has_codes_and_labels(self, client, world):
        payload = get(client, INNOVATIONS, q="satu pintu", sort="oldest")
        found = next(result for result in payload["results"] if result["id"] == key(world.complete))
        assert found["agency"] == {"code": "gov-35.10-dinas-contoh", "label": "Dinas Contoh"}
        assert found["region"]["code"] == "35.10"
        assert found["sector"] == {"code": "health", "label": "Kesehatan"}
        assert found["year"] == 2019
        assert set(found["tags"]) == {"antrean", "puskesmas"}
        assert set(found["values"]) == {"adaptif", "kolaboratif"}
        assert sorted(found["sdgs"]) == [3, 16]
        assert found["outcomes"] == 2
        assert found["highlights"]["title"] == "<mark>Satu pintu</mark> kesehatan ibu"
        assert found["url"].startswith("http://testserver/id/")

    def test_language_follows_lang_and_never_the_browser(self, client, world):
        indonesian = client.get(INNOVATIONS, {"q": "maternal"}, headers={"accept-language": "en"}).json()
        assert indonesian["results"][0]["title"] == "Satu pintu kesehatan ibu"
        assert indonesian["results"][0]["sector"]["label"] == "Kesehatan"
        english = get(client, INNOVATIONS, q="maternal", lang="en")
        assert english["results"][0]["title"] == "One door for maternal health"
        assert english["results"][0]["language"] == "en"
        assert client.get(INNOVATIONS, {"lang": "en"})["Content-Language"] == "en"
        assert english["results"][0]["url"].startswith("http://testserver/en/")
        assert english["results"][0]["sector"]["label"] == "Health"

    def test_a_record_without_translation_keeps_its_language_and_page(self, client, world):
        found = get(client, INNOVATIONS, q="sampah", lang="en")["results"][0]
        assert (found["title"], found["language"]) == ("Bank sampah", "id")
        assert "/id/" in found["url"]

    def test_facets_can_be_left_out_chosen_and_sized(self, client, world):
        assert get(client, INNOVATIONS, facets="none")["facets"] == {}
        assert list(get(client, INNOVATIONS, facets=["sector", "year"])["facets"]) == ["sector", "year"]
        short = get(client, INNOVATIONS, facets="sector", facet_size=1)["facets"]["sector"]
        assert len(short["values"]) == 1
        assert short["truncated"] is True

    def test_a_facet_ignores_its_own_selection_and_keeps_it_visible(self, client, world):
        sector = get(client, INNOVATIONS, sector="environment")["facets"]["sector"]["values"]
        counts = {item["value"]: (item["count"], item["selected"]) for item in sector}
        assert counts["environment"] == (1, True)
        assert counts["health"] == (2, False)

    def test_pages_link_to_each_other(self, client, index):
        for number in range(12):
            factories.innovation(f"Inovasi {number}")
        index()
        first = get(client, INNOVATIONS, size=10, lang="en", facets="none", sector="health")
        assert first["links"]["prev"] is None
        assert first["total"] == 12
        second = client.get(first["links"]["next"]).json()
        assert second["page"] == 2
        assert second["links"]["next"] is None
        assert not set(ids(first)) & set(ids(second))
        assert client.get(second["links"]["prev"]).json()["results"] == first["results"]
        assert client.get(first["links"]["self"]).json()["results"] == first["results"]

    def test_nothing_found_gives_advice(self, client, world):
        payload = get(client, INNOVATIONS, q="satu pintu", sector="environment")
        assert payload["total"] == 0
        assert payload["advice"]["parameter"] in {"q", "sector"}
        assert payload["advice"]["count"] > 0

    def test_one_engine_call_and_as_many_queries_at_any_size(self, client, index, monkeypatch):
        factories.innovation("Pertama")
        index()
        calls = []
        search = EmbeddedEngine.answer
        monkeypatch.setattr(EmbeddedEngine, "answer", lambda self, r: calls.append(r) or search(self, r))

        def queries(total):
            get(client, INNOVATIONS, q="pertama")  # synonyms are kept for a while
            calls.clear()
            with CaptureQueriesContext(connection) as captured:
                assert get(client, INNOVATIONS, q="pertama", size=50)["total"] == total
            assert len(calls) == 1
            return len(captured)

        few = queries(total=1)
        for number in range(12):
            factories.innovation(f"Pertama {number}", tags=[f"tag-{number}"])
        index()
        assert queries(total=13) == few <= 3

    def test_known_answers_are_not_sent_again(self, client, world):
        first = client.get(INNOVATIONS, {"q": "pintu"})
        assert first["Cache-Control"].startswith("public")
        assert "Accept-Language" not in first.get("Vary", "")
        again = client.get(INNOVATIONS, {"q": "pintu"}, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert not again.content

    def test_head_is_answered(self, client, world):
        assert client.head(INNOVATIONS).status_code == 200


class TestErrors:
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("sector=nonsense", "sector"),
            ("agency=gov-99.99", "agency"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=9e99", "page"),
            ("page=10001", "page"),
            ("page=1001&size=20", "page"),
            ("size=7", "size"),
            ("sort=best", "sort"),
            ("year_from=1800", "year_from"),
            ("year_from=2020&year_to=2010", "year_from"),
            ("lang=xx", "lang"),
            ("facets=colour", "facets"),
            ("facet_size=0", "facet_size"),
            ("facet_size=1001", "facet_size"),
            ("q=" + "a" * 10_000, "q"),
        ],
    )
    def test_a_wrong_parameter_is_named(self, client, world, query, parameter):
        response = client.get(f"{INNOVATIONS}?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == PROBLEM
        problem = response.json()
        schemas.ProblemShape.model_validate(problem)
        assert problem["parameter"] == parameter
        assert problem["status"] == 400
        assert problem["detail"]

    def test_the_value_is_named_too(self, client, world):
        assert "nonsense" in client.get(f"{INNOVATIONS}?sector=nonsense").json()["detail"]

    def test_several_faults_are_all_told(self, client, world):
        problem = client.get(f"{INNOVATIONS}?sector=x&size=7").json()
        assert {fault["parameter"] for fault in problem["errors"]} == {"sector", "size"}

    def test_unknown_parameters_are_ignored(self, client, world):
        assert get(client, INNOVATIONS, colour="red")["total"] == 4

    @pytest.mark.parametrize(
        "text", ['(:*?~^\\/"', "\u202eabc", "👩‍⚕️ puskesmas", '"', "%00", "a" * 999, "%ED%A0%80"]
    )
    def test_strange_words_are_answered(self, client, world, text):
        assert client.get(INNOVATIONS, {"q": text}).status_code in {200, 400}
        assert client.get(f"{INNOVATIONS}?q={text if text.startswith('%') else ''}").status_code in {200, 400}

    def test_without_an_index_it_says_when_to_come_back(self, client, index):
        response = client.get(INNOVATIONS)
        assert response.status_code == 503
        assert response["Content-Type"] == PROBLEM
        assert int(response["Retry-After"]) > 0
        assert response.json()["status"] == 503

    def test_too_many_requests(self, client, world, settings):
        settings.API_RATE = "2/h"
        cache.clear()
        path = f"{INNOVATIONS}?facets=none"
        statuses = [client.get(path).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = client.get(path)
        assert refused["Content-Type"] == PROBLEM
        assert 0 < int(refused["Retry-After"]) <= 3600
        other = client.get(path, REMOTE_ADDR="203.0.113.9")
        assert other.status_code == 200

    @pytest.mark.parametrize("rate", ["60", "60/year", "many/min", "-1/min"])
    def test_a_rate_that_cannot_be_read_is_told_at_the_start(self, settings, rate):
        settings.API_RATE = rate
        with pytest.raises(ImproperlyConfigured, match="API_RATE"):
            AddressRate()

    def test_a_header_does_not_lift_the_limit(self, client, world, settings):
        settings.API_RATE = "1/h"
        cache.clear()
        answers = [
            client.get(INNOVATIONS, headers={"x-forwarded-for": f"198.51.100.{n}"}).status_code
            for n in range(2)
        ]
        assert answers == [200, 429]


class TestRecord:
    def test_the_whole_public_record(self, client, world):
        payload = get(client, f"{INNOVATIONS}/{key(world.complete)}")
        schemas.RecordShape.model_validate(payload)
        assert payload["languages"] == ["en", "id"]
        assert payload["texts"]["en"]["title"] == "One door for maternal health"
        assert payload["texts"]["id"]["problem"] == world.complete.problem
        assert payload["agency"]["label"] == "Dinas Contoh"
        assert [row["name"]["id"] for row in payload["outcomes"]] == [
            "Waktu tunggu layanan",
            "Kunjungan ibu hamil",
        ]
        assert payload["outcomes"][0]["baseline"] == 120
        assert payload["milestones"][0]["date"] == "2019-05-01"
        assert payload["resources"][0]["kind"]["code"] == "budget"
        assert payload["actors"][0]["role"]["code"] == "partner"
        assert payload["awards"][0]["year"] == 2021
        assert payload["evidence"][0]["url"] == "https://example.go.id/laporan"
        assert payload["status_history"][0]["status"]["code"] == "active"
        assert [row["id"] for row in payload["replicated_by"]] == [key(world.copy)]
        assert payload["source"]["name"] == "Laporan tahunan instansi"

    def test_labels_follow_lang(self, client, world):
        payload = get(client, f"{INNOVATIONS}/{key(world.complete)}", lang="en")
        assert payload["title"] == "One door for maternal health"
        assert payload["sector"]["label"] == "Health"
        assert payload["url"].startswith("http://testserver/en/")

    def test_what_is_not_public_is_as_what_never_was(self, client, world):
        answers = [
            client.get(f"{INNOVATIONS}/{found}")
            for found in (key(world.draft), key(world.hidden), uuid.uuid4(), "not-a-uuid", "%20")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0]["Content-Type"] == PROBLEM

    def test_copies_that_are_private_are_not_told(self, client, world):
        factories.replication(world.hidden, world.complete)
        factories.replication(world.draft, world.complete)
        payload = get(client, f"{INNOVATIONS}/{key(world.complete)}")
        assert [row["id"] for row in payload["replicated_by"]] == [key(world.copy)]

    def test_private_and_expired_evidence_is_left_out(self, client, world):
        from catalogue.models import Evidence

        first = world.complete.evidence.first()
        Evidence.objects.create(page=world.complete, evidence_type=first.evidence_type, title="Rahasia")
        Evidence.objects.create(
            page=world.complete,
            evidence_type=first.evidence_type,
            title="Kedaluwarsa",
            visibility=Evidence.Visibility.PUBLIC,
            expires_on="2020-01-01",
        )
        payload = get(client, f"{INNOVATIONS}/{key(world.complete)}")
        assert [row["title"] for row in payload["evidence"]] == ["Laporan 2023"]

    def test_a_draft_translation_is_not_told(self, client, index):
        source = factories.innovation()
        factories.translation(source, "Secret", state="draft")
        payload = get(client, f"{INNOVATIONS}/{key(source)}", lang="en")
        assert payload["languages"] == ["id"]
        assert "Secret" not in json.dumps(payload)

    def test_the_story_is_there_as_words(self, client, index):
        story = json.dumps([{"type": "paragraph", "value": "<p>Awalnya <b>sepi</b></p>"}])
        page = factories.innovation(story=story)
        assert get(client, f"{INNOVATIONS}/{key(page)}")["story"] == {"id": ["Awalnya sepi"]}

    def test_queries_do_not_grow_with_rows(self, client, world):
        get(client, f"{INNOVATIONS}/{key(world.plain)}")
        with CaptureQueriesContext(connection) as few:
            get(client, f"{INNOVATIONS}/{key(world.plain)}")
        with CaptureQueriesContext(connection) as many:
            get(client, f"{INNOVATIONS}/{key(world.complete)}")
        assert len(many) <= len(few) + 1 <= 25


def test_unknown_addresses_are_problems_too(client, db):
    response = client.get("/api/v1/nothing/here")
    assert response.status_code == 404
    assert response["Content-Type"] == PROBLEM


def test_its_front_door_leads_to_the_documentation(client, db):
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs"


def test_get_engine_is_the_one_of_this_test(index, tmp_path):
    assert str(get_engine().folder).startswith(str(tmp_path))
