"""Documents: reserved with the move that gives them, issued and revoked as certificates are."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from training import minuting, score_rights
from training.errors import NotAllowed
from training.models import Document, DocumentKind, Event, Holder, Move, Notice, Project
from training.services import issuing, notices
from training.services.audit import locked, record
from training.sheet import Decision, draw_sheet

REVOKE = "revoke-document"
"""What the event of a document that was taken back says."""

_NUMBERS = {
    DocumentKind.DESIGN_APPROVAL: "persetujuan",
    DocumentKind.REPORT_APPROVAL: "persetujuan",
    DocumentKind.ENDORSEMENT: "pengesahan",
    DocumentKind.MINUTES: "berita-acara",
    DocumentKind.ORIGINALITY: "orisinalitas",
}
"""What stands in their numbers, and counts them."""


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


def _draw_decisions(document: Document, address: str) -> bytes:
    made = [
        Decision(
            document.decider
            if event == document.event or event.actor is None
            else event.actor.get_full_name(),
            Holder(event.role),
            event.at,
        )
        for event in decisions(document)
    ]
    return draw_sheet(document, address, made)


Drawer = Callable[[Document, str], bytes]
DRAWERS: dict[str, Drawer] = {
    DocumentKind.DESIGN_APPROVAL: _draw_decisions,
    DocumentKind.REPORT_APPROVAL: _draw_decisions,
    DocumentKind.ENDORSEMENT: _draw_decisions,
    DocumentKind.ORIGINALITY: _draw_decisions,
    DocumentKind.MINUTES: minuting.signed_minutes,
}
"""What draws each kind, given the document and the address of its check. Moves may give only these."""


def reserve(*, project: Project, event: Event, move: Move) -> Document | None:
    """The document that ``move`` gives, with its number; part of the transaction that made ``event``.

    Nothing where it gives none, nobody made it, or there is no batch in whose name it would be signed.
    """
    if not move.document or project.batch is None or event.actor is None:
        return None
    kind = DocumentKind(move.document)
    return Document.objects.create(
        project=project,
        event=event,
        kind=kind,
        role=event.role,
        number=issuing.next_number(project, kind=_NUMBERS[kind]),
        holder=project.owner.get_full_name(),
        decider=event.actor.get_full_name(),
        title=project.title,
        programme=project.version.label_id,
        institution=project.batch.institution.label_id,
        batch=project.batch.name,
        is_demo=project.batch.is_demo,
    )


def issue_waiting() -> int:
    """Sign the documents that wait; how many were issued. See ``issuing``."""
    return issuing.issue_waiting(KIND)


def revoke(*, document: Document, by: User, reason: str, submit_key: uuid.UUID) -> Event | None:
    """Take a document back; whoever checks it is told so, and whoever stands on it gets a notice.

    Again changes nothing. Raises ``NotAllowed`` for anybody but a coordinator of its batch.
    """
    words = reason.strip()
    with transaction.atomic():
        project = locked(document.project, by)
        if not issuing.take_back(document, by=by, reason=words):
            return None
        event = record(
            project=project, code=REVOKE, by=by, submit_key=submit_key, note=f"{document.number}: {words}"
        )
        _tell(document, Notice.Kind.WITHDRAWN, "withdrawn")
        return event


def of_project(project: Project, roles: frozenset[Holder], user: User) -> list[Document]:
    """The project's documents that ``user``, who has ``roles`` in it, may read; the last first.

    Minutes have the marks of every examiner: ``score_rights`` says who reads them.
    """
    rows = Document.objects.filter(project=project).select_related("event__revision").order_by("-pk")
    return [row for row in rows if _may_read(project, row, roles, user)]


def readable(*, project: Project, key: uuid.UUID, roles: frozenset[Holder], user: User) -> Document:
    """A document whose file may be handed out.

    Raises ``NotAllowed`` for one that waits or was revoked, and for who may not read it.
    """
    rows = Document.objects.filter(project=project, key=key, state=Document.State.ISSUED)
    found = rows.select_related("event").first()
    if found is None or not found.file or not _may_read(project, found, roles, user):
        raise NotAllowed(str(key))
    return found


def minutes_of(project: Project) -> dict[int, Document]:
    """The signed minutes that can be handed out, by the event that closed the seminar; one query."""
    rows = Document.objects.filter(
        project=project, kind=DocumentKind.MINUTES, state=Document.State.ISSUED
    ).exclude(file="")
    return {row.event_id: row for row in rows}


def _may_read(project: Project, document: Document, roles: frozenset[Holder], user: User) -> bool:
    if document.kind != DocumentKind.MINUTES:
        return bool(roles)
    document.event.project = project
    return score_rights.may_have_signed(document.event, roles, user)


def _rows() -> QuerySet[Document]:
    """Those of a project that is suspected or was stopped wait: nobody signs for it."""
    rows = Document.objects.select_related("project__owner", "event__actor", "event__revision")
    return rows.exclude(project__standing__in=Project.DOUBTED)


def _complete(document: Document) -> bool:
    if not document.holder:
        document.holder = document.project.owner.get_full_name()
    if not document.decider and document.event.actor:
        document.decider = document.event.actor.get_full_name()
    names = {"holder": document.holder, "decider": document.decider}
    if all(names.values()):
        Document.objects.filter(pk=document.pk).exclude(**names).update(**names)
    return all(names.values()) and all(person.get_full_name() for person in _others(document))


def _draw(document: Document) -> bytes:
    return DRAWERS[document.kind](document, issuing.address_of(document))


def _others(document: Document) -> list[User]:
    """Whose names stand on it beside its holder's and the decider's."""
    if document.kind == DocumentKind.MINUTES:
        return minuting.people_in(document.event)
    return [event.actor for event in decisions(document)[:-1] if event.actor is not None]


def _people(document: Document) -> set[int]:
    """Who is told of it: everybody on it, but for minutes, which the participant does not read."""
    if document.kind == DocumentKind.MINUTES:
        there = {person.pk for person in _others(document)} | {document.event.actor_id or 0}
        return there - {document.project.owner_id, 0}
    there = {document.project.owner_id, *(person.pk for person in _others(document))}
    return there | ({document.event.actor_id} if document.event.actor_id else set())


def _tell(document: Document, kind: Notice.Kind, cause: str) -> None:
    notices.tell(
        people=_people(document), project=document.project, kind=kind, cause=f"{cause}:{document.pk}"
    )


def _nameless(document: Document) -> None:
    """Tell whose name is missing, and the coordinators."""
    project, actor = document.project, document.event.actor_id
    missing = set() if document.holder else {project.owner_id}
    if not document.decider and actor is not None:
        missing.add(actor)
    missing |= {person.pk for person in _others(document) if not person.get_full_name()}
    leaders = notices.holders(project, Holder.COORDINATOR)
    for person in sorted(missing):
        notices.tell(
            people={person} | leaders,
            project=project,
            kind=Notice.Kind.NAMELESS,
            cause=f"nameless:{project.pk}:{person}",
        )


KIND = issuing.Kind(
    name="document",
    rows=_rows,
    complete=_complete,
    draw=_draw,
    reason=lambda document: f"Penerbitan {_NUMBERS[document.kind].replace('-', ' ')}",
    told=lambda document: _tell(document, Notice.Kind.DOCUMENT, "document"),
    nameless=_nameless,
)
