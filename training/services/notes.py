"""What those who accompany a project wrote when they moved it."""

from __future__ import annotations

from django.db.models import Q

from training.models import Event, Holder, Project


def last_notes(project: Project) -> Event | None:
    """The last move of somebody else than the participant that came with notes; one query."""
    written = ~Q(note="") | ~Q(field_notes={})
    found = project.events.filter(written).exclude(role=Holder.PARTICIPANT)
    return found.select_related("actor").order_by("-number").first()


def open_notes(project: Project) -> Event | None:
    """Those notes while nothing was handed in after them: the participant still has to answer them."""
    found = last_notes(project)
    if found is None or project.events.filter(number__gt=found.number, role=Holder.PARTICIPANT).exists():
        return None
    return found
