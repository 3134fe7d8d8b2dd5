"""What must be there before a move: rows that meet the guards which answers alone don't."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.models import SessionDone

if TYPE_CHECKING:
    from tests.training.people import Cast


def _sessions_done(cast: Cast, _value: str) -> None:
    project = cast.fresh()
    for session in project.version.sessions.all():
        SessionDone.objects.get_or_create(project=project, session=session)


MEET: dict[str, Callable[[Cast, str], None]] = {"sessions": _sessions_done}
"""By a guard's name: what makes it hold, given the cast and the guard's value."""


def meet(cast: Cast, guards: str) -> None:
    """Make every guard of ``guards`` hold that rows of their own decide."""
    for guard in guards.split():
        name, _colon, value = guard.partition(":")
        if name in MEET:
            MEET[name](cast, value)


def meet_all(cast: Cast) -> None:
    """Make the guards of every move of the project's programme hold, whatever state it is in."""
    for move in cast.fresh().version.all_moves:
        meet(cast, move.guards)
