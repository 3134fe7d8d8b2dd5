"""``kill -9`` of the follower, of the rebuilder and of the server, each in the middle of a write.

Worker and editor are processes of their own, on one database; writes pass a proxy that can hold them.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from scripts.tooling import elasticsearch as services
from scripts.tooling.elasticsearch_node import Node, wait_for
from search.engines import get_index
from tests import cluster
from tests.fault_proxy import FaultProxy, proxy
from tests.faults.office import HEALED, SLUGS, WORKER
from tests.faults.site import SEARCHING, until

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.production
@pytest.mark.parametrize("moment", ["held", "mute"])
def test_a_follower_killed_in_a_batch_loses_nothing_and_its_write_wins_over_nothing(
    open_office, faults, moment
):
    """``held``: its write arrives when another has gone on. ``mute``: it arrived, and nobody was told."""
    _site, office = open_office(owed=True)
    faults.only, faults.fault = "/_bulk", moment
    server = cluster.address()
    with office.editor(server) as order:
        with office.process(*WORKER, url=faults.url) as worker:
            assert faults.met.wait(HEALED)
            worker.kill()
        assert order("owed") == str(len(SLUGS))
        order("publish", SLUGS[0], "Judul yang lebih baru")
        order("unpublish", SLUGS[1])
        order("delete", SLUGS[2])
        office.end_leases()
        with office.process(*WORKER, url=server):
            until(lambda: order("owed") == "0", HEALED)
            order("truth")
            answers, faults.fault = faults.answers, ""
            if moment == "held":
                until(lambda: faults.answers > answers)
            order("truth")


@pytest.mark.production
def test_a_rebuilder_killed_in_a_batch_leaves_the_old_index_and_the_next_one_clears_up(open_office, faults):
    site, office = open_office(owed=False)
    old = get_index("elasticsearch").health().generation
    faults.only, faults.fault = "/_bulk", "held"
    with office.process("manage.py", "search_rebuild", url=faults.url) as rebuilder:
        assert faults.met.wait(HEALED)
        assert site.get("/api/v1/innovations").json()["total"] == len(SLUGS)
        rebuilder.kill()
    faults.fault = ""
    assert get_index("elasticsearch").health().generation == old
    assert len(get_index("elasticsearch").indices.aliases()) == 2
    office.end_leases()
    with office.process("manage.py", "search_rebuild", url=faults.url) as again:
        assert again.process.wait(HEALED) == 0
    with office.editor(cluster.address()) as order:
        order("truth")
    assert get_index("elasticsearch").health().generation != old


class TestServer:
    @pytest.fixture
    def node(self) -> Iterator[Node]:
        with services.throw_away() as started:
            yield started.nodes[0]

    @pytest.fixture
    def faults(self, node) -> Iterator[FaultProxy]:
        """Before the node that is going to be killed."""
        with proxy(node.url) as made:
            yield made

    def test_killed_in_a_batch_while_pages_are_read_it_heals_with_no_hand(self, open_office, node, faults):
        site, office = open_office(owed=False)
        until(lambda: not site.get("/api/v1/innovations").json()["degraded"])  # a node that is cold is slow
        killed = Event()

        def kill_once(path: str) -> None:
            if "/_bulk" in path:
                faults.on_sent = lambda path: None
                node.kill()
                killed.set()

        faults.on_sent = kill_once
        with office.editor(faults.url) as order:
            order("publish", SLUGS[0], "Judul yang lebih baru")
            order("unpublish", SLUGS[1])
            with office.process(*WORKER, url=faults.url):
                while not killed.is_set():
                    assert set(site.statuses(SEARCHING[:4]).values()) == {200}
                assert set(site.statuses(SEARCHING).values()) == {200}
                assert site.get("/api/v1/innovations").json()["degraded"]
                order("publish", SLUGS[2], "Terbit selama mesin mati")
                assert order("owed") == "3"
                node.start()
                wait_for(node.url, ended=node.why_ended)
                until(lambda: order("owed") == "0", HEALED)
                until(lambda: not site.engine.breaker.is_open, HEALED)
                order("truth")
        found = site.get("/api/v1/innovations").json()
        assert not found["degraded"]
        titles = {hit["title"] for hit in found["results"]}
        assert titles == {
            "Judul yang lebih baru", "Terbit selama mesin mati", "inovasi 4", "inovasi 5",
        }  # fmt: skip
