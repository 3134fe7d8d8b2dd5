"""A real cluster in trouble: refused, hung, reset, busy, cut off, blocked, deleted, killed.

After each the index holds exactly what the database has; during each, reads are answered by the copy.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from elasticsearch import Elasticsearch

from scripts.tooling import elasticsearch as services
from search import changes
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.client import connect
from search.engines.fallback import FallbackEngine
from search.errors import SearchUnavailable
from search.models import PendingChange
from search.rebuild import rebuild
from search.types import IndexState, SearchRequest, Tombstone
from tests import cluster
from tests.doubles import definition, document
from tests.fault_proxy import FaultProxy
from tests.search.clustered.steps import edit
from tests.truth import assert_index_tells_the_truth

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]
ASKED = SearchRequest(size=100)
NEVER = 3_600.0


@pytest.mark.parametrize("fault", FaultProxy.FAULTS)
def test_the_copy_answers_while_the_cluster_is_in_trouble_and_the_cluster_after_it(
    engine, server, records, job, copy, faults, fault
):
    edit(records, 3)
    job.work()
    site = FallbackEngine(engine, copy, look_seconds=NEVER)
    assert not site.search(ASKED).degraded
    faults.fault = fault
    assert site.search(ASKED).degraded
    assert (faults.trickled > 0, faults.trickled < 1.5) == (fault == "trickle", True)
    asked = faults.requests
    for _ in range(5):
        assert site.search(ASKED).degraded
    assert faults.requests == asked, "only the first search may wait for the cluster"

    edit(records, 2)
    with pytest.raises(SearchUnavailable):
        job.work()
    assert engine.health().state is IndexState.UNREACHABLE
    assert PendingChange.objects.count() >= 2

    faults.fault = ""
    job.work()
    assert site.breaker.look()
    assert not site.search(ASKED).degraded
    assert_index_tells_the_truth(server)
    site.breaker.close()


NOTHING = SearchRequest(query="kosong", selections={"sector": ("health",)})
SEVERAL = {
    "similar": lambda engine, key: engine.similar(key, "id"),
    "alike": lambda engine, key: engine.alike("judul yang sama", "id"),
    "nothing found": lambda engine, key: engine.search(NOTHING),
}


@pytest.mark.parametrize("read", SEVERAL.values(), ids=SEVERAL)
def test_all_requests_of_a_call_share_the_time_of_one(server, records, job, copy, faults, read):
    """Each of them is within its own; the second is cut when the call's is over, and there is no third."""
    options = {"HOSTS": [faults.url], "READ_SECONDS": 2.0}
    engine = ElasticsearchEngine(definition(records), connect(options), prefix=server.indices.prefix)
    keys = edit(records, 3)
    job.work()
    asked = faults.requests
    read(engine, keys[0])
    assert faults.requests - asked >= 2

    faults.fault, asked = "slow", faults.requests
    site = FallbackEngine(engine, copy, look_seconds=NEVER)
    read(site, keys[0])
    assert site.breaker.is_open
    assert faults.requests - asked == 2
    site.breaker.close()


def test_a_host_that_refuses_is_no_fault_while_another_answers(records, server):
    edit(records, 2)
    rebuild(engine=server)
    options = {"HOSTS": ["http://127.0.0.1:1", cluster.address()]}
    engine = ElasticsearchEngine(definition(records), connect(options), prefix=server.indices.prefix)
    assert all(engine.search(ASKED).total == 2 for _ in range(6))
    assert_index_tells_the_truth(engine)


def test_an_index_deleted_by_hand_is_built_again(engine, server, records, job):
    edit(records, 3)
    job.work()
    cluster.remove(server.indices.prefix)
    assert engine.health().state is IndexState.MISSING
    job.work()
    assert_index_tells_the_truth(server)


def test_a_cluster_that_is_slow_to_make_an_index_is_waited_for_where_a_search_is_not(records, server, faults):
    """As one that has just started: every call about indices and aliases takes longer than a search may."""
    options = {"HOSTS": [faults.url], "READ_SECONDS": 0.3}
    engine = ElasticsearchEngine(definition(records), connect(options), prefix=server.indices.prefix)
    edit(records, 2)
    held: list[str] = []

    def hold(method: str, path: str) -> float:
        plain = path.partition("?")[0]
        if plain.endswith(("_bulk", "_refresh")):
            return 0.0
        held.append(f"{method} {plain.replace(server.indices.prefix, 'site')}")
        return 0.5

    faults.hold = hold
    build = engine.start_build()
    build.load(records.documents(list(records.titles), dict.fromkeys(records.titles, 1)))
    build.activate()
    name = build.name.replace(server.indices.prefix, "site")
    every = "GET /site-generation-*/_alias"
    assert held == [every, f"PUT /{name}", f"PUT /{name}/_settings", every, "POST /_aliases"]
    assert set(dict(server.keys())) == set(records.titles)
    with pytest.raises(SearchUnavailable, match="in time"):
        engine.search(ASKED)


def test_a_switch_whose_answer_is_lost_leaves_the_new_index_answering(engine, server, records, faults):
    edit(records, 3)
    build = engine.start_build()
    build.load(records.documents(list(records.titles), dict.fromkeys(records.titles, 1)))
    build.indices.patient = build.indices.patient.options(request_timeout=0.5)
    faults.only, faults.fault = "/_aliases", "mute"
    with pytest.raises(SearchUnavailable):
        build.activate()
    faults.fault = ""
    build.discard()
    assert server.search(ASKED).total == 3


@pytest.mark.production
def test_an_index_made_read_only_takes_its_changes_when_it_is_writable_again(engine, server, records, job):
    job.work()
    block = {"index.blocks.read_only_allow_delete": True}
    server.client.indices.put_settings(index=server.indices.alias, settings=block)
    edit(records, 2)
    with pytest.raises(SearchUnavailable):
        job.work()
    assert engine.search(ASKED).total == 0
    block["index.blocks.read_only_allow_delete"] = None
    server.client.indices.put_settings(index=server.indices.alias, settings=block)
    job.work()
    assert_index_tells_the_truth(server)


def test_a_write_that_was_held_for_long_never_brings_a_record_back(server):
    """Publish, withdraw, and the first write arrives last, after the server has forgotten deletions."""
    rebuild(engine=server)
    server.client.indices.put_settings(index=server.indices.alias, settings={"index.gc_deletes": "0s"})
    held = document("record", 1, "Judul")
    server.apply([document("record", 2, "Judul")])
    server.apply([Tombstone("record", 3)])
    server.client.indices.forcemerge(index=server.indices.alias)
    server.client.indices.close(index=server.indices.alias)
    server.client.indices.open(index=server.indices.alias, wait_for_active_shards="1")
    assert server.apply([held])[0].error is None
    assert server.search(ASKED).total == 0
    assert list(server.keys()) == []
    server.apply([document("record", 4, "Judul")])
    assert dict(server.keys()) == {"record": 4}


BUILDER = """
import sys
from tests import cluster
from tests.doubles import Records, definition, document
from search.engines.elasticsearch import ElasticsearchEngine
from elasticsearch import Elasticsearch
client = Elasticsearch(cluster.address(), request_timeout=60)
engine = ElasticsearchEngine(definition(Records()), client, prefix=sys.argv[1])
build = engine.start_build()
build.load([document("half", 1, "Judul")])
print(build.name, flush=True)
sys.stdin.read()
"""


def test_a_rebuild_that_was_killed_leaves_the_old_index_and_the_next_one_clears_up(server, records):
    edit(records, 2)
    rebuild(engine=server)
    command = [sys.executable, "-c", BUILDER, server.indices.prefix]
    builder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    orphan = builder.stdout.readline().strip()
    builder.kill()
    builder.communicate()
    assert orphan in server.indices.aliases()
    assert server.search(ASKED).total == 2
    rebuild(engine=server)
    assert list(server.indices.aliases()) == [server.health().generation]
    assert_index_tells_the_truth(server)


@pytest.mark.production
def test_five_hundred_edits_during_a_rebuild_are_all_in_the_new_index(server, records, job):
    edit(records, 50)
    job.work()
    first = iter([True])

    def edits(keys):
        if next(first, False):
            for key in list(records.titles)[:10]:
                del records.titles[key]
                changes.record([key])
            edit(records, 490)

    records.on_read = edits
    sizes = []
    rebuild(engine=server, progress=lambda step: sizes.append(server.search(SearchRequest(size=1)).total))
    assert min(sizes) >= 40
    assert_index_tells_the_truth(server)


def test_searches_never_fail_nor_shrink_while_one_generation_follows_another(server, records):
    edit(records, 3)
    rebuild(engine=server)
    over, totals = Event(), []

    def ask():
        while not over.is_set():
            totals.append(server.search(ASKED).total)

    with ThreadPoolExecutor(4) as clients:
        asking = [clients.submit(ask) for _ in range(4)]
        for _ in range(20):
            build = server.start_build()
            build.load([document(key, 9, "Baru") for key in records.titles])
            build.activate()
        over.set()
        for one in asking:
            one.result()
    assert set(totals) == {3}


def test_a_build_that_is_thrown_away_while_it_sends_leaves_no_index(server):
    build = server.start_build()
    build.load_later([document(f"key-{number}", 1, "Judul") for number in range(3000)])
    build.discard()
    assert not server.indices.aliases()


def test_a_key_that_may_touch_this_sites_indices_alone_is_enough(records):
    with services.throw_away(security=True) as secured:
        admin = Elasticsearch(secured.url, basic_auth=(secured.user, secured.password))
        rights = ["create_index", "delete_index", "manage", "read", "write"]
        role = {"site": {"cluster": [], "indices": [{"names": ["own-*"], "privileges": rights}]}}
        key = admin.security.create_api_key(name="site", role_descriptors=role)["encoded"]
        engine = ElasticsearchEngine(
            definition(records), connect({"HOSTS": [secured.url], "API_KEY": key}), prefix="own"
        )
        records.add(3)
        rebuild(engine=engine)
        assert engine.search(ASKED).total == 3
        assert engine.verify() == []
        assert len(list(engine.keys())) == 3
        assert list(engine.all_keys(ASKED))
        engine.suggest("jud", "id")
        engine.similar(next(iter(records.titles)), "id")
        foreign = ElasticsearchEngine(definition(records), engine.client, prefix="foreign")
        with pytest.raises(SearchUnavailable):
            rebuild(engine=foreign)
        admin.close()
        engine.client.close()
