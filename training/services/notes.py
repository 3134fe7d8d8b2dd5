"""What those who accompany a project wrote when they moved it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q

from training.models import Event, Holder, Project


def last_notes(project: Project) -> Event | None:
    """The last move of somebody else than the participant that came with notes; one query.

    What moved nothing, such as more time, has its reason in the history and asks for no answer.
    """
    written = ~Q(note="") | ~Q(field_notes={})
    found = project.events.filter(written).exclude(role=Holder.PARTICIPANT).exclude(source=F("target"))
    return found.select_related("actor").order_by("-number").first()


def open_notes(events: Sequence[Event]) -> Event | None:
    """Of a project's ``events``, the last one with notes, while nothing was handed in after it.

    The participant still has to answer them. What moved nothing is passed over, as by ``last_notes``.
    """
    for event in reversed(events):
        if event.source == event.target:
            continue
        if event.role == Holder.PARTICIPANT:
            return None
        if event.note or event.field_notes:
            return event
    return None
