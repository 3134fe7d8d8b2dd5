"""``kill -9`` of what the worker does by the clock, before each of its statements and commits.

It is begun again each time and killed one step later, until it comes to its end; then by two workers at
once. Every reminder and survey is there once, and what is to be deleted is gone, nothing else.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from tests.training import logs
from tests.training.people import Cast, cast
from tests.training.test_kills_beside import Office
from training.models import FollowUp, LogEntry, LogPrivate, Notice, Project
from training.services import seals

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
]
MOST = 200
"""Steps no work of these takes; one that never ends fails."""


def killed_at_every_step(folder, name: str) -> int:
    """How often it was killed before it came to its end; what it left behind is read back."""
    office = Office(folder)
    with office.database.actor() as process:
        assert process.says() == "ready"
        office.process = process
        for step in count(1):
            assert step < MOST
            _let_it_be_due(office, name)
            if office.order(str(step), "by_clock", name) == "done":
                break
        for _again in range(2):
            _let_it_be_due(office, name)
            assert office.order("never", "by_clock", name) == "done"
    office.database.read_back()
    return step - 1


def _let_it_be_due(office: Office, name: str) -> None:
    """A killed worker has taken its turn; the next one comes by itself after a while."""
    office.database.rows(f"DELETE FROM search_lease WHERE name = 'turn:{name}'")  # noqa: S608


def told(kind: Notice.Kind) -> Counter[tuple[int, int]]:
    """How many notices of a kind there are, by project and person."""
    return Counter(Notice.objects.filter(kind=kind).values_list("project", "user"))


def in_state(people: Cast, state: str, *, days: int, due: int | None = None) -> Project:
    """The project in ``state`` for so many days, due in ``due`` days."""
    now = timezone.now()
    on = None if due is None else timezone.localdate(now) + timedelta(days=due)
    Project.objects.filter(pk=people.project.pk).update(
        state_code=state, entered_at=now - timedelta(days=days), due_on=on
    )
    return people.fresh()


def test_each_reminder_is_made_once(tmp_path):
    late, soon, idle = cast(), cast(), cast()
    in_state(late, "issue", days=30, due=-8)
    in_state(soon, "design-review", days=30, due=1)
    in_state(idle, "implementation", days=20)
    everybody = (late.participant, late.mentor, late.coach, late.coordinator)
    assert killed_at_every_step(tmp_path, "training_reminders") > 5
    wanted = [(late.project.pk, user.pk) for user in everybody] + [(soon.project.pk, soon.coach.pk)]
    assert told(Notice.Kind.REMINDER) == Counter(wanted)
    assert told(Notice.Kind.LOGBOOK) == Counter([(idle.project.pk, idle.participant.pk)])


def test_each_survey_is_asked_once_and_reminded_of_once(tmp_path):
    casts = [cast() for _number in range(3)]
    for people, days in zip(casts, (181, 200, 366), strict=True):
        in_state(people, "published", days=days)
        Project.objects.filter(pk=people.project.pk).update(record_key=people.project.key)
    asked = FollowUp.objects.create(project=casts[1].project, months=6)
    FollowUp.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - timedelta(days=15))
    assert killed_at_every_step(tmp_path, "training_follow_ups") > 15
    months = [(people.project.pk, 12 if people is casts[2] else 6) for people in casts]
    assert sorted(FollowUp.objects.values_list("project", "months")) == sorted(months)
    assert set(FollowUp.objects.values_list("project", "reminded")) == {
        (people.project.pk, int(people is casts[1])) for people in casts
    }
    wanted = [
        (people.project.pk, user.pk) for people in casts for user in (people.participant, people.mentor)
    ]
    assert told(Notice.Kind.FOLLOW_UP) == Counter(wanted)


def entry(people: Cast, number: int, *, days: int) -> LogEntry:
    """An entry of so many days ago, with place and condition."""
    at = timezone.now() - timedelta(days=days)
    made = LogEntry.objects.create(
        project=people.project, number=number, on=at.date(), activity="Uji coba",
        written_by=people.participant, created_at=at,
    )  # fmt: skip
    LogPrivate.objects.create(entry=made, sealed="", created_at=at)
    return made


def test_place_and_condition_are_deleted_and_no_other(tmp_path):
    people = cast()
    logs.implementing(people, days=100)
    rows = [entry(people, number, days=days) for number, days in enumerate((100, 95, 10), start=1)]
    assert killed_at_every_step(tmp_path, "training_private") > 2
    assert [row.entry for row in LogPrivate.objects.all()] == rows[2:]


def test_entries_are_sealed_once_and_in_their_order(tmp_path):
    casts = [cast(), cast()]
    for people in casts:
        logs.implementing(people, days=20)
        for number, days in enumerate((9, 5, 0), start=1):
            entry(people, number, days=days)
    assert killed_at_every_step(tmp_path, "training_seals") > 10
    for people in casts:
        places = LogEntry.objects.filter(project=people.project).order_by("number")
        assert list(places.values_list("place", flat=True)) == [1, 2, None]
        assert seals.verify(people.project) == []
