"""Who is expected in a slot. It follows from its projects and the people around them; so do the notices."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Notice, Project, Seminar, SeminarAttendee, SeminarPlace
from training.permissions import running
from training.services import bookings
from training.services.notices import mail_of

CAUSE = "seminar:"
Told = Mapping[int, Project]
"""Key of a person → the project that they are told about."""


def projects_of(seminar: Seminar) -> list[Project]:
    """The projects of the slot in their order, but for those that missed it."""
    places = SeminarPlace.objects.taken().filter(seminar=seminar).select_related("project")
    return [place.project for place in places]


def sync(seminar: Seminar, *, concerned: Iterable[int], change: uuid.UUID) -> None:
    """Bring the rows of the slot's people in step; calendars of ``concerned`` get a new sequence number.

    Whoever comes into the slot has not consented to be recorded. Only while the slot's row is held.
    """
    here: set[int] = set().union(*bookings.people_of(projects_of(seminar)).values())
    if seminar.cancelled_at:
        here = set()
    rows = {row.user_id: row for row in SeminarAttendee.objects.filter(seminar=seminar)}
    SeminarAttendee.objects.bulk_create(
        SeminarAttendee(seminar=seminar, user_id=user, change=change) for user in sorted(here - rows.keys())
    )
    changed = []
    for user, row in rows.items():
        came_or_went = row.attends != (user in here)
        if came_or_went or (row.attends and user in concerned):
            row.sequence, row.change = row.sequence + 1, change
            changed.append(row)
        if came_or_went:
            row.attends, row.may_record, row.answered_at = user in here, False, None
    SeminarAttendee.objects.bulk_update(
        changed, ["sequence", "change", "attends", "may_record", "answered_at"], batch_size=200
    )


def tell(told: Told, *, change: uuid.UUID) -> None:
    """Tell each of the people once what ``change`` did to their slots; who has not accepted, nothing yet."""
    part_of = _accepted(told)
    coming = set(
        SeminarAttendee.objects.filter(change=change, attends=True, user__in=told).values_list(
            "user_id", flat=True
        )
    )
    Notice.objects.bulk_create(
        (
            Notice(
                user_id=user,
                project=project,
                kind=Notice.Kind.SEMINAR if user in coming else Notice.Kind.SEMINAR_OFF,
                cause=f"{CAUSE}{change}",
                state_code=project.state_code,
                mail=mail_of(project),
            )
            for user, project in sorted(told.items())
            if user in part_of
        ),
        ignore_conflicts=True,
    )


def _accepted(told: Told) -> set[int]:
    """Of those who are told, the participants and whoever has or had accepted a part in the project."""
    projects = {project.pk for project in told.values()}
    rows = Assignment.objects.filter(project__in=projects, user__in=told, accepted_at__isnull=False)
    pairs = set(rows.values_list("user_id", "project_id"))
    return {user for user, project in told.items() if user == project.owner_id or (user, project.pk) in pairs}


def _coming_slots(projects: Sequence[Project]) -> list[Seminar]:
    """The slots of the projects that have not begun, held until the transaction ends."""
    placed = SeminarPlace.objects.filter(project__in=projects).values("seminar")
    rows = Seminar.objects.filter(pk__in=placed, cancelled_at=None, starts_at__gt=timezone.now())
    return list(rows.select_related("room").select_for_update(of=("self",)).order_by("pk"))


def follow_people(*projects: Project) -> None:
    """After people of the projects changed: they leave their slots, or come into them and are told once.

    Inside the same transaction, under the projects' locks. Raises ``GuardsUnmet`` when somebody new is
    elsewhere at that time or there is no seat left.
    """
    change, told = uuid.uuid4(), dict[int, Project]()
    for seminar in _coming_slots(projects):
        here = projects_of(seminar)
        before = set(attendees(seminar))
        after: set[int] = set().union(*bookings.people_of(here).values())
        bookings.lock(before | after, seminar.room)
        if after - before and (found := bookings.problems(seminar, after)):
            raise GuardsUnmet(found)
        sync(seminar, concerned=(), change=change)
        project = next(one for one in projects if one in here)
        told |= dict.fromkeys(before ^ after, project)
    if told:
        tell(told, change=change)


def leave(project: Project) -> None:
    """Take a project that was given up out of the slots that have not begun; its people are told once.

    Inside the same transaction, under the project's lock, while they still have their parts.
    """
    slots = _coming_slots([project])
    people = bookings.people_of([project])[project.pk] if slots else set()
    change = uuid.uuid4()
    for seminar in slots:
        bookings.lock(people)
        SeminarPlace.objects.filter(seminar=seminar, project=project).delete()
        sync(seminar, concerned=people, change=change)
    tell(dict.fromkeys(people, project), change=change)


def attendees(seminar: Seminar) -> list[int]:
    """Keys of the people who are expected."""
    rows = SeminarAttendee.objects.filter(seminar=seminar, attends=True)
    return list(rows.values_list("user_id", flat=True))


class Slots:
    """When the coming slots of projects are, and whether examiners are free then; the examiners are held."""

    def __init__(self, projects: Iterable[Project], examiners: Iterable[int]) -> None:
        places = SeminarPlace.objects.filter(
            project__in=list(projects), seminar__starts_at__gt=timezone.now(), seminar__cancelled_at=None
        ).select_related("seminar__room")
        self._slots: dict[int, list[Seminar]] = defaultdict(list)
        for place in places:
            self._slots[place.project_id].append(place.seminar)
        people = set(examiners) if self._slots else set()
        bookings.lock(people)
        self._diary = bookings.Diary(people)
        self._there = {
            seminar.pk: set(attendees(seminar)) for slots in self._slots.values() for seminar in slots
        }

    def free(self, person: int, project: Project) -> bool:
        """Whether ``person`` is nowhere else while the project is presented, and finds a seat."""
        return all(
            self._diary.is_free([person], seminar) and self._has_seat(person, seminar)
            for seminar in self._slots[project.pk]
        )

    def _has_seat(self, person: int, seminar: Seminar) -> bool:
        there = self._there[seminar.pk] | {person}
        return seminar.room is None or len(there) <= seminar.room.capacity

    def book(self, given: Mapping[Project, Sequence[int]]) -> dict[Project, list[int]]:
        """Of ``given`` the pairs that can be, the first ones first: no examiner is at two of them at once."""
        kept: dict[Project, list[int]] = {}
        for project, person in [(project, one) for project, people in given.items() for one in people]:
            if self.free(person, project):
                kept.setdefault(project, []).append(person)
                for seminar in self._slots[project.pk]:
                    self._diary.book([person], seminar)
                    self._there[seminar.pk].add(person)
        return kept


def welcome(user: User, projects: Iterable[int]) -> None:
    """Tell somebody who has just accepted a part of the slots that are coming; once for all of them."""
    found = {
        row.project.pk: row.project
        for row in SeminarPlace.objects.filter(
            project__in=list(projects), seminar__starts_at__gt=timezone.now(), seminar__cancelled_at=None
        ).select_related("project__batch", "seminar")
    }
    if not found:
        return
    change = uuid.uuid4()
    slots = Seminar.objects.filter(places__project__in=found, starts_at__gt=timezone.now())
    rows = SeminarAttendee.objects.filter(seminar__in=slots, user=user, attends=True)
    if rows.update(change=change):
        tell({user.pk: next(iter(found.values()))}, change=change)


def consent(*, seminar: Seminar, by: User, yes: bool) -> None:
    """Say whether the seminar may be recorded as far as ``by`` is concerned; again changes the answer.

    Raises ``NotAllowed`` for whoever is not expected there with a part they accepted, ``GuardsUnmet`` once
    the seminar has begun or was called off.
    """
    with transaction.atomic():
        current = Seminar.objects.select_for_update().get(pk=seminar.pk)
        places = SeminarPlace.objects.filter(seminar=current).values("project")
        own = Project.objects.filter(pk__in=places, owner=by).exists()
        has_part = own or Assignment.objects.filter(running(), project__in=places, user=by).exists()
        row = SeminarAttendee.objects.filter(seminar=current, user=by, attends=True).first()
        if row is None or not has_part or not by.is_active:
            raise NotAllowed(str(seminar.key))
        if current.has_begun or current.cancelled_at:
            raise GuardsUnmet([_("The seminar has begun: the answers can't be changed any more.")])
        row.may_record, row.answered_at = yes, timezone.now()
        row.save(update_fields=["may_record", "answered_at"])


def may_be_recorded(seminar: Seminar) -> bool:
    """Whether everybody who is expected has said yes; nobody expected means no."""
    said = SeminarAttendee.objects.filter(seminar=seminar, attends=True).values_list("may_record", flat=True)
    answers = list(said)
    return bool(answers) and all(answers)
