"""What stops being public leaves the cluster and all that is said of it, and comes back with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from catalogue.models import InnovationPage
from search.engines import get_index
from search.models import RecordVersion
from search.rebuild import rebuild
from search.types import Acknowledgement
from search.worker.periodic import ScheduleJob
from tests import cluster, factories
from tests.truth import public_documents

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.production]
WORD = "burungkenari"
"""A word, and the beginning of codes, that only the record in question has."""


@pytest.fixture
def record(world, start_site) -> InnovationPage:
    """In an open section, alone with its agency and its tag."""
    return factories.innovation(
        f"Layanan {WORD}",
        parent=factories.section("Ruang", private=False),
        agency=factories.agency(f"{WORD}-dinas", parent="gov-35.10"),
        tags=[f"{WORD}-tag"],
        revision=True,
    )


@pytest.fixture
def site(record, start_site):
    return start_site()


def shown(site, record: InnovationPage) -> set[str]:
    """Where a visitor meets the record or a value that it alone has."""
    cache.clear()
    found = {}
    query = {"q": WORD}
    found["hits"] = site.get("/api/v1/innovations", **query).json()["results"]
    facets = site.get("/api/v1/innovations", facet_size=1000).json()["facets"]
    found["counts"] = [
        value for facet in facets.values() for value in facet["values"] if WORD in value["value"]
    ]
    found["titles suggested"] = site.get("/id/search/suggest/", **query).json()["groups"]
    found["feed"] = str(record.translation_key) in site.get("/id/search/feed.atom").content.decode()
    for kind in ("csv", "jsonl"):
        file = site.get(f"/id/search/export.{kind}").getvalue().decode()
        found[kind] = str(record.translation_key) in file
    sitemap = site.client.get("/sitemap-records-1.xml").getvalue().decode()
    found["sitemap"] = f"/{record.slug}/" in sitemap
    browse = site.client.get("/sitemap-browse-1.xml").getvalue().decode()
    found["sitemap of values"] = WORD in browse
    found["page"] = site.client.get(record.url).status_code == 200
    return {place for place, there in found.items() if there}


EVERYWHERE = {
    *("hits", "counts", "titles suggested", "feed", "csv", "jsonl", "sitemap", "sitemap of values", "page"),
}


def _move(record: InnovationPage) -> None:
    private = factories.section("Tertutup", private=True)
    Page.objects.get(pk=record.pk).move(Page.objects.get(pk=private.pk), pos="last-child")


def _restrict_grandparent(record: InnovationPage) -> None:
    factories.restrict(factories.baseline().innovations["id"])


def _restrict_great_grandparent(record: InnovationPage) -> None:
    factories.restrict(factories.baseline().innovations["id"].get_parent())


def _expire(record: InnovationPage) -> None:
    record.expire_at = timezone.now() - timedelta(minutes=1)
    record.save()
    ScheduleJob().work()


def _unpublish(record: InnovationPage) -> None:
    record.unpublish()


def _delete_section(record: InnovationPage) -> None:
    Page.objects.get(pk=record.pk).get_parent().delete()


@pytest.mark.parametrize(
    "hide",
    [_move, _restrict_grandparent, _restrict_great_grandparent, _expire, _unpublish, _delete_section],
)
def test_it_leaves_everything(site, record, hide: Callable[[InnovationPage], None]):
    assert shown(site, record) == EVERYWHERE
    hide(record)
    site.follow()
    assert shown(site, record) == set()
    site.assert_truth()


def test_it_comes_back_when_it_is_public_again(site, record):
    with transaction.atomic():
        restriction = factories.restrict(factories.baseline().innovations["id"])
    site.follow()
    assert shown(site, record) == set()
    restriction.delete()
    site.follow()
    assert shown(site, record) == EVERYWHERE
    site.assert_truth()


def test_what_was_rolled_back_never_reaches_the_cluster(site, record, faults):
    asked = writes(faults)
    with transaction.atomic():
        fresh = factories.innovation(f"Baru {WORD}", tags=[f"{WORD}-lain"], agency=f"{WORD}-baru")
        record.title = f"Berubah {WORD}"
        record.save_revision().publish()
        record.unpublish()
        transaction.set_rollback(True)
    site.follow()
    assert writes(faults) == asked, "nothing was left to be written"
    record.refresh_from_db()
    assert shown(site, record) == EVERYWHERE
    found = site.get("/api/v1/innovations", q=WORD).json()
    assert [hit["title"] for hit in found["results"]] == [f"Layanan {WORD}"]
    assert str(fresh.translation_key) not in dict(get_index("elasticsearch").keys())
    site.assert_truth()


def writes(faults) -> int:
    return sum("/_bulk" in path for path in faults.paths)


class TestDelayedFollower:
    """Publish, unpublish, publish, with a write that is held until the server has forgotten deletions."""

    @pytest.fixture
    def held(self, site, record, faults):
        """The record's first document on its way, held before the server; ``deliver`` lets it go on."""
        engine = get_index("elasticsearch")
        document = public_documents(engine)[str(record.translation_key)]
        faults.only, faults.fault = "/_bulk", "held"
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(engine.apply, [document])
            assert faults.met.wait(10)
            faults.only = "nothing else"
            yield Held(faults, sent)
            faults.fault = ""

    def test_it_arrives_after_the_record_was_withdrawn(self, site, record, held):
        record.unpublish()
        site.follow()
        forget_deletions(site)
        held.deliver()
        assert shown(site, record) == set()
        site.assert_truth()
        InnovationPage.objects.get(pk=record.pk).get_latest_revision().publish()
        site.follow()
        assert shown(site, record) == EVERYWHERE
        site.assert_truth()

    def test_it_arrives_after_the_record_was_published_again(self, site, record, held):
        record.unpublish()
        site.follow()
        forget_deletions(site)
        again = InnovationPage.objects.get(pk=record.pk)
        again.title = f"Diperbarui {WORD}"
        again.save_revision().publish()
        site.follow()
        held.deliver()
        found = site.get("/api/v1/innovations", q=WORD).json()
        assert [hit["title"] for hit in found["results"]] == [f"Diperbarui {WORD}"]
        site.assert_truth()

    def test_it_arrives_after_a_rebuild_that_left_the_tombstone_out(self, site, record, held):
        record.unpublish()
        site.follow()
        rebuild(engine=get_index("elasticsearch"))
        held.deliver()
        assert shown(site, record) == set()
        site.follow()
        site.assert_truth()

    def test_versions_outlive_the_record(self, site, record, held):
        key = record.translation_key
        before = RecordVersion.objects.get(key=key).version
        InnovationPage.objects.get(pk=record.pk).delete()
        site.follow()
        forget_deletions(site)
        held.deliver()
        assert RecordVersion.objects.get(key=key).version > before
        site.assert_truth()


class Held:
    """A write that waits before the server."""

    def __init__(self, faults, sent: Future[list[Acknowledgement]]) -> None:
        self.faults, self.sent = faults, sent

    def deliver(self) -> None:
        """Let it arrive, and wait for the server's answer, whatever that is."""
        self.faults.fault = ""
        self.sent.exception(20)


def forget_deletions(site) -> None:
    """What the server does by itself 60 seconds after a deletion, and at once when an index is reopened."""
    index = get_index("elasticsearch").indices.alias
    with cluster.client() as server:
        server.indices.put_settings(index=index, settings={"index.gc_deletes": "0s"})
        server.indices.forcemerge(index=index)
        server.indices.close(index=index)
        server.indices.open(index=index, wait_for_active_shards="1")
        server.cluster.health(index=index, wait_for_status="yellow", timeout="20s")
