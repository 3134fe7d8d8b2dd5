"""The ideas of the demonstration beside the catalogue: searched for, and declared by what was found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from training import cites
from training.models import Event, Project
from training.services import originality

_BEFORE = timedelta(hours=1)
"""How long before an idea is handed in its participant looked for similar ones."""


DIFFERS = (
    "Cara kerjanya diambil dari inovasi itu. Di sini jadwalnya mengikuti kegiatan warga yang sudah ada, dan"
    " petugas setempat yang mencatat, karena tidak semua warga memiliki ponsel."
)


def compare(project: Project, events: Iterable[Event]) -> None:
    """Search the catalogue for the idea of ``project`` where it was handed in, as of that day.

    While there is nothing to search, the check says so, as it would on a site.
    """
    handed_in = next((event for event in events if _asks(project, event)), None)
    check = originality.check(project=project) if handed_in else None
    if handed_in is None or check is None:
        return
    check.made_at = handed_in.at - _BEFORE
    check.save(update_fields=["made_at"])
    for near in check.found[:1]:
        project.answers |= {
            "originality": "modified" if project.pk % 3 else "replicated",
            "cited": cites.settled(near["key"]),
            "similar": DIFFERS,
        }
        project.save(update_fields=["answers"])


def _asks(project: Project, event: Event) -> bool:
    """Whether the event is the move that asks for the search."""
    asking = [move for move in project.version.all_moves if "originality" in move.guards.split()]
    return any((move.source, move.code) == (event.source, event.code) for move in asking)
