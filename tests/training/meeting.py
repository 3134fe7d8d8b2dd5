"""What must be there before a move: rows that meet the guards which answers alone don't."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.training.people import Cast


def _evidence(cast: Cast, _value: str) -> None:
    from tests.training.logs import explain_all

    explain_all(cast.fresh())


MEET: dict[str, Callable[[Cast, str], None]] = {"evidence": _evidence}
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
