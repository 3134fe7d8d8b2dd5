"""Consultations and seminars of the demonstration: what a project went through on its way has happened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from training.models import (
    Batch,
    Consultation,
    Event,
    Holder,
    Project,
    Room,
    Seminar,
    SeminarAttendee,
    SeminarPlace,
)
from training.services import attendance, bookings, consultations, due, seminar_places, seminars

LINK = "https://rapat.example/seminar-contoh"
ROOMS = (("Ruang Anggrek", 40), ("Ruang Melati", 12))
_TALKS = (
    (
        "Matriks kegiatan dan keluarannya dibaca satu per satu.",
        "Setiap kegiatan diberi satu bukti dan tanggal.",
    ),
    ("Pemangku kepentingan dan risiko rancangan.", "Peserta menemui kepala bagian sebelum pekan depan."),
    ("Cara mengukur keadaan sebelum dan sesudah.", "Data awal dikumpulkan selama dua pekan."),
)
_SLOT = timedelta(minutes=90)


def talks(
    project: Project, way: Sequence[Event], who: Mapping[str, User]
) -> tuple[list[Consultation], list[Event]]:
    """The consultations of a project that went ``way``, each with what it left in the history.

    Two with the coach before the design is handed in; where it is being written, one, and one that waits for
    the coach; while it is revised, one that waits for the participant.
    """
    begun = next((event for event in way if event.target == "design"), None)
    if begun is None:
        return [], []
    handed_in = next((event for event in way if event.source == "design"), None)
    until = handed_in.at if handed_in else project.entered_at + timedelta(minutes=50)
    step = (until - begun.at) / 4
    participant, coach = who[Holder.PARTICIPANT], who[Holder.COACH]
    plan = [(participant, True), (coach, True)] if handed_in else [(coach, True), (participant, False)]
    made = [_talk(project, coach, by, begun.at + step * n, step, yes) for n, (by, yes) in enumerate(plan, 1)]
    if project.state_code == "design-revision":
        last = project.entered_at + timedelta(minutes=10)
        made.append(_talk(project, coach, coach, last, step, False))
    return made, [event for talk in made for event in _events_of(talk, who)]


def _talk(
    project: Project, coach: User, by: User, at: datetime, step: timedelta, confirmed: bool
) -> Consultation:
    said = _TALKS[(at.minute + at.day) % len(_TALKS)]
    return Consultation(
        project=project, role=Holder.COACH, supporter=coach, written_by=by,
        held_on=timezone.localdate(at), discussed=said[0], agreed=said[1], written_at=at,
        state=Consultation.State.CONFIRMED if confirmed else Consultation.State.WAITING,
        answered_at=at + step / 2 if confirmed else None,
    )  # fmt: skip


def _events_of(talk: Consultation, who: Mapping[str, User]) -> list[Event]:
    own = talk.written_by == who[Holder.PARTICIPANT]
    sides = [Holder.PARTICIPANT, Holder.COACH] if own else [Holder.COACH, Holder.PARTICIPANT]
    moments = [(consultations.WRITTEN, talk.written_at), (consultations.CONFIRMED, talk.answered_at)]
    return [
        Event(project=talk.project, code=code, actor=who[side], role=side, at=at)
        for side, (code, at) in zip(sides, moments, strict=True)
        if at is not None
    ]


def hold_seminars(batch: Batch, projects: Sequence[Project], *, number: int, by: User, now: datetime) -> None:
    """Give the projects of the batch the seminars they had, have now, and will have.

    ``number`` is the batch's among those of the demonstration: their people are partly the same.
    """
    rooms = [
        Room.objects.get_or_create(institution=batch.institution, name=name, defaults={"capacity": seats})[0]
        for name, seats in ROOMS
    ]
    slots = _Slots(batch, rooms, by)
    for kind in Seminar.Kind:
        slots.held(kind, projects)
        here = [project for project in projects if project.state_code == f"{kind}-seminar"]
        if number == 0:
            begins = now - timedelta(hours=1 if kind == Seminar.Kind.DESIGN else 4)
            slots.make(kind, begins, begins + _SLOT, here, recorded=kind == Seminar.Kind.DESIGN)
        else:
            begins = _clock(now, days=1, hours=8 + number * 2 + (4 if kind == Seminar.Kind.RESULT else 0))
            slots.make(kind, begins, begins + _SLOT, here)
    coming = [
        project
        for project in projects
        if project.state_code in seminar_places.ahead(batch.version, Seminar.Kind.DESIGN)
        and project.state_code not in {batch.version.start.code, "design-seminar"}
    ]
    begins = _clock(now, days=4, hours=8 + number * 3)
    slots.make(Seminar.Kind.DESIGN, begins, begins + timedelta(hours=2, minutes=30), coming[:4])
    begins = _clock(now, days=5, hours=8 + number * 3)
    slots.make(Seminar.Kind.DESIGN, begins, begins + timedelta(hours=2), [], online=True)
    due.follow(projects)


def _clock(now: datetime, *, days: int, hours: float) -> datetime:
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=days, hours=hours)


class _Slots:
    """Makes slots of one batch; those of the past where nobody was at two at once."""

    def __init__(self, batch: Batch, rooms: Sequence[Room], by: User) -> None:
        self._batch, self._rooms, self._by = batch, rooms, by

    def held(self, kind: Seminar.Kind, projects: Sequence[Project]) -> None:
        """The slots before which the projects were seen off: one for those of a day."""
        by_day: dict[object, list[tuple[datetime, Project]]] = {}
        for project in projects:
            closed = project.events.filter(code=f"close-{kind}-seminar").first()
            if closed is not None:
                by_day.setdefault(timezone.localdate(closed.at), []).append((closed.at, project))
        for rows in by_day.values():
            begins = self._free(kind, rows)
            self.make(kind, begins, begins + _SLOT, [project for _at, project in rows], online=len(rows) == 1)

    def _free(self, kind: Seminar.Kind, rows: Sequence[tuple[datetime, Project]]) -> datetime:
        """When a seminar was: after all of ``rows`` had come to it and before the first was closed."""
        people = set().union(*bookings.people_of(project for _at, project in rows).values())
        until = min(at for at, _project in rows) - _SLOT
        came = Event.objects.filter(project__in=[row[1] for row in rows], target=f"{kind}-seminar")
        since = max(came.values_list("at", flat=True))
        for day in (0, -1):
            for hour in (9, 10.5, 13, 14.5):
                begins = _clock(until, days=day, hours=hour)
                if since <= begins <= until and not self._taken(begins, people):
                    return begins
        begins = until
        while self._taken(begins, people):
            begins -= timedelta(minutes=15)
        if begins < since:  # it would not count
            raise LookupError(f"no room for a seminar between {since} and {until}")
        return begins

    def _taken(self, begins: datetime, people: set[int]) -> bool:
        same = Seminar.objects.filter(starts_at__lt=begins + _SLOT, ends_at__gt=begins)
        there = SeminarAttendee.objects.filter(user__in=people, seminar__in=same)
        return there.exists() or same.filter(room=self._rooms[0]).exists()

    def make(
        self,
        kind: Seminar.Kind,
        begins: datetime,
        ends: datetime,
        projects: Sequence[Project],
        *,
        online: bool = False,
        recorded: bool = False,
    ) -> None:
        """One slot with its projects and people; each project's history says so."""
        slot = Seminar.objects.create(
            batch=self._batch, kind=kind, starts_at=begins, ends_at=ends, made_by=self._by,
            room=None if online else self._rooms[0], link=LINK if online else "",
        )  # fmt: skip
        SeminarPlace.objects.bulk_create(
            SeminarPlace(seminar=slot, project=project, kind=kind, position=position)
            for position, project in enumerate(projects, start=1)
        )
        attendance.sync(slot, concerned=(), change=uuid.uuid4())
        if recorded:
            SeminarAttendee.objects.filter(seminar=slot).update(may_record=True, answered_at=begins)
        for project in projects:
            self._keep(project, slot)

    def _keep(self, project: Project, slot: Seminar) -> None:
        """In the history after all that is there: when it was written down is not what the rules look at."""
        last = project.events.order_by("number").last()
        Event.objects.create(
            project=project, number=last.number + 1 if last else 1, code=seminars.PLACED, actor=self._by,
            role=Holder.COORDINATOR, source=project.state_code, target=project.state_code,
            note=bookings.when(slot), at=max(last.at, project.entered_at) if last else project.entered_at,
        )  # fmt: skip
