"""Reminders of due dates: each once for a state, a due date and a distance to it; and of the logbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from training.guards import unmet
from training.models import Assignment, Batch, Certificate, Holder, Notice, Project
from training.services import logbook_reminders
from training.services.todo import Versions

HOLDER = (-7, -3, -1, 0, 1)
"""Days from the due date on which whoever has the project is reminded; not curators, who have a queue."""
HELPERS = (3,)
"""…mentor and coach are told."""
LEADERS = (7,)
"""…the coordinators are told."""
KEPT = 14
"""Days for which a reminder is made up for; one that is older helps nobody."""
AT_ONCE = 500
"""Reminders that are made together."""


def remind(*, today: date) -> None:
    """Make the reminders that are due on ``today``.

    Running it again, late, or with a clock that was put back makes none twice. Of several that came due since
    the last run people get the latest.
    """
    span = Project.objects.filter(
        standing=Project.Standing.ACTIVE,
        due_on__lte=today - timedelta(days=min(HOLDER)),
        due_on__gte=today - timedelta(days=max(LEADERS) + KEPT),
    )
    # One version object for all of its projects: its rules are read once, not for each of them.
    projects = Versions().give(span.select_related("batch"))
    unsigned = set(
        Certificate.objects.filter(state=Certificate.State.WAITING).values_list("project", flat=True)
    )
    asking = [project for project in projects if _asks_for_something(project, unsigned)]
    due = [one for project in asking for one in _due(project, today)]
    for start in range(0, len(due), AT_ONCE):
        _tell(due[start : start + AT_ONCE])
    logbook_reminders.remind(today=today)


def remind_today() -> None:
    """The reminders of this day, where the site is."""
    remind(today=timezone.localdate())


@dataclass(frozen=True, slots=True)
class _Due:
    """A reminder that is due: those with ``roles`` in ``project`` get it."""

    project: Project
    roles: tuple[str, ...]
    cause: str


def _due(project: Project, today: date) -> Iterator[_Due]:
    audiences: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
        (HOLDER, (project.state.holder,)),
        (HELPERS, (Holder.MENTOR, Holder.COACH)),
        (LEADERS, (Holder.COORDINATOR,)),
    )
    for offsets, roles in audiences:
        offset = max(_reached(project, offsets, today), default=None)
        if offset is not None:
            yield _Due(project, roles, _cause(project, offset))


def _tell(due: Sequence[_Due]) -> None:
    """Make the notices that are not there yet; three queries, however many they are."""
    people = _people({one.project.pk: one.project for one in due})
    rows = []
    for one in due:
        demo = one.project.batch is not None and one.project.batch.is_demo
        for person in sorted(set().union(*(people[one.project.pk, role] for role in one.roles))):
            notice = Notice(
                user_id=person,
                project=one.project,
                kind=Notice.Kind.REMINDER,
                cause=one.cause,
                state_code=one.project.state_code,
                mail=Notice.Mail.NONE if demo else Notice.Mail.WAITING,
            )
            rows.append(notice)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _people(projects: Mapping[int, Project]) -> dict[tuple[int, str], set[int]]:
    """Who has which part, by project and role; see ``notices.holders``."""
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    assigned = Assignment.objects.filter(project__in=projects, until=None, accepted_at__isnull=False)
    for project, role, user in assigned.values_list("project_id", "role", "user_id"):
        found[project, role].add(user)
    leads: dict[int, set[int]] = defaultdict(set)
    led = Batch.coordinators.through.objects.filter(batch__in={row.batch_id for row in projects.values()})
    for batch, user in led.values_list("batch_id", "user_id"):
        leads[batch].add(user)
    for key, one in projects.items():
        found[key, Holder.PARTICIPANT] = {one.owner_id}
        found[key, Holder.COORDINATOR] = leads[one.batch_id] if one.batch_id else set()
    return found


def _reached(project: Project, offsets: Iterable[int], today: date) -> Iterator[int]:
    """The offsets whose day has come, was not long ago, and lies after the day the project came here."""
    if project.due_on is None:
        return
    entered = timezone.localdate(project.entered_at)
    for offset in offsets:
        day = project.due_on + timedelta(days=offset)
        if entered < day <= today <= day + timedelta(days=KEPT):
            yield offset


def _cause(project: Project, offset: int) -> str:
    """Another one when the project comes here again, or gets another due date."""
    return f"due:{project.pk}:{project.entered_at:%Y%m%d%H%M%S%f}:{project.due_on}:{offset}"


def _asks_for_something(project: Project, unsigned: Container[int]) -> bool:
    """Whether somebody has to act: where a project may end, only if its next move is free.

    Or its certificate, which ``unsigned`` says of projects by their keys, is not issued yet.
    """
    state = project.state
    if state.holder == Holder.NOBODY:
        return False
    if not state.is_end or project.pk in unsigned:
        return True
    own = [
        move
        for move in project.version.all_moves
        if move.source == state.code and move.actor == state.holder and not move.is_return
    ]
    return any(not unmet(project, move.guards) for move in own)
