"""Nobody and no room in two places at once.

Whoever books takes the room's row and the rows of the people, in this order and by key, and holds them until
the transaction ends; what is booked is read only then. So of two who book at once the second sees the first.
On SQLite the transaction itself holds the one write lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from training.models import Assignment, Project, Room, Seminar, SeminarAttendee
from training.naming import names_in


@dataclass(frozen=True, slots=True)
class Span:
    """When a slot is, and the key of the slot."""

    starts_at: datetime
    ends_at: datetime
    seminar: int | None

    @classmethod
    def of(cls, seminar: Seminar) -> Span:
        return cls(seminar.starts_at, seminar.ends_at, seminar.pk)

    def meets(self, other: Span) -> bool:
        """Whether both are at the same time, and not the same slot."""
        together = self.starts_at < other.ends_at and other.starts_at < self.ends_at
        return together and self.seminar != other.seminar


class Diary:
    """Who is where, of some people, from what is booked and what is added here."""

    def __init__(self, people: Iterable[int]) -> None:
        self._spans: dict[int, set[Span]] = defaultdict(set)
        rows = SeminarAttendee.objects.filter(
            user__in=set(people), attends=True, seminar__ends_at__gt=timezone.now()
        )
        for row in rows.select_related("seminar"):
            self.book([row.user_id], row.seminar)

    def book(self, people: Iterable[int], seminar: Seminar) -> None:
        for person in people:
            self._spans[person].add(Span.of(seminar))

    def clash(self, person: int, span: Span) -> Span | None:
        """What ``person`` has at that time already."""
        return next((other for other in self._spans[person] if other.meets(span)), None)

    def is_free(self, people: Iterable[int], seminar: Seminar) -> bool:
        return not any(self.clash(person, Span.of(seminar)) for person in people)


def people_of(projects: Iterable[Project]) -> dict[int, set[int]]:
    """Who takes part in each of ``projects``, whether they have accepted yet or not; one query."""
    wanted = list(projects)
    found = {project.pk: {project.owner_id} for project in wanted}
    rows = Assignment.objects.filter(project__in=wanted, until=None)
    for project, user in rows.values_list("project_id", "user_id"):
        found[project].add(user)
    return found


def lock(people: Iterable[int], room: Room | None = None) -> None:
    """Hold the room's row and the people's, so that nobody else books them until the transaction ends."""
    if room is not None:
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=set(people))
    list(rows.order_by("pk").values_list("pk", flat=True))


def problems(seminar: Seminar, people: Iterable[int]) -> list[str]:
    """Why ``people`` can't meet in ``seminar`` as it is now, saved or not: what is taken, by what, and when.

    Only under ``lock``.
    """
    wanted = set(people)
    return [*_of_room(seminar, len(wanted)), *_of_people(seminar, wanted)]


def _of_room(seminar: Seminar, people: int) -> list[str]:
    if seminar.room is None:
        return []
    found = []
    others = _at_the_same_time(seminar).filter(room=seminar.room).select_related("batch")
    for other in others.order_by("starts_at"):
        text = _("%(room)s is taken on %(when)s: %(what)s, %(batch)s.")
        values = {"room": seminar.room, "when": when(other), "what": other.get_kind_display()}
        found.append(text % {**values, "batch": other.batch})
    if people > seminar.room.capacity:
        text = ngettext(
            "%(room)s seats %(seats)d, but %(people)d person would be there: choose a larger room.",
            "%(room)s seats %(seats)d, but %(people)d people would be there: choose a larger room.",
            people,
        )
        values = {"room": seminar.room, "seats": seminar.room.capacity, "people": people}
        found.append(text % values)
    return found


def _of_people(seminar: Seminar, people: set[int]) -> list[str]:
    rows = SeminarAttendee.objects.filter(
        user__in=people, attends=True, seminar__in=_at_the_same_time(seminar)
    )
    taken = list(rows.select_related("user", "seminar").order_by("user", "seminar__starts_at"))
    names = names_in(seminar.batch, [row.user for row in taken])
    return [
        _("%(person)s is at another seminar on %(when)s.") % {"person": name, "when": when(row.seminar)}
        for row, name in zip(taken, names, strict=True)
    ]


def _at_the_same_time(seminar: Seminar) -> QuerySet[Seminar]:
    same = Q(starts_at__lt=seminar.ends_at, ends_at__gt=seminar.starts_at, cancelled_at=None)
    return Seminar.objects.filter(same).exclude(pk=seminar.pk)


def when(seminar: Seminar) -> str:
    """Day and time in words, where the site is: “3 May 2026, 09:00–11:00 WIB”."""
    begins, ends = timezone.localtime(seminar.starts_at), timezone.localtime(seminar.ends_at)
    until = time_format(ends, "H:i") if ends.date() == begins.date() else date_format(ends, "j F Y, H:i")
    return f"{date_format(begins, 'j F Y, H:i')}–{until} {begins:%Z}"
