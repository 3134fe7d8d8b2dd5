"""What only PostgreSQL can do: transactions that are open at the same time."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction

from search import changes, followers, leases
from search.models import Follower, PendingChange, RecordVersion
from tests.doubles import MemoryEngine, Records, definition

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
PATIENCE = 20


@contextmanager
def open_transaction(keys):
    """Another connection that has recorded ``keys`` and commits when the yielded event is set."""
    recorded, commit = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                changes.record(keys)
                recorded.set()
                assert commit.wait(PATIENCE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert recorded.wait(PATIENCE)
        try:
            yield commit
        finally:
            commit.set()
            writing.result(PATIENCE)


@pytest.fixture
def keys() -> list[str]:
    return [str(uuid.uuid4()) for _ in range(4)]


def test_a_new_follower_waits_for_transactions_that_did_not_see_it(keys):
    """They owe it nothing, so what is read from the database for it must include them."""
    looks = []
    with open_transaction(keys) as commit:

        def pause(seconds):
            looks.append(RecordVersion.objects.count())
            commit.set()

        followers.register(name="new", engine="memory", pause=pause)
        assert RecordVersion.objects.count() == 4
    assert looks[0] == 0


def test_a_new_follower_does_not_wait_for_transactions_that_began_later(keys):
    with open_transaction(keys[:1]) as first:

        def pause(seconds):
            with open_transaction(keys[1:]):
                first.set()

        follower = followers.register(name="new", engine="memory", pause=pause)
    assert {str(key) for key in follower.pending.values_list("key", flat=True)} == set(keys[1:])


def test_following_neither_waits_for_an_open_transaction_nor_lets_it_hold_up_others(keys):
    records = Records(dict.fromkeys(keys, "Judul"))
    engine = MemoryEngine(definition(records))
    engine.start_build().activate()
    follower = followers.register(name="x", engine="memory")
    with transaction.atomic():
        changes.record(keys)

    def follow():
        return followers.follow(follower=follower, target=engine, source=records, batch=2)

    with open_transaction(keys[:3]):
        assert follow().applied == 1
        assert dict(engine.keys()) == {keys[3]: 1}
    assert follow().applied == 3
    assert dict(engine.keys()) == dict.fromkeys(keys[:3], 2) | {keys[3]: 1}


def test_a_row_refreshed_by_an_open_transaction_survives_the_acknowledgement(keys):
    follower = followers.register(name="x", engine="memory")
    records = Records(dict.fromkeys(keys, "Judul"))
    with transaction.atomic():
        changes.record(keys)

    class Interrupted(MemoryEngine):
        def apply(self, applied):
            with open_transaction(keys[:1]):
                pass
            return super().apply(applied)

    engine = Interrupted(definition(records))
    engine.start_build().activate()
    outcome = followers.follow_batch(follower=follower, target=engine, source=records)
    assert (outcome.applied, outcome.owed) == (3, 1)
    assert follower.pending.get().version == 2


def test_an_editors_transaction_commits_though_a_follower_is_dropped_meanwhile(keys):
    followers.register(name="x", engine="memory")
    with open_transaction(keys):
        followers.drop(Follower.objects.all())
    assert RecordVersion.objects.count() == 4
    assert PendingChange.objects.count() == 4
    followers.drop_unseen()
    assert not PendingChange.objects.exists()


def test_a_turn_belongs_to_one_of_two_transactions_at_once():
    taken, finish = Event(), Event()

    def take():
        try:
            with transaction.atomic():
                won = leases.take_turn(name="publish", seconds=60)
                taken.set()
                finish.wait(PATIENCE)
                return won
        finally:
            connection.close()

    def take_too():
        try:
            with transaction.atomic():
                return leases.take_turn(name="publish", seconds=60)
        finally:
            connection.close()

    leases.take_turn(name="publish", seconds=-1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(take)
        assert taken.wait(PATIENCE)
        second = pool.submit(take_too)
        finish.set()
        assert [first.result(PATIENCE), second.result(PATIENCE)] == [True, False]
