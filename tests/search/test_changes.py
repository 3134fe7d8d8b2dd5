"""Changes are rows in the writer's own transaction: nothing lost, nothing left by a rollback."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import changes
from search.errors import NotInTransaction
from search.models import Follower, PendingChange, RecordVersion

pytestmark = pytest.mark.django_db


def keys(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def versions() -> dict[str, int]:
    return {str(key): version for key, version in RecordVersion.objects.values_list("key", "version")}


def owed(follower: Follower) -> dict[str, int]:
    return {str(key): version for key, version in follower.pending.values_list("key", "version")}


@pytest.fixture
def followers():
    return [Follower.objects.create(name=name, engine="double", host="here") for name in ("one", "two")]


def test_a_change_raises_the_version_and_is_owed_to_every_follower(followers):
    first, second = keys(2)
    changes.record([first])
    changes.record([first, second])

    assert versions() == {first: 2, second: 1}
    for follower in followers:
        assert owed(follower) == {first: 2, second: 1}


def test_keys_may_repeat_and_be_written_in_any_form(followers):
    key = uuid.uuid4()
    changes.record([str(key), key.hex, key, str(key).upper()])
    assert versions() == {str(key): 1}


def test_nothing_to_record_is_no_statement(django_assert_num_queries, followers):
    with django_assert_num_queries(0):
        changes.record([])


def test_a_key_must_be_a_uuid():
    with pytest.raises(ValueError, match="badly formed"):
        changes.record(["not-a-key"])


@pytest.mark.parametrize("count", [1, 10, 5_000])
def test_statements_do_not_grow_with_the_number_of_keys(count, followers):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        changes.record(keys(count))
    assert len(captured) == (1 if connection.vendor == "postgresql" else 2)
    assert PendingChange.objects.count() == 2 * count


def test_a_queryset_is_recorded_inside_the_database(followers):
    changed, untouched = keys(700), keys(3)
    changes.record([*changed, *untouched])
    with CaptureQueriesContext(connection) as captured:
        changes.record_queryset(RecordVersion.objects.filter(key__in=changed).order_by("-version"), "key")
    assert len(captured) <= 2
    assert versions() == dict.fromkeys(changed, 2) | dict.fromkeys(untouched, 1)
    assert owed(followers[0]) == versions()


def test_an_empty_queryset_records_nothing(followers):
    changes.record_queryset(RecordVersion.objects.none(), "key")
    assert versions() == {}


def test_record_all_owes_every_record(followers):
    known = keys(5)
    changes.record(known)
    PendingChange.objects.all().delete()
    changes.record_all()
    assert owed(followers[1]) == dict.fromkeys(known, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("call", [lambda: changes.record([uuid.uuid4()]), changes.record_all])
def test_recording_outside_a_transaction_is_refused(call):
    with pytest.raises(NotInTransaction):
        call()
    assert versions() == {}
