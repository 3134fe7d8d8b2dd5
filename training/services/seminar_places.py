"""Which project is presented in which slot, one by one or shared out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from training import presented
from training.errors import GuardsUnmet, NotAllowed
from training.graph import reachable
from training.models import Batch, ProgrammeVersion, Project, Seminar, SeminarPlace
from training.models.seminars import taken
from training.services import attendance, bookings, due, notices, seminars
from training.services.audit import record, request_key, was_made
from training.services.standing import must_go_on

notices.WORDS[seminars.MISSED] = gettext_lazy("The project was not presented at the seminar")


@dataclass(frozen=True, slots=True)
class Shared:
    """How many projects got a place, and how many found none."""

    placed: int
    without: int


def waiting(batch: Batch, kind: str) -> QuerySet[Project]:
    """The projects of the batch that may still come to a seminar of ``kind`` without a place that counts."""
    taken = presented.that_count(batch.version, kind).filter(project=OuterRef("pk"))
    here = Project.objects.filter(batch=batch, standing=Project.Standing.ACTIVE)
    rows = here.filter(~Exists(taken), state_code__in=ahead(batch.version, kind))
    return rows.order_by("pk")


def ahead(version: ProgrammeVersion, kind: str) -> set[str]:
    """The states from which a project may still come to a seminar of ``kind``.

    That is to a move with its guard; where the version names none, every state that is no end.
    """
    closing = presented.closing(version, kind)
    states = {state.code for state in version.all_states if not state.is_end}
    if not closing:
        return states
    return {code for code in states if reachable({code}, version.all_moves) & closing}


def place(*, seminar: Seminar, project: Project, by: User, submit_key: uuid.UUID) -> None:
    """Give the project the last place in the slot; there already, nothing changes.

    A place whose seminar was held in vain stays as history. Raises ``NotAllowed``, ``GuardsUnmet`` when it
    has a place elsewhere or needs none, when somebody of it is at another seminar then, or when the room is
    too small.
    """
    with transaction.atomic():
        current, projects = seminars.held(seminar, by, more=[project.pk])
        key = request_key(submit_key, seminars.PLACED, by)
        if any(one.pk == project.pk for one in projects) or was_made(project, key):
            return
        found = Project.objects.filter(pk=project.pk, batch=current.batch).first()
        if found is None:
            raise NotAllowed(str(project.key))
        if current.cancelled_at or current.is_over:
            raise GuardsUnmet([_("This seminar is over or was called off.")])
        _must_be_anothers(found, by)
        must_go_on(found)
        _must_wait(found, current.kind)
        everybody = set().union(*bookings.people_of([*projects, found]).values())
        bookings.lock(everybody, current.room)
        if wrong := bookings.problems(current, everybody):
            raise GuardsUnmet(wrong)
        _give({found: current}, by, key)


def _must_be_anothers(project: Project, by: User) -> None:
    """Raises ``NotAllowed`` for one's own project: nobody decides about themselves."""
    if project.owner_id == by.pk:
        raise NotAllowed(str(project.key))


def _must_wait(project: Project, kind: str) -> None:
    other = presented.place_of(project, kind)
    if other is not None and not presented.was_in_vain(other, project):
        text = _("This project has a place already, on %(when)s. Take it out there first.")
        if other.seminar.has_begun:
            text = _("This project had a place on %(when)s. If it was not presented, say so and why there.")
        raise GuardsUnmet([text % {"when": bookings.when(other.seminar)}])
    if project.state_code not in ahead(project.version, kind):
        raise GuardsUnmet([_("This project comes to no such seminar any more.")])


def _to_leave(
    seminar: Seminar, projects: Iterable[Project], project: Project, by: User, key: uuid.UUID
) -> Project | None:
    """The project as it is held, in the slot; nothing where it is not in it, or left it by the same request.

    Raises ``NotAllowed`` for a project of another batch, or one's own.
    """
    found = next((one for one in projects if one.pk == project.pk), None)
    if found is None or was_made(project, key):
        if project.batch_id != seminar.batch_id:
            raise NotAllowed(str(project.key))
        return None
    _must_be_anothers(found, by)
    return found


def take_out(*, seminar: Seminar, project: Project, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """Take the project out of the slot, and keep why; not in it, nothing changes.

    Raises ``NotAllowed``, ``GuardsUnmet`` once the seminar has begun, or without a reason.
    """
    with transaction.atomic():
        current, projects = seminars.held(seminar, by)
        key = request_key(submit_key, seminars.TAKEN_OUT, by)
        found = _to_leave(current, projects, project, by, key)
        if found is None:
            return
        seminars.must_be_ahead(current)
        note = f"{bookings.when(current)}: {seminars.checked_reason(reason)}"
        people = bookings.people_of([found])[found.pk]
        SeminarPlace.objects.filter(seminar=current, project=found).delete()
        due.follow([found])
        change = uuid.uuid4()
        attendance.sync(current, concerned=people, change=change)
        record(project=found, code=seminars.TAKEN_OUT, by=by, submit_key=key, note=note)
        attendance.tell(dict.fromkeys(people, found), change=change)


def miss(*, seminar: Seminar, project: Project, reason: str, by: User, submit_key: uuid.UUID) -> None:
    """Say that the project was not presented though the slot has begun, and why: it can have another place.

    The place stays as history, and everybody around the project is told. Not in the slot, or said already,
    nothing changes. Raises ``NotAllowed``, ``GuardsUnmet`` before the seminar begins, once it was closed, or
    without a reason.
    """
    with transaction.atomic():
        current, projects = seminars.held(seminar, by, more=[project.pk])
        key = request_key(submit_key, seminars.MISSED, by)
        found = _to_leave(current, projects, project, by, key)
        if found is None:
            return
        if not current.has_begun:
            raise GuardsUnmet([_("This seminar has not begun: take the project out instead.")])
        if found.state_code not in ahead(found.version, current.kind):
            raise GuardsUnmet([_("This project comes to no such seminar any more.")])
        note = f"{bookings.when(current)}: {seminars.checked_reason(reason)}"
        _give_up([found], current.kind)
        due.follow([found])
        event = record(project=found, code=seminars.MISSED, by=by, submit_key=key, note=note)
        told = notices.around(found) - {by.pk}
        notices.tell_of_standing(people=told, project=found, code=seminars.MISSED, event=event)


def _give_up(projects: Iterable[Project], kind: str) -> None:
    """Keep the places that the projects have as history; only while the projects are held."""
    there = SeminarPlace.objects.taken().filter(project__in=list(projects), kind=kind)
    there.update(missed_at=timezone.now())


def put_at(*, seminar: Seminar, project: Project, position: int, by: User) -> None:
    """Present the project as number ``position`` of the slot, counted from 1; the others keep their order.

    Raises ``NotAllowed``, ``GuardsUnmet`` once the seminar has begun.
    """
    with transaction.atomic():
        current, projects = seminars.held(seminar, by)
        if all(one.pk != project.pk for one in projects):
            raise NotAllowed(str(project.key))
        _must_be_anothers(project, by)
        seminars.must_be_ahead(current)
        order = [one.pk for one in projects if one.pk != project.pk]
        order.insert(max(position - 1, 0), project.pk)
        rows = {row.project_id: row for row in SeminarPlace.objects.taken().filter(seminar=current)}
        for number, key in enumerate(order, start=1):
            rows[key].position = number
        SeminarPlace.objects.bulk_update(rows.values(), ["position"])


def share_out(*, batch: Batch, kind: str, by: User, submit_key: uuid.UUID) -> Shared:
    """Give a place to every project that waits for one, in the slots that have not begun, evenly.

    Each takes the slot with the fewest projects where everybody of it is free and finds a seat; those with
    the fewest slots to choose from are first. The same rows give the same shares. Raises ``NotAllowed``,
    ``GuardsUnmet`` when there is no slot.
    """
    key = request_key(submit_key, seminars.PLACED, by)
    with transaction.atomic():
        current = seminars.hold(batch, by)
        slots = _open_slots(current, kind)
        if not slots:
            raise GuardsUnmet([_("Set up a seminar first: there is none that has not begun.")])
        inside = Project.objects.filter(
            taken("seminar_places__"), seminar_places__seminar__in=[slot.pk for slot in slots]
        )
        without = waiting(current, kind).exclude(events__submit_key=key)
        wanted = {*inside.values_list("pk", flat=True), *without.values_list("pk", flat=True)}
        rows = list(Project.objects.filter(pk__in=wanted).order_by("pk").select_for_update())
        slots = _open_slots(current, kind, held=True)
        for project in rows:
            project.batch, project.version = current, current.version
        given, left = _Sharing(rows, slots).share()
        _give(given, by, key)
    return Shared(len(given), left)


def _open_slots(batch: Batch, kind: str, *, held: bool = False) -> list[Seminar]:
    rows = Seminar.objects.filter(
        batch=batch, kind=kind, cancelled_at=None, starts_at__gt=timezone.now()
    ).order_by("pk")
    rows = rows.select_related("room")
    return list(rows.select_for_update(of=("self",)) if held else rows)


@dataclass
class _Slot:
    """A slot while it is filled."""

    seminar: Seminar
    projects: int = 0
    people: set[int] = field(default_factory=set)

    def seats(self, people: Iterable[int]) -> bool:
        room = self.seminar.room
        return room is None or len(self.people | set(people)) <= room.capacity


class _Sharing:
    """Shares projects out among slots, in memory; the people are held."""

    def __init__(self, projects: Sequence[Project], slots: Sequence[Seminar]) -> None:
        self._people = bookings.people_of(projects)
        everybody = set().union(*self._people.values())
        bookings.lock(everybody)
        self._diary = bookings.Diary(everybody)
        self._slots = {slot.pk: _Slot(slot) for slot in slots}
        placed = set()
        rows = SeminarPlace.objects.taken().filter(
            seminar__in=list(self._slots), project__in=list(self._people)
        )
        for seminar, project in rows.values_list("seminar_id", "project_id"):
            self._put(project, self._slots[seminar])
            placed.add(project)
        self._waiting = [project for project in projects if project.pk not in placed]

    def _put(self, project: int, slot: _Slot) -> None:
        slot.projects += 1
        slot.people |= self._people[project]
        self._diary.book(self._people[project], slot.seminar)

    def _fitting(self, project: Project) -> list[_Slot]:
        people = self._people[project.pk]
        fitting = [
            slot
            for slot in self._slots.values()
            if slot.seats(people) and self._diary.is_free(people, slot.seminar)
        ]
        return sorted(fitting, key=lambda slot: (slot.projects, slot.seminar.starts_at, slot.seminar.pk))

    def share(self) -> tuple[dict[Project, Seminar], int]:
        """Each project with its slot, and how many found none."""
        given: dict[Project, Seminar] = {}
        for project in sorted(self._waiting, key=lambda one: (len(self._fitting(one)), one.pk)):
            fitting = self._fitting(project)
            if fitting:
                self._put(project.pk, fitting[0])
                given[project] = fitting[0].seminar
        return given, len(self._waiting) - len(given)


def _give(given: dict[Project, Seminar], by: User, key: uuid.UUID) -> None:
    """Make the places; due dates, calendars and notices follow. Only while slots and people are held."""
    change = uuid.uuid4()
    people = bookings.people_of(given)
    told: dict[int, Project] = {}
    for seminar in sorted(set(given.values()), key=lambda one: one.pk):
        projects = sorted((one for one in given if given[one] == seminar), key=lambda one: one.pk)
        _give_up(projects, seminar.kind)
        last = SeminarPlace.objects.filter(seminar=seminar).aggregate(last=Max("position"))["last"] or 0
        SeminarPlace.objects.bulk_create(
            SeminarPlace(seminar=seminar, project=project, kind=seminar.kind, position=last + number)
            for number, project in enumerate(projects, start=1)
        )
        concerned = set().union(*(people[project.pk] for project in projects))
        attendance.sync(seminar, concerned=concerned, change=change)
        for project in projects:
            record(project=project, code=seminars.PLACED, by=by, submit_key=key, note=bookings.when(seminar))
            told.update((person, project) for person in people[project.pk] if person not in told)
    due.follow(list(given))
    attendance.tell(told, change=change)
