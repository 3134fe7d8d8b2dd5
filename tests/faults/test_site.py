"""The whole site while its cluster is in trouble: no page breaks, no save waits, and it heals by itself."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from catalogue.models import InnovationPage
from catalogue.services.access import ensure_access
from search.engines import get_index
from search.errors import SearchUnavailable
from search.models import PendingChange
from tests import cluster, factories
from tests.catalogue.desk import PUBLISH, Desk
from tests.fault_proxy import FaultProxy
from tests.faults.site import OTHERS, SEARCHING, until

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]
LONGEST = 1.5
"""Seconds that nobody waits longer than."""
NOTICE = "Mesin pencari utama"


def records_of(world) -> list[str]:
    return [*(page.url for page in world.public), world.english.url, "/id/agencies/gov-35.10/"]


@pytest.mark.parametrize("fault", FaultProxy.FAULTS)
def test_the_copy_answers_every_page_until_the_cluster_does_again(world, site, faults, fault):
    addresses = [*SEARCHING, *OTHERS, *records_of(world)]
    site.engine.breaker.seconds = 3_600.0  # the looks come later
    faults.fault = fault
    assert NOTICE in site.get("/id/search/").content.decode()
    asked, connected = faults.requests, faults.connections
    assert (faults.trickled > 0, faults.trickled < LONGEST) == (fault == "trickle", True)

    cache.clear()
    assert set(site.statuses(addresses).values()) == {200}
    assert site.get("/api/v1/innovations").json()["degraded"]
    assert (faults.requests, faults.connections) == (asked, connected), "only the first search may wait"
    status, told = site.ready()
    assert (status, told["degraded"], told["state"], told["copy"]["ok"]) == (200, True, "unreachable", True)
    with pytest.raises(SearchUnavailable):
        site.jobs["elasticsearch"].work()

    faults.fault = ""
    site.turn_back()
    assert NOTICE not in site.get("/id/search/").content.decode()
    status, told = site.ready()
    assert (status, told["degraded"]) == (200, False)
    site.follow()
    site.assert_truth()


@pytest.mark.parametrize("fault", ["hang", "trickle", "refuse"])
def test_without_a_copy_what_searches_says_when_to_ask_again_and_the_rest_stands(
    world, start_site, faults, fault
):
    site = start_site(copy=False)
    faults.fault = fault
    for address in SEARCHING:
        answer = site.client.get(address)
        assert answer.status_code == 503, address
        assert int(answer["Retry-After"]) > 0, address
    cache.clear()
    others = {*OTHERS, *(page.url for page in world.public), world.english.url}
    assert set(site.statuses(others).values()) == {200}
    status, told = site.ready()
    assert (status, told["ok"], told["degraded"]) == (503, False, False)

    faults.fault = ""
    until(lambda: not site.engine.breaker.is_open)
    assert set(site.statuses(SEARCHING).values()) == {200}
    assert site.ready()[0] == 200
    site.assert_truth()


def test_a_slow_cluster_that_is_within_its_time_is_waited_for(site, faults, monkeypatch):
    monkeypatch.setattr("tests.fault_proxy.DELAY", 0.2)
    faults.fault = "slow"
    assert not site.get("/api/v1/innovations").json()["degraded"]


@pytest.mark.parametrize("fault", ["hang", "trickle", "refuse"])
def test_no_save_ever_asks_the_cluster(world, start_site, faults, fault, django_capture_on_commit_callbacks):
    """Whatever it would do could not keep a save waiting: nothing is sent, and nothing waited for."""
    ensure_access()
    site = start_site()
    curator = Desk(factories.user("curator"))
    draft = factories.innovation("Naskah yang menunggu", state="draft")
    opened = curator.opened(draft)  # the page looks for records that say the same; saving it does not
    faults.fault = fault
    asked, connected = faults.requests, faults.connections
    with django_capture_on_commit_callbacks(execute=True):
        assert curator.save(opened, {"title": "Terbit saat mesin pencari diam"}, PUBLISH).status_code == 302
        plain, complete = (InnovationPage.objects.get(pk=page.pk) for page in (world.plain, world.complete))
        plain.title = "Bank sampah berjalan"
        plain.save_revision().publish()
        complete.unpublish()
        factories.restrict(world.foreign)
        InnovationPage.objects.get(pk=world.copy.pk).delete()
    assert (faults.requests, faults.connections) == (asked, connected)
    assert not site.engine.breaker.is_open
    assert curator.listing().status_code == 200
    owed = {str(key) for key in PendingChange.objects.values_list("key", flat=True)}
    changed = (draft, world.plain, world.complete, world.foreign, world.copy)
    assert {str(page.translation_key) for page in changed} <= owed

    faults.fault = ""
    site.follow()
    site.assert_truth()
    titles = {hit["title"] for hit in site.get("/api/v1/innovations").json()["results"]}
    assert titles == {"Terbit saat mesin pencari diam", "Bank sampah berjalan"}


def test_an_index_that_somebody_deletes_is_missed_by_nobody_and_built_again(world, site):
    cluster.remove(get_index("elasticsearch").indices.prefix)
    assert set(site.statuses([*SEARCHING, *OTHERS, *records_of(world)]).values()) == {200}
    status, told = site.ready()
    assert (status, told["degraded"], told["state"]) == (200, True, "missing")
    site.follow()
    until(lambda: not site.engine.breaker.is_open)
    site.assert_truth()


def test_an_index_that_is_made_read_only_still_answers_and_takes_its_changes_later(world, site):
    index, block = get_index("elasticsearch").indices.alias, "index.blocks.read_only_allow_delete"
    with cluster.client() as server:
        server.indices.put_settings(index=index, settings={block: True})
        world.plain.unpublish()
        with pytest.raises(SearchUnavailable):
            site.jobs["elasticsearch"].work()
        assert set(site.statuses([*SEARCHING, *OTHERS]).values()) == {200}
        assert not site.engine.breaker.is_open
        server.indices.put_settings(index=index, settings={block: None})
    site.follow()
    site.assert_truth()
