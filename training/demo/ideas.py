"""The ideas of the demonstration beside the catalogue: searched for by the service, declared by what it found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from training.models import Event, Project
from training.services import originality

_BEFORE = timedelta(hours=1)
"""How long before an idea is handed in its participant looked for similar ones."""


def compare(project: Project, events: Iterable[Event]) -> None:
    """Search the catalogue for the idea of ``project`` where it was handed in, as of that day.

    While there is nothing to search, the check says so, as it would on a site.
    """
    handed_in = next((event for event in events if _asks(project, event)), None)
    check = originality.check(project=project) if handed_in else None
    if handed_in is not None and check is not None:
        check.made_at = handed_in.at - _BEFORE
        check.save(update_fields=["made_at"])


def _asks(project: Project, event: Event) -> bool:
    """Whether the event is the move that asks for the search."""
    asking = [move for move in project.version.all_moves if "originality" in move.guards.split()]
    return any((move.source, move.code) == (event.source, event.code) for move in asking)
