"""Reminders of due dates: each once for a state, a due date and a distance to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.utils import timezone

from training.guards import unmet
from training.models import Holder, Notice, Project
from training.services.notices import holders, tell

HOLDER = (-7, -3, -1, 0, 1)
"""Days from the due date on which whoever has the project is reminded."""
HELPERS = (3,)
"""…mentor and coach are told."""
LEADERS = (7,)
"""…the coordinators are told."""
KEPT = 14
"""Days for which a reminder is made up for; one that is older helps nobody."""
_SILENT = (Holder.NOBODY, Holder.CURATOR)


def remind(*, today: date) -> None:
    """Make the reminders that are due on ``today``.

    Running it again, late, or with a clock that was put back makes none twice. Of several that came due since
    the last run people get the latest.
    """
    span = Project.objects.filter(
        due_on__lte=today - timedelta(days=min(HOLDER)),
        due_on__gte=today - timedelta(days=max(LEADERS) + KEPT),
    )
    for project in span.select_related("version", "batch").order_by("version", "pk"):
        if _asks_for_something(project):
            _remind(project, today)


def remind_today() -> None:
    """The reminders of this day, where the site is."""
    remind(today=timezone.localdate())


def _remind(project: Project, today: date) -> None:
    audiences: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
        (HOLDER, (project.state.holder,)),
        (HELPERS, (Holder.MENTOR, Holder.COACH)),
        (LEADERS, (Holder.COORDINATOR,)),
    )
    for offsets, roles in audiences:
        offset = max(_reached(project, offsets, today), default=None)
        if offset is None:
            continue
        tell(
            people=_all_holders(project, roles),
            project=project,
            kind=Notice.Kind.REMINDER,
            cause=_cause(project, offset),
            state_code=project.state_code,
        )


def _reached(project: Project, offsets: Iterable[int], today: date) -> Iterator[int]:
    """The offsets whose day has come, was not long ago, and lies after the day the project came here."""
    if project.due_on is None:
        return
    entered = timezone.localdate(project.entered_at)
    for offset in offsets:
        day = project.due_on + timedelta(days=offset)
        if entered < day <= today <= day + timedelta(days=KEPT):
            yield offset


def _all_holders(project: Project, roles: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for role in roles:
        found |= holders(project, role)
    return found


def _cause(project: Project, offset: int) -> str:
    """Another one when the project comes here again, or gets another due date."""
    return f"due:{project.pk}:{project.entered_at:%Y%m%d%H%M%S%f}:{project.due_on}:{offset}"


def _asks_for_something(project: Project) -> bool:
    """Whether somebody has to act: where a project may end, only if its next move is free."""
    state = project.state
    if state.holder in _SILENT:
        return False
    if not state.is_end:
        return True
    own = [
        move
        for move in project.version.all_moves
        if move.source == state.code and move.actor == state.holder and not move.is_return
    ]
    return any(not unmet(project, move.guards) for move in own)
