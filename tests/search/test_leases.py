"""Leases: one holder at a time, ended by the clock of the database, whatever the clocks do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import leases
from search.errors import LeaseLost
from search.models import Lease

pytestmark = pytest.mark.django_db


def move_ends(by: timedelta) -> None:
    """As if the clock had moved the other way."""
    Lease.objects.update(expires_at=F("expires_at") + by)


def test_one_process_holds_a_lease_and_can_renew_it():
    assert leases.acquire(name="mail", holder="one", seconds=60)
    assert not leases.acquire(name="mail", holder="two", seconds=60)
    assert leases.acquire(name="mail", holder="one", seconds=60)
    assert leases.held(name="mail")


def test_a_lease_that_ended_is_taken_over_and_the_first_holder_learns_it():
    leases.acquire(name="mail", holder="one", seconds=60)
    move_ends(-timedelta(seconds=61))

    assert not leases.held(name="mail")
    assert leases.acquire(name="mail", holder="two", seconds=60)
    with pytest.raises(LeaseLost):
        leases.renew(name="mail", holder="one", seconds=60)


def test_a_released_lease_is_free_and_only_its_holder_releases_it():
    leases.acquire(name="mail", holder="one", seconds=60)
    leases.release(name="mail", holder="two")
    assert leases.held(name="mail")
    leases.release(name="mail", holder="one")
    assert leases.acquire(name="mail", holder="two", seconds=60)


def test_a_lease_from_a_clock_put_back_does_not_last_for_ever():
    leases.acquire(name="mail", holder="one", seconds=60)
    move_ends(timedelta(days=30))
    assert leases.acquire(name="mail", holder="two", seconds=60)


def test_leases_have_names_of_their_own():
    assert leases.acquire(name="mail", holder="one", seconds=60)
    assert leases.acquire(name="dump", holder="two", seconds=60)


def test_a_turn_comes_once_in_its_time_for_all_processes():
    assert leases.take_turn(name="publish", seconds=60)
    assert not leases.take_turn(name="publish", seconds=60)
    move_ends(-timedelta(seconds=61))
    assert leases.take_turn(name="publish", seconds=60)


def test_a_turn_taken_in_a_transaction_that_fails_is_free_again():
    with transaction.atomic():
        assert leases.take_turn(name="publish", seconds=60)
        transaction.set_rollback(True)
    assert leases.take_turn(name="publish", seconds=60)


def test_waiting_for_a_turn_only_reads(django_assert_num_queries):
    leases.take_turn(name="publish", seconds=60)
    with django_assert_num_queries(1) as captured:
        leases.take_turn(name="publish", seconds=60)
    assert isinstance(captured, CaptureQueriesContext)
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


def test_leases_that_ended_long_ago_are_swept():
    now = timezone.now()
    Lease.objects.create(name="old", expires_at=now - timedelta(days=3))
    Lease.objects.create(name="new", expires_at=now)
    leases.sweep()
    assert list(Lease.objects.values_list("name", flat=True)) == ["new"]


def test_no_two_processes_share_a_name():
    assert leases.holder() != leases.holder()
