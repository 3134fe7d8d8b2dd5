"""Documents: reserved with the move that gives them, issued and revoked as certificates are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from training import minuting, score_rights
from training.deciding import beside, decisions
from training.errors import GuardsUnmet, NotAllowed
from training.models import Document, DocumentKind, Event, Holder, Move, Notice, Project
from training.privacy import without_nip
from training.services import issuing, nameless, notices
from training.services.audit import done_before, locked, record
from training.services.standing import must_go_on
from training.sheet import Decision, draw_sheet

REVOKE, REISSUE = "revoke-document", "reissue-document"
"""What the events say of a document that was taken back, and of one that takes its place."""

_NUMBERS = {
    DocumentKind.DESIGN_APPROVAL: "persetujuan",
    DocumentKind.REPORT_APPROVAL: "persetujuan",
    DocumentKind.ENDORSEMENT: "pengesahan",
    DocumentKind.MINUTES: "berita-acara",
    DocumentKind.ORIGINALITY: "orisinalitas",
}
"""What stands in their numbers, and counts them."""


def _draw_decisions(document: Document, address: str) -> bytes:
    made = [
        Decision(
            document.decider
            if event == document.event or event.actor is None
            else without_nip(event.actor.get_full_name()),
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
    return _reserve(project, event, DocumentKind(move.document), project.title)


def _reserve(project: Project, event: Event, kind: DocumentKind, title: str) -> Document:
    """One with a number and a code of its own, and the names as they are now."""
    if project.batch is None:
        raise NotAllowed(str(project.key))
    return Document.objects.create(
        project=project,
        event=event,
        kind=kind,
        role=event.role,
        number=issuing.next_number(project, kind=_NUMBERS[kind]),
        holder=without_nip(project.owner.get_full_name()),
        decider=without_nip(event.actor.get_full_name()) if event.actor else "",
        title=without_nip(title),
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
        if done := done_before(project, code=REVOKE, by=by, submit_key=submit_key):
            return done
        if not issuing.take_back(document, by=by, reason=words):
            return None
        event = record(
            project=project, code=REVOKE, by=by, submit_key=submit_key, note=f"{document.number}: {words}"
        )
        _tell(document, Notice.Kind.WITHDRAWN, "withdrawn")
        return event


def reissue(*, document: Document, by: User, reason: str, submit_key: uuid.UUID) -> Event:
    """Reserve another document in the place of one that was revoked: it says what the same event decided.

    The one before stays revoked and does not name it. The same ``submit_key`` again changes nothing. Raises
    ``NotAllowed`` for anybody but a coordinator of the batch, ``GuardsUnmet`` where it was not revoked or
    another took its place already.
    """
    with transaction.atomic():
        project = locked(document.project, by)
        if done := done_before(project, code=REISSUE, by=by, submit_key=submit_key):
            return done
        must_go_on(project)
        before = to_renew(project).filter(pk=document.pk).select_related("event__actor").first()
        if before is None:
            raise GuardsUnmet([_("Only a document that was revoked is issued again, and only once.")])
        _reserve(project, before.event, DocumentKind(before.kind), before.title)
        words = f"{before.number}: {reason.strip()}"
        return record(project=project, code=REISSUE, by=by, submit_key=submit_key, note=words)


def to_renew(project: Project) -> QuerySet[Document]:
    """Its documents that were revoked and have no successor."""
    later = Document.objects.filter(event=OuterRef("event"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    return Document.objects.filter(~Exists(later), project=project, state=Document.State.REVOKED)


def of_project(project: Project, roles: frozenset[Holder], user: User) -> list[Document]:
    """The project's documents that ``user``, who has ``roles`` in it, may read; the last first."""
    return readable_of(rows_of(project), project, roles, user)


def rows_of(project: Project) -> list[Document]:
    """All documents of the project, the last first; one query."""
    return list(Document.objects.filter(project=project).select_related("event__revision").order_by("-pk"))


def readable_of(
    rows: Iterable[Document], project: Project, roles: frozenset[Holder], user: User
) -> list[Document]:
    """Those of the project's ``rows`` that ``user``, who has ``roles`` in it, may read.

    Minutes have the marks of every examiner: ``score_rights`` says who reads them.
    """
    return [row for row in rows if _may_read(project, row, roles, user)]


def noted(event: Event, unknown: Collection[str]) -> str:
    """The note of ``event`` for somebody to whom papers with the numbers ``unknown`` do not exist.

    That one was revoked or is issued again stands in the history, and why; which one, they are not told.
    """
    number, _colon, words = event.note.partition(": ")
    return words if event.code in (REVOKE, REISSUE) and number in unknown else event.note


def unknown_to_owner(project: Project) -> set[str]:
    """The numbers of those papers of the project that its participant does not read; one query."""
    rows = Document.objects.filter(project=project, kind=DocumentKind.MINUTES)
    return set(rows.values_list("number", flat=True))


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
        document.holder = without_nip(document.project.owner.get_full_name())
    if not document.decider and document.event.actor:
        document.decider = without_nip(document.event.actor.get_full_name())
    names = {"holder": document.holder, "decider": document.decider}
    if all(names.values()):
        Document.objects.filter(pk=document.pk).exclude(**names).update(**names)
    return all(names.values()) and all(person.get_full_name() for _role, person in beside(document))


def _draw(document: Document) -> bytes:
    return DRAWERS[document.kind](document, issuing.address_of(document))


def _people(document: Document) -> set[int]:
    """Who is told of it: everybody on it, but for minutes, which the participant does not read."""
    others = {person.pk for _role, person in beside(document)}
    if document.kind == DocumentKind.MINUTES:
        return (others | {document.event.actor_id or 0}) - {document.project.owner_id, 0}
    there = {document.project.owner_id, *others}
    return there | ({document.event.actor_id} if document.event.actor_id else set())


def _tell(document: Document, kind: Notice.Kind, cause: str) -> None:
    notices.tell(
        people=_people(document), project=document.project, kind=kind, cause=f"{cause}:{document.pk}"
    )


def _nameless(document: Document) -> None:
    nameless.tell(project=document.project, missing=nameless.on_document(document))


KIND = issuing.Kind(
    name="document",
    rows=_rows,
    complete=_complete,
    draw=_draw,
    reason=lambda document: f"Penerbitan {_NUMBERS[document.kind].replace('-', ' ')}",
    told=lambda document: _tell(document, Notice.Kind.DOCUMENT, "document"),
    nameless=_nameless,
)
