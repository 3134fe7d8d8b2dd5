"""Which of a project's places in seminars count: no mentor's approval, no seminar.

A seminar counts that began after the project had last come to where it is closed, which the mentor's approval
leads to. One that began before was held in vain, and one may be missed; the project can have another place
then, and the old one stays as history.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from training.models import Event, ProgrammeVersion, Project, SeminarPlace


def closing(version: ProgrammeVersion, kind: str) -> set[str]:
    """Codes of the states that a move which asks for a seminar of ``kind`` leaves."""
    guard = f"seminar:{kind}"
    return {move.source for move in version.all_moves if guard in move.guards.split()}


def _arrivals(states: set[str]) -> QuerySet[Event]:
    """The events that brought a project to one of ``states``, the last first."""
    return Event.objects.filter(target__in=states).exclude(source=F("target")).order_by("-number")


def place_of(project: Project, kind: str) -> SeminarPlace | None:
    """The place the project has, whether its seminar counts or not; none that it missed. One query.

    It has ``came``: when the project was last brought to where the seminar is closed.
    """
    came = _arrivals(closing(project.version, kind)).filter(project=OuterRef("project"))
    places = SeminarPlace.objects.taken().filter(project=project, kind=kind)
    places = places.annotate(came=Subquery(came.values("at")[:1]))
    return places.select_related("seminar__room", "seminar__batch__institution").first()


def was_in_vain(place: SeminarPlace, project: Project) -> bool:
    """Whether the seminar of a place from ``place_of`` began before the project might be presented there."""
    states = closing(project.version, place.kind)
    if not place.seminar.has_begun or not states:
        return False
    came: datetime | None = getattr(place, "came", None)
    came = came or (project.entered_at if project.state_code in states else None)
    return came is None or place.seminar.starts_at < came


def that_count(version: ProgrammeVersion, kind: str) -> QuerySet[SeminarPlace]:
    """The places of projects of ``version`` whose seminars of ``kind`` are ahead or count."""
    rows = SeminarPlace.objects.taken().filter(kind=kind)
    states = closing(version, kind)
    if not states:
        return rows
    counts = Q(project__state_code__in=states, seminar__starts_at__gte=F("project__entered_at"))
    return rows.filter(Q(seminar__starts_at__gt=timezone.now()) | counts)
