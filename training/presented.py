"""Which of a project's places in seminars count: no mentor's approval, no seminar.

A seminar counts that began after the project had last come to where it is closed, which the mentor's approval
leads to. One that began before was held in vain, and one may be missed; the project can have another place
then, and the old one stays as history.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from training.models import ProgrammeVersion, Project, SeminarPlace


def closing(version: ProgrammeVersion, kind: str) -> set[str]:
    """Codes of the states that a move which asks for a seminar of ``kind`` leaves."""
    guard = f"seminar:{kind}"
    return {move.source for move in version.all_moves if guard in move.guards.split()}


def came_at(project: Project, kind: str) -> datetime | None:
    """When the project last came to where a seminar of ``kind`` is closed; ``None`` if it never did.

    Two queries at most, and none where the version closes no such seminar.
    """
    states = closing(project.version, kind)
    if not states:
        return None
    moved = project.events.filter(target__in=states).exclude(source=F("target"))
    last = moved.order_by("-number").values_list("at", flat=True).first()
    return last or (project.entered_at if project.state_code in states else None)


def place_of(project: Project, kind: str) -> SeminarPlace | None:
    """The place the project has, whether its seminar counts or not; none that it missed. One query."""
    places = SeminarPlace.objects.filter(project=project, kind=kind, missed_at=None)
    return places.select_related("seminar__room", "seminar__batch__institution").first()


def was_in_vain(place: SeminarPlace, project: Project) -> bool:
    """Whether the seminar began before the project might be presented there; one query."""
    if not place.seminar.has_begun or not closing(project.version, place.kind):
        return False
    came = came_at(project, place.kind)
    return came is None or place.seminar.starts_at < came


def that_count(version: ProgrammeVersion, kind: str) -> QuerySet[SeminarPlace]:
    """The places of projects of ``version`` whose seminars of ``kind`` are ahead or count."""
    rows = SeminarPlace.objects.filter(kind=kind, missed_at=None)
    states = closing(version, kind)
    if not states:
        return rows
    counts = Q(project__state_code__in=states, seminar__starts_at__gte=F("project__entered_at"))
    return rows.filter(Q(seminar__starts_at__gt=timezone.now()) | counts)
