"""Real processes on one database: writing at once, and killed where it hurts most."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import transaction

from search import changes, followers, rebuild
from search.engines.embedded import EmbeddedEngine
from search.models import Follower
from tests.doubles import Records, definition
from tests.search.processes import SharedDatabase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keys() -> list[str]:
    return [str(uuid.uuid4()) for _ in range(4)]


@pytest.fixture
def embedded(tmp_path) -> EmbeddedEngine:
    """The index of which the other processes are told the folder."""
    return EmbeddedEngine(definition(Records()), tmp_path / "search")


def test_versions_and_rows_add_up_when_two_processes_record_at_once(tmp_path, keys):
    followers.register(name="one", engine="memory")
    followers.register(name="two", engine="memory")
    database = SharedDatabase(tmp_path)

    with (
        database.actor("record", "1", "40", *keys) as first,
        database.actor("record", "2", "40", *keys) as second,
    ):
        committed = [json.loads(first.says()), json.loads(second.says())]

    expected = {key: committed[0][key] + committed[1][key] for key in keys}
    versions = dict(database.rows("SELECT key, version FROM search_recordversion"))
    assert {str(uuid.UUID(str(key))): version for key, version in versions.items()} == expected
    owed = database.rows("SELECT key, version FROM search_pendingchange")
    assert len(owed) == 2 * len(keys)
    assert set(owed) == set(versions.items())


def test_a_follower_killed_before_its_acknowledgement_applies_again(tmp_path, keys, embedded):
    rebuild.rebuild(engine=embedded)
    with transaction.atomic():
        changes.record(keys)
    database = SharedDatabase(tmp_path)

    with database.actor("follow_and_hang", str(embedded.folder)) as follower:
        assert follower.says() == "applied"
        follower.kill()
    assert dict(embedded.keys()) == dict.fromkeys(keys, 1)
    assert database.rows("SELECT count(*) FROM search_pendingchange") == [(4,)]

    with database.actor("follow_and_hang", str(embedded.folder)) as again:
        assert again.says() == "applied"
    assert dict(embedded.keys()) == dict.fromkeys(keys, 1)


def test_a_rebuild_killed_half_way_leaves_the_old_index_and_the_next_one_clears_up(tmp_path, keys, embedded):
    old = embedded.definition.source.add(2)
    first = rebuild.rebuild(engine=embedded)
    with transaction.atomic():
        changes.record(keys)
    database = SharedDatabase(tmp_path)

    with database.actor("rebuild_and_hang", str(embedded.folder)) as killed:
        assert killed.says() == "loaded"
        killed.kill()
    assert embedded.health().generation == first.generation
    assert len(list(embedded.keys())) == 2
    assert database.rows("SELECT count(*) FROM search_follower") == [(2,)]

    database.rows("DELETE FROM search_lease")  # it ends by itself in 45 seconds
    with database.actor("rebuild_index", str(embedded.folder)) as again:
        assert again.says() == "done"
    assert set(dict(embedded.keys())) == {*old, *keys}
    assert [path.name for path in embedded.folder.glob("generation-*")] == [embedded.health().generation]
    assert database.rows("SELECT name FROM search_follower") == [(embedded.health().generation,)]


def test_a_worker_builds_a_missing_index_and_ends_when_asked_to(tmp_path, keys, embedded):
    with transaction.atomic():
        changes.record(keys)
    database = SharedDatabase(tmp_path)

    with database.actor("work") as worker:
        worker.logs("Rebuilding the embedded index: the index is missing")
        worker.logs("The embedded index is rebuilt: 4 records")
        assert worker.terminate() == 0

    assert dict(embedded.keys()) == dict.fromkeys(keys, 1)
    (row,) = database.rows("SELECT name, state FROM search_follower")
    assert row == (embedded.health().generation, Follower.State.ACTIVE)
    leases = {name for (name,) in database.rows("SELECT name FROM search_lease")}
    assert not {name for name in leases if name.startswith(("follow:", "rebuild:", "worker:"))}
