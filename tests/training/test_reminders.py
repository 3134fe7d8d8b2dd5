"""Reminders come on their days, each once, to whom they concern."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.training.meeting import meet_all
from tests.training.people import cast, person
from training.models import Notice, Project
from training.services.enrolment import Person, enrol
from training.services.reminders import remind

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 20)


@pytest.fixture
def people():
    """A participant who writes a design that is due on 20 June and came to it in May."""
    made = cast()
    made.answer_all()
    made.walk_to("design")
    due(made, DUE)
    Notice.objects.all().delete()
    return made


def due(people, day, entered=date(2026, 5, 1)):
    moment = timezone.make_aware(timezone.datetime(entered.year, entered.month, entered.day, 9))
    Project.objects.filter(pk=people.project.pk).update(due_on=day, entered_at=moment)


def told():
    """Who was told how many days from the due date, oldest first."""
    rows = Notice.objects.filter(kind="reminder").order_by("pk").values_list("user_id", "cause")
    return [(user, int(cause.rpartition(":")[2])) for user, cause in rows]


def every_day(first=-30, last=30):
    for offset in range(first, last + 1):
        for _hour in range(3):
            remind(today=DUE + timedelta(days=offset))


def test_each_comes_once_on_its_day_to_whom_it_concerns(people):
    every_day()
    participant, mentor, coach, leader = (
        person.pk for person in (people.participant, people.mentor, people.coach, people.coordinator)
    )
    assert told() == [
        *[(participant, offset) for offset in (-7, -3, -1, 0, 1)],
        (mentor, 3), (coach, 3), (leader, 7),
    ]  # fmt: skip


def test_a_clock_that_is_put_back_makes_none_twice(people):
    every_day(-10, 2)
    before = told()
    every_day(-10, 2)
    remind(today=DUE - timedelta(days=365))
    assert told() == before


def test_a_worker_that_was_away_makes_up_for_the_latest_alone(people):
    remind(today=DUE + timedelta(days=2))
    assert told() == [(people.participant.pk, 1)]
    remind(today=DUE + timedelta(days=40))
    assert told() == [(people.participant.pk, 1)]


def test_another_due_date_or_another_state_begins_anew(people):
    remind(today=DUE)
    due(people, DUE + timedelta(days=10))
    remind(today=DUE + timedelta(days=3))
    assert told() == [(people.participant.pk, 0), (people.participant.pk, -7)]
    meet_all(people)
    people.move("submit-design")
    due(people, DUE + timedelta(days=10), entered=DUE)
    remind(today=DUE + timedelta(days=10))
    assert told()[2:] == [(people.coach.pk, 0)]


def test_who_has_just_got_it_is_not_reminded_of_days_gone_by(people):
    due(people, DUE, entered=DUE - timedelta(days=2))
    remind(today=DUE - timedelta(days=2))
    assert told() == []
    remind(today=DUE - timedelta(days=1))
    assert told() == [(people.participant.pk, -1)]


def test_a_late_curation_is_told_to_mentor_coach_and_coordinators_and_reminds_nobody(people):
    """The participant has nothing to do, and curators have a queue of their own."""
    people.walk_to("curation")
    due(people, DUE)
    every_day()
    assert told() == [(people.mentor.pk, 3), (people.coach.pk, 3), (people.coordinator.pk, 7)]


def test_nobody_is_reminded_where_nobody_has_the_project(people):
    people.walk_to("curation")
    Project.objects.filter(pk=people.project.pk).update(state_code="published")
    due(people, DUE)
    every_day()
    assert told() == []


def test_twenty_projects_take_as_many_queries_as_one(people, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        remind(today=DUE)
    assert len(told()) == 1
    Notice.objects.all().delete()
    for number in range(19):
        owner = person(f"peserta{number}")
        project = enrol(
            batch=people.batch,
            agency_id=people.project.agency_id,
            by=people.coordinator,
            participant=Person(owner.email),
            mentor=Person(people.mentor.email),
            coach=Person(people.coach.email),
        ).project
        now = people.fresh()
        Project.objects.filter(pk=project.pk).update(
            state_code=now.state_code, due_on=now.due_on, entered_at=now.entered_at
        )
    Notice.objects.all().delete()
    with django_assert_num_queries(len(one)):
        remind(today=DUE)
    assert len(told()) == 20


@pytest.mark.parametrize(
    ("consent", "certificate", "expected"), [("yes", "issued", 6), ("no", "issued", 0), ("no", "waiting", 6)]
)
def test_an_end_is_no_reason_unless_something_can_be_done(people, consent, certificate, expected):
    people.walk_to("passed")
    project = people.fresh()
    project.certificates.update(state=certificate)
    Project.objects.filter(pk=project.pk).update(answers={**project.answers, "consent": consent})
    due(people, DUE)
    every_day(-30, 2)
    every_day(7, 8)
    assert len([user for user, _offset in told() if user == people.coordinator.pk]) == expected
