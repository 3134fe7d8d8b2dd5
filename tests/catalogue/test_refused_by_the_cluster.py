"""A record that a real cluster refuses: parked, shown, mended or tried again, gone from the list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.urls import reverse
from elasticsearch import Elasticsearch

from search import changes, followers
from search.engines import get_index
from search.models import PendingChange
from search.types import Refusal, SearchRequest
from search.worker.index import FollowJob
from tests import cluster, factories
from tests.catalogue.desk import PUBLISH, Desk

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


@pytest.fixture
def engine(staffed, settings, monkeypatch) -> Iterator:
    """The site on the cluster, whose index was made without the field for years."""
    prefix = f"test-{uuid.uuid4().hex}"
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.SEARCH_ENGINES = {
        "elasticsearch": {
            "CLASS": "search.engines.elasticsearch.ElasticsearchEngine",
            "HOSTS": [cluster.address()],
            "READ_SECONDS": cluster.PATIENCE,
            "PREFIX": prefix,
            "COPY": None,
        }
    }
    engine = get_index("elasticsearch")
    whole = engine.layout.mappings()
    properties = {name: field for name, field in whole["properties"].items() if name != "number_year"}
    with monkeypatch.context() as patch:
        patch.setattr(engine.layout, "mappings", lambda: {**whole, "properties": properties})
        build = engine.start_build()
        build.activate()
    followers.register(name=build.name, engine=engine.name, place=engine.place)
    yield engine
    cluster.remove(prefix)


@contextmanager
def following(engine) -> Iterator[FollowJob]:
    job = FollowJob(engine)
    try:
        yield job
    finally:
        job.close()


def titles(engine) -> dict[str, str]:
    return {hit.key: hit.stored["title"]["id"] for hit in engine.search(SearchRequest(size=100)).hits}


@pytest.mark.parametrize("way", ["mended", "tried again"])
def test_refused_parked_shown_and_gone(staffed, engine, way):
    page = factories.innovation("Tahun yang salah", year_started=2021, revision=True)
    other = factories.innovation("Tanpa tahun", year_started=None)
    desk = Desk(staffed.curator)
    with following(engine) as job:
        job.work()
        assert set(titles(engine)) == {str(other.translation_key)}
        row = changes.parked().get()
        assert (row.key, row.refusal, row.attempts) == (page.translation_key, Refusal.FIELD, 1)

        html = desk.get("catalogue_refused").content.decode()
        assert "Tahun yang salah" in html
        assert "strict_dynamic_mapping_exception" in html
        assert "number_year" in html
        assert "2021" not in row.reason
        home = " ".join(desk.get("wagtailadmin_home").content.decode().split())
        assert (
            f'<a href="{reverse("catalogue_refused")}"> 1 catatan inovasi ditolak oleh indeks. </a>' in home
        )

        if way == "mended":
            assert desk.edit(page, {"year_started": ""}, PUBLISH).status_code == 302
        else:
            with Elasticsearch(cluster.address(), request_timeout=cluster.PATIENCE) as client:
                client.indices.put_mapping(
                    index=engine.indices.alias, properties={"number_year": {"type": "long"}}
                )
            desk.post("catalogue_refused_retry", data={"id": row.pk})
        job.work()

    assert set(titles(engine)) == {str(page.translation_key), str(other.translation_key)}
    assert not PendingChange.objects.filter(follower=row.follower).exists()
    assert "Setiap indeks telah menerima" in desk.get("catalogue_refused").content.decode()
