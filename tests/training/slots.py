"""Slots of seminars for tests: made by the services, as a coordinator would."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from catalogue.services.codes import agency_id
from tests.training.people import Cast, cast, joined, person
from training.models import Assignment, Batch, Holder, Notice, Project, Room, Seminar, SeminarAttendee
from training.services import seminar_places, seminars
from training.services.enrolment import Person, enrol
from training.services.seminars import Plan

LINK = "https://rapat.example/ruang-1"


@pytest.fixture
def people() -> Cast:
    """A cast whom nobody has told anything yet."""
    made = cast()
    Notice.objects.all().delete()
    return made


def at(hour: float = 9, *, days: int = 7) -> datetime:
    """An hour of a day to come, where the site is."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(hours=hour)


def plan(hour: float = 9, *, days: int = 7, hours: float = 2, room: Room | None = None) -> Plan:
    begins = at(hour, days=days)
    return Plan(begins, begins + timedelta(hours=hours), room, "" if room else LINK)


def room(batch: Batch, name: str = "Ruang Anggrek", capacity: int = 30) -> Room:
    return Room.objects.get_or_create(
        institution=batch.institution, name=name, defaults={"capacity": capacity}
    )[0]


def slot(people: Cast, kind: str = "design", **when: Any) -> Seminar:
    """A slot of the cast's batch without projects."""
    return seminars.set_up(
        batch=people.batch, kind=kind, plan=plan(**when), by=people.coordinator, submit_key=uuid.uuid4()
    )


def put(people: Cast, seminar: Seminar, project: Project | None = None) -> None:
    seminar_places.place(
        seminar=seminar, project=project or people.fresh(), by=people.coordinator, submit_key=uuid.uuid4()
    )


def shift(people: Cast, seminar: Seminar, reason: str = "Ruang dipakai rapat", **when: Any) -> None:
    seminars.move(
        seminar=seminar, plan=plan(**when), reason=reason, by=people.coordinator, submit_key=uuid.uuid4()
    )


def begun(seminar: Seminar, hours: float = 0) -> None:
    """Let the slot have begun, so many hours ago."""
    begins = timezone.now() - timedelta(hours=hours)
    Seminar.objects.filter(pk=seminar.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=2))


def another(people: Cast, *, coach: Any = None, examiner: Any = None) -> Project:
    """One more project of the batch, its people all new unless given; everybody has accepted."""
    helpers = {"participant": person("lain"), "mentor": person("mentor"), "coach": coach or person("coach")}
    made = enrol(
        batch=people.batch,
        agency_id=agency_id("gov-35.10"),
        by=people.coordinator,
        **{name: Person(user.email) for name, user in helpers.items()},
    ).project
    if examiner is not None:
        joined(made, examiner, Holder.EXAMINER, accepted=False)
    Assignment.objects.filter(project=made).update(accepted_at=timezone.now())
    return made


def told(kind: str = "seminar") -> Counter[int]:
    """How often each person was told, by their key."""
    return Counter(Notice.objects.filter(kind=kind).values_list("user_id", flat=True))


def keys(*persons: User) -> Counter[int]:
    """Each of them told once, as ``told`` says it."""
    return Counter(user.pk for user in persons)


def everybody(people: Cast) -> Counter[int]:
    return keys(people.participant, people.mentor, people.coach, people.examiner)


def sequence(seminar: Seminar, user: User) -> tuple[int, bool]:
    """The number of changes in a person's calendar entry, and whether they attend."""
    row = SeminarAttendee.objects.get(seminar=seminar, user=user)
    return row.sequence, row.attends
