"""The slots of a batch's seminars: set up, moved, called off by its coordinators.

Rows are held in one order: batch, projects, slots, room, people. So two who work at once wait for each other
and never both for one another.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.answers import LONGEST
from training.errors import GuardsUnmet, NotAllowed
from training.models import Batch, Project, Room, Seminar, SeminarPlace
from training.services import attendance, bookings, due
from training.services.audit import must_lead, record, request_key, was_made

PLACED, MOVED = "seminar-placed", "seminar-moved"
TAKEN_OUT, CANCELLED = "seminar-taken-out", "seminar-cancelled"
MISSED = "seminar-missed"
LONGEST_HOURS = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where a slot is: in ``room``, or where ``link`` leads."""

    starts_at: datetime
    ends_at: datetime
    room: Room | None = None
    link: str = ""


def add_room(*, batch: Batch, name: str, capacity: int, by: User) -> Room:
    """Give the batch's institution a room; the same name again changes its seats. Raises ``NotAllowed``.

    Raises ``GuardsUnmet`` for a name or a number of seats that can't be.
    """
    must_lead(batch, by)
    if not name.strip() or not 1 <= capacity <= 10_000:
        raise GuardsUnmet([_("A room needs a name and at least one seat.")])
    made, _made = Room.objects.update_or_create(
        institution=batch.institution, name=name.strip(), defaults={"capacity": capacity, "in_use": True}
    )
    return made


def set_up(*, batch: Batch, kind: str, plan: Plan, by: User, submit_key: uuid.UUID) -> Seminar:
    """Make a slot without projects. The same ``submit_key`` again gives the same slot.

    Raises ``NotAllowed``, ``GuardsUnmet`` when it can't be held then or there.
    """
    key = request_key(submit_key, "seminar", by)
    with transaction.atomic():
        current = hold(batch, by)
        if done := Seminar.objects.filter(batch=current, key=key).first():
            return done
        made = Seminar(batch=current, kind=Seminar.Kind(kind), key=key, made_by=by)
        _settle(made, plan, people=())
    return made


def move(*, seminar: Seminar, plan: Plan, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """Put the slot at another time or place: due dates follow, everybody concerned is told once.

    The same plan, and the same ``submit_key`` again, change nothing. Raises ``NotAllowed``, ``GuardsUnmet``
    once it has begun, without a reason, or when a room or somebody is taken then.
    """
    with transaction.atomic():
        current, projects = held(seminar, by)
        key = request_key(submit_key, MOVED, by)
        if plan == _plan(current) or any(was_made(project, key) for project in projects[:1]):
            return
        must_be_ahead(current)
        people = bookings.people_of(projects)
        before = bookings.when(current)
        if projects:
            current.reason = checked_reason(reason)
        _settle(current, plan, people=set().union(*people.values()))
        due.follow(projects)
        change = uuid.uuid4()
        attendance.sync(current, concerned=set().union(*people.values()), change=change)
        note = f"{before} → {bookings.when(current)}: {reason.strip()}"
        _record_all(projects, MOVED, note, by, submit_key)
        attendance.tell(_told(projects, people), change=change)


def cancel(*, seminar: Seminar, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """Call the slot off: its projects have none, due dates count from the batch's date, all are told once.

    Called off already, nothing changes. Raises ``NotAllowed``, ``GuardsUnmet`` once it has begun, or without
    a reason.
    """
    with transaction.atomic():
        current, projects = held(seminar, by)
        if current.cancelled_at:
            return
        must_be_ahead(current)
        people = bookings.people_of(projects)
        current.reason, current.cancelled_at = checked_reason(reason), timezone.now()
        current.save(update_fields=["reason", "cancelled_at"])
        SeminarPlace.objects.filter(seminar=current).delete()
        due.follow(projects)
        change = uuid.uuid4()
        attendance.sync(current, concerned=(), change=change)
        _record_all(projects, CANCELLED, f"{bookings.when(current)}: {reason.strip()}", by, submit_key)
        attendance.tell(_told(projects, people), change=change)


def hold(batch: Batch, by: User) -> Batch:
    """The batch, whose slots nobody else changes until the transaction ends. Raises ``NotAllowed``."""
    current = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    must_lead(current, by)
    return current


def held(seminar: Seminar, by: User, more: Iterable[int] = ()) -> tuple[Seminar, list[Project]]:
    """The slot and its projects in their order, as they are now and held, beside the projects ``more``.

    Those that missed it are none of its projects.

    Raises ``NotAllowed``.
    """
    batch = hold(seminar.batch, by)
    places = SeminarPlace.objects.taken().filter(seminar=seminar)
    order = list(places.values_list("project_id", flat=True))
    rows = Project.objects.filter(pk__in={*order, *more}, batch=batch).order_by("pk").select_for_update()
    found = {project.pk: project for project in rows}
    for project in found.values():
        project.batch, project.version = batch, batch.version
    current = Seminar.objects.select_for_update().get(pk=seminar.pk)
    current.batch = batch
    return current, [found[key] for key in order]


def must_be_ahead(seminar: Seminar) -> None:
    """Raises ``GuardsUnmet`` for a slot that has begun or was called off: it stays as it was."""
    if seminar.cancelled_at:
        raise GuardsUnmet([_("This seminar was called off.")])
    if seminar.has_begun:
        raise GuardsUnmet([_("This seminar has begun: it can't be changed any more.")])


def checked_reason(reason: str) -> str:
    """The reason. Raises ``GuardsUnmet`` when it is empty or endless."""
    if not reason.strip():
        raise GuardsUnmet([_("Write the reason: everybody concerned reads it.")])
    if len(reason) > LONGEST:
        raise GuardsUnmet(
            [_("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}]
        )
    return reason.strip()


def _plan(seminar: Seminar) -> Plan:
    return Plan(seminar.starts_at, seminar.ends_at, seminar.room, seminar.link)


def _settle(seminar: Seminar, plan: Plan, *, people: Iterable[int]) -> None:
    """Save the slot by the plan. Raises ``GuardsUnmet``."""
    wrong = [*_wrong_time(plan), *_wrong_place(seminar.batch, plan)]
    if wrong:
        raise GuardsUnmet(wrong)
    seminar.starts_at, seminar.ends_at = plan.starts_at, plan.ends_at
    seminar.room, seminar.link = plan.room, plan.link
    bookings.lock(people, plan.room)
    if found := bookings.problems(seminar, people):
        raise GuardsUnmet(found)
    seminar.save()


def _wrong_time(plan: Plan) -> list[str]:
    if plan.ends_at <= plan.starts_at:
        return [_("The seminar must end after it begins.")]
    if (plan.ends_at - plan.starts_at).total_seconds() > LONGEST_HOURS * 3600:
        return [_("A seminar lasts a day at most.")]
    if plan.ends_at <= timezone.now() or timezone.localdate(plan.starts_at) < timezone.localdate():
        return [_("The seminar would be over already: choose a day from today on.")]
    return []


def _wrong_place(batch: Batch, plan: Plan) -> list[str]:
    if (plan.room is None) == (not plan.link):
        return [_("Choose a room, or write a meeting link; not both.")]
    if plan.link and not plan.link.startswith("https://"):
        return [_("The meeting link must begin with https://.")]
    if plan.room is not None and (plan.room.institution_id != batch.institution_id or not plan.room.in_use):
        raise NotAllowed(str(plan.room.key))
    return []


def _told(projects: Sequence[Project], people: dict[int, set[int]]) -> dict[int, Project]:
    """Each person with the first of their projects."""
    told: dict[int, Project] = {}
    for project in projects:
        for person in people[project.pk]:
            told.setdefault(person, project)
    return told


def _record_all(projects: Sequence[Project], code: str, note: str, by: User, submit_key: uuid.UUID) -> None:
    for project in projects:
        record(project=project, code=code, by=by, submit_key=request_key(submit_key, code, by), note=note)
