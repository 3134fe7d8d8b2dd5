"""Three nodes are restarted one after the other, as for a new version, while people search and edit.

Part of `make soak`: it starts nodes six times, which takes minutes on a busy machine.
"""

from __future__ import annotations

import threading
from itertools import count

import pytest
from elasticsearch import Elasticsearch

from scripts.tooling import elasticsearch as services
from search import changes
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.client import connect
from search.engines.fallback import FallbackEngine
from search.errors import SearchError, SearchUnavailable
from search.models import PendingChange
from search.rebuild import rebuild
from search.types import SearchRequest
from search.worker.index import FollowJob
from tests import cluster
from tests.doubles import MemoryEngine, definition

pytestmark = pytest.mark.django_db
ASKED = SearchRequest(size=1000)
PAUSE = 0.05  # seconds between two searches, and between two edits
EDITS = 6
SETTLE = "60s"


class Visitor(threading.Thread):
    """Searches all the time; keeps what it was answered: how many records, and whether by the copy."""

    def __init__(self, site: FallbackEngine) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.answers: list[tuple[int, bool]] = []
        self.refused: list[SearchError] = []
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(PAUSE):
            try:
                found = self.site.search(ASKED)
            except SearchError as error:
                self.refused.append(error)
            else:
                self.answers.append((found.total, found.degraded))


class Editor:
    """Adds a record, then lets the worker look; a look that meets a cluster in trouble is one that waits."""

    def __init__(self, records, engines) -> None:
        self.records = records
        ticks = count(0, 100)
        self.jobs = [FollowJob(engine, clock=lambda: float(next(ticks))) for engine in engines]
        self.waited = 0

    def edit(self) -> None:
        changes.record(self.records.add())
        self.follow()

    def follow(self) -> None:
        for job in self.jobs:
            try:
                job.work()
            except SearchUnavailable:
                self.waited += 1


def restart(admin: Elasticsearch, nodes: services.Cluster, node, alias: str, editor: Editor) -> None:
    """One node, by the steps of docs/operations/search.md; only the new version is left out."""
    setting = "cluster.routing.allocation.enable"
    admin.cluster.put_settings(persistent={setting: "primaries"})
    admin.indices.flush(index=alias)
    stopping = threading.Thread(target=node.stop)
    stopping.start()
    while stopping.is_alive():
        editor.edit()
    for _ in range(EDITS):
        editor.edit()
    node.start()
    for _ in range(EDITS):
        editor.edit()
    nodes.wait()
    admin.cluster.put_settings(persistent={setting: None})
    admin.cluster.health(index=alias, wait_for_status="green", timeout=SETTLE)


def test_queries_and_edits_go_on_while_three_nodes_are_restarted_in_turn(records):
    with services.throw_away(nodes=3) as nodes:
        hosts = nodes.url.split(",")
        admin = Elasticsearch(hosts, request_timeout=2 * cluster.PATIENCE)
        engine = ElasticsearchEngine(definition(records), connect({"HOSTS": hosts}), prefix="rolling")
        copy = MemoryEngine(definition(records))
        records.add(50)
        for index in (engine, copy):
            rebuild(engine=index)
        admin.cluster.health(index=engine.indices.alias, wait_for_status="green", timeout=SETTLE)
        site = FallbackEngine(engine, copy)
        visitor, editor = Visitor(site), Editor(records, (engine, copy))
        visitor.start()
        for node in nodes.nodes:
            restart(admin, nodes, node, engine.indices.alias, editor)
        editor.follow()
        visitor.done.set()
        visitor.join()
        site.breaker.close()

        degraded = sum(by_copy for _, by_copy in visitor.answers)
        print(
            f"{len(visitor.answers)} searches, {degraded} by the copy; "
            f"{len(records.titles) - 50} edits, {editor.waited} looks of the worker waited"
        )
        assert visitor.refused == []
        assert min(total for total, _ in visitor.answers) >= 50
        assert not PendingChange.objects.exists()
        assert set(dict(engine.keys())) == set(records.titles)
        assert engine.search(ASKED).total == len(records.titles)
        admin.close()
        engine.client.close()
