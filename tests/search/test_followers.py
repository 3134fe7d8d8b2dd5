"""Following: what was committed arrives, in any order, once or twice, and poison holds up nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import changes, followers
from search.errors import SearchUnavailable
from search.models import Follower, PendingChange, RecordVersion
from search.types import Document, Tombstone
from search.worker.index import Generation
from tests.doubles import document

pytestmark = pytest.mark.django_db


def follow(engine, follower, **options):
    return followers.follow(follower=follower, target=engine, source=engine.definition.source, **options)


def test_a_change_reaches_the_index_and_its_row_goes(engine, follower, records):
    keys = records.add(3)
    changes.record(keys)

    outcome = follow(engine, follower)

    assert (outcome.applied, outcome.parked) == (3, 0)
    assert dict(engine.keys()) == dict.fromkeys(keys, 1)
    assert not follower.pending.exists()


def test_a_record_that_is_gone_becomes_a_tombstone(engine, follower, records):
    (key,) = records.add()
    changes.record([key])
    follow(engine, follower)
    del records.titles[key]
    changes.record([key])
    follow(engine, follower)

    assert dict(engine.keys()) == {}
    assert engine.applied[-1] == [Tombstone(key, 2)]


def test_publish_unpublish_publish_with_the_first_write_arriving_last(engine, follower, records):
    (key,) = records.add(title="pertama")
    changes.record([key])
    late = list(engine.definition.source.documents([key], {key: 1}))
    del records.titles[key]
    changes.record([key])
    follow(engine, follower)
    engine.apply(late)
    assert dict(engine.keys()) == {}

    records.titles[key] = "kembali"
    changes.record([key])
    follow(engine, follower)
    engine.apply(late)
    engine.apply([Tombstone(key, 2)])
    assert dict(engine.keys()) == {key: 3}


def test_a_rolled_back_change_leaves_no_trace(engine, follower, records):
    (key,) = records.add()
    with transaction.atomic():
        changes.record([key])
        transaction.set_rollback(True)

    assert follow(engine, follower).applied == 0
    assert not RecordVersion.objects.exists()
    assert dict(engine.keys()) == {}


def test_a_row_refreshed_while_its_change_is_applied_stays(engine, follower, records):
    (key,) = records.add()
    changes.record([key])
    edits = iter([True])
    engine.after_apply = lambda applied: next(edits, False) and changes.record([key])

    follow(engine, follower)
    assert follower.pending.get().version == 2

    follow(engine, follower)
    assert [change.version for batch in engine.applied for change in batch] == [1, 2]
    assert dict(engine.keys()) == {key: 2}
    assert not follower.pending.exists()


def test_a_crash_between_writing_and_acknowledging_applies_again(engine, follower, records):
    (key,) = records.add()
    changes.record([key])

    def crash(applied):
        raise KeyboardInterrupt

    engine.after_apply = crash
    with pytest.raises(KeyboardInterrupt):
        follow(engine, follower)
    assert follower.pending.count() == 1

    engine.after_apply = lambda applied: None
    assert follow(engine, follower).applied == 1
    assert dict(engine.keys()) == {key: 1}


@pytest.mark.parametrize("fault", ["refused", "exploding", "broken"])
def test_poison_is_parked_with_its_reason_and_the_others_go_on(engine, follower, records, fault):
    keys = records.add(5)
    poisoned = keys[2]
    {"refused": engine.refused, "exploding": engine.exploding, "broken": records.broken}[fault].add(poisoned)
    changes.record(keys)

    outcome = follow(engine, follower)

    assert (outcome.applied, outcome.parked) == (4, 1)
    assert set(dict(engine.keys())) == set(keys) - {poisoned}
    (row,) = changes.parked()
    assert str(row.key) == poisoned
    assert row.attempts == 1
    assert row.retry_at > row.parked_at
    assert {
        "refused": "400",
        "exploding": "ValueError (tests/doubles.py:",
        "broken": "ValueError (tests/doubles.py:",
    }[fault] in row.reason
    assert poisoned not in row.reason


def test_a_parked_change_waits_its_time_and_is_then_tried_again(engine, follower, records):
    (key,) = records.add()
    engine.refused.add(key)
    changes.record([key])
    follow(engine, follower)
    engine.refused.clear()

    assert follow(engine, follower).applied == 0
    PendingChange.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert follow(engine, follower).applied == 1
    assert dict(engine.keys()) == {key: 1}


def test_a_refusal_is_dated_from_its_first_until_the_record_changes(engine, follower, records):
    (key,) = records.add()
    engine.refused.add(key)
    changes.record([key])
    follow(engine, follower)
    first = changes.parked().get()
    PendingChange.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    follow(engine, follower)
    changes.retry()
    follow(engine, follower)

    again = changes.parked().get()
    assert (again.attempts, again.refused_at) == (3, first.refused_at)
    assert again.parked_at > first.parked_at

    changes.record([key])
    fresh = follower.pending.get()
    assert (fresh.attempts, fresh.reason, fresh.refusal, fresh.refused_at) == (0, "", "", None)
    follow(engine, follower)
    assert changes.parked().get().refused_at > first.refused_at


def test_a_clock_put_back_does_not_keep_a_parked_change_waiting(engine, follower, records):
    (key,) = records.add()
    engine.refused.add(key)
    changes.record([key])
    follow(engine, follower)
    engine.refused.clear()
    PendingChange.objects.update(retry_at=timezone.now() + timedelta(days=1))

    assert follow(engine, follower).applied == 1


def test_staff_can_try_a_parked_change_again_at_once(engine, follower, records):
    first, second = records.add(2)
    engine.refused |= {first, second}
    changes.record([first, second])
    follow(engine, follower)
    engine.refused.clear()

    chosen = changes.parked().get(key=first)
    assert changes.retry(ids=[chosen.id]) == 1
    assert follow(engine, follower).applied == 1
    assert changes.retry() == 1
    assert follow(engine, follower).applied == 1


def test_a_new_change_frees_a_parked_record(engine, follower, records):
    (key,) = records.add()
    engine.refused.add(key)
    changes.record([key])
    follow(engine, follower)
    engine.refused.clear()
    changes.record([key])

    assert follow(engine, follower).applied == 1
    assert dict(engine.keys()) == {key: 2}


def test_waits_grow_to_a_minute():
    seconds = [followers.delay(attempts).total_seconds() for attempts in (1, 2, 3, 4, 1000)]
    assert seconds == [1, 4, 16, 60, 60]


def test_an_engine_that_is_down_leaves_every_row_as_it_was(engine, follower, records):
    changes.record(records.add(3))
    engine.down = True
    with pytest.raises(SearchUnavailable):
        follow(engine, follower)
    assert follower.pending.filter(attempts=0, parked_at=None).count() == 3

    engine.down = False
    assert follow(engine, follower).applied == 3


def test_a_database_that_is_down_parks_nothing(engine, follower, records):
    changes.record(records.add(2))

    def lost(keys):
        raise OperationalError("server closed the connection")

    records.on_read = lost
    with pytest.raises(OperationalError):
        follow(engine, follower)
    assert not changes.parked().exists()


def test_a_change_the_engine_says_nothing_about_is_parked(engine, follower, records):
    (key,) = records.add()
    changes.record([key])

    class Silent:
        def apply(self, applied):
            return []

    outcome = followers.follow(follower=follower, target=Silent(), source=records)
    assert outcome.parked == 1
    assert changes.parked().get().reason == "not acknowledged"


def test_a_backlog_goes_in_batches_with_a_fixed_number_of_statements_each(engine, follower, records):
    changes.record(records.add(200))
    counts = []
    for size in (10, 100):
        with CaptureQueriesContext(connection) as captured:
            followers.follow_batch(follower=follower, target=engine, source=records, batch=size)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert follower.pending.count() == 90


def test_an_edit_does_not_wait_behind_a_bulk_change(engine, follower, records):
    changes.record(records.add(30))
    (edited,) = records.add()
    changes.record([edited])
    followers.follow_batch(follower=follower, target=engine, source=records, batch=10)
    assert edited in dict(engine.keys())


def test_following_ends_between_batches_when_asked_to(engine, follower, records):
    changes.record(records.add(30))
    answers = iter([False, True])
    outcome = follow(engine, follower, batch=10, should_stop=lambda: next(answers))
    assert (outcome.applied, follower.pending.count()) == (10, 20)


def test_each_follower_has_its_own_rows(engine, follower, records):
    other = followers.register(name="other", engine="memory", host="elsewhere")
    changes.record(records.add(2))
    follow(engine, follower)
    assert (follower.pending.count(), other.pending.count()) == (0, 2)


def test_a_follower_unseen_for_a_day_is_dropped_with_its_rows(follower):
    gone = followers.register(name="gone", engine="memory", host="elsewhere")
    changes.record(["00000000-0000-4000-8000-000000000001"])
    Follower.objects.filter(id=gone.id).update(last_seen=timezone.now() - timedelta(hours=25))

    assert followers.drop_unseen() == ["gone"]
    assert list(Follower.objects.all()) == [follower]
    assert set(PendingChange.objects.values_list("follower_id", flat=True)) == {follower.id}


def test_rows_written_for_a_follower_that_was_dropped_meanwhile_are_swept(follower):
    key = "00000000-0000-4000-8000-000000000001"
    PendingChange.objects.create(follower_id=follower.id + 1000, key=key, version=1)
    followers.drop_unseen()
    assert not PendingChange.objects.exists()


def test_a_write_that_lands_in_a_newer_generation_is_made_good(engine, follower, records):
    """A delete was replayed nowhere: the new generation started after it and holds no tombstone."""
    newer = followers.register(name="newer", engine="memory")
    changes.record(["00000000-0000-4000-8000-000000000001"])
    PendingChange.objects.all().delete()
    old = Generation(engine, "an older one")
    Follower.objects.filter(id=follower.id).delete()
    Follower.objects.filter(id=newer.id).update(name=engine.health().generation)

    old.apply([document("00000000-0000-4000-8000-000000000001", 1, "hantu")])
    assert len(list(engine.keys())) == 1
    follow(engine, newer)
    assert dict(engine.keys()) == {}


def test_lag_counts_and_ages_each_followers_changes(engine, follower, records):
    first, second, third = records.add(3)
    engine.refused.add(third)
    changes.record([third])
    follow(engine, follower)
    changes.record([first, second])
    hour_ago = timezone.now() - timedelta(hours=1)
    PendingChange.objects.filter(key=first).update(recorded_at=hour_ago)

    with CaptureQueriesContext(connection) as captured:
        (lag,) = changes.lag()

    assert len(captured) == 1
    assert (lag.follower, lag.pending, lag.parked) == (follower.name, 2, 1)
    assert 3600 <= lag.oldest_seconds < 3700


def test_an_applied_document_carries_only_what_its_source_gave(engine, follower, records):
    (key,) = records.add(title="Antrean daring")
    changes.record([key])
    follow(engine, follower)
    (applied,) = engine.applied[-1]
    assert isinstance(applied, Document)
    assert applied.stored == {"title": {"id": "Antrean daring"}}
