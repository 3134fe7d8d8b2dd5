"""Whose decisions a document of a project tells, and who else stands on it."""

from __future__ import annotations

from django.db.models import F

from accounts.models import User
from training import minuting
from training.models import Document, DocumentKind, Event, Holder


def decisions(document: Document) -> list[Event]:
    """What the document says was decided, its own event last.

    On an endorsement stands everybody who confirmed the text since it was handed in last; on others one does.
    """
    event = document.event
    if document.kind != DocumentKind.ENDORSEMENT:
        return [event]
    same_text = Event.objects.filter(
        project=document.project_id,
        revision__isnull=False,
        revision=event.revision_id,
        number__lt=event.number,
    )
    before = same_text.exclude(source=F("target")).exclude(role=Holder.PARTICIPANT)
    return [*before.select_related("actor").order_by("number"), event]


def beside(document: Document) -> list[tuple[Holder, User]]:
    """Who stands on it beside its holder and the one who decided, each with their part.

    One of several parts comes more than once.
    """
    if document.kind == DocumentKind.MINUTES:
        return minuting.parts_in(document.event)
    before = decisions(document)[:-1]
    return [(Holder(event.role), event.actor) for event in before if event.actor is not None]
