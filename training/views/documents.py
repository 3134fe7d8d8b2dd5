"""The signed documents of a project, for those who may read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from training.errors import NotAllowed
from training.models import Document, DocumentKind
from training.services import documents, nameless
from training.views.access import person, project_of, signed_in
from training.views.certificates import hand_out


@dataclass(frozen=True, slots=True)
class Listed:
    """A document, whose names it waits for, and of minutes the state whose seminar they are of."""

    document: Document
    missing: Sequence[nameless.Nameless]
    seminar: str


def listed(rows: Iterable[Document]) -> list[Listed]:
    """Documents as the pages show them."""
    return [Listed(row, nameless.on_document(row) if row.lacks_name else (), _seminar(row)) for row in rows]


def _seminar(document: Document) -> str:
    if document.kind != DocumentKind.MINUTES:
        return ""
    state = document.event.project.version.state(document.event.source)
    return str(state.label) if state else ""


@signed_in
@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID, document: uuid.UUID) -> HttpResponseBase:
    """The signed file, as it was issued; one that was revoked or is not signed yet is not handed out."""
    project, roles = project_of(request, key)
    try:
        found = documents.readable(project=project, key=document, roles=roles, user=person(request))
    except NotAllowed as refused:
        raise Http404 from refused
    return hand_out(request, found, f"{found.kind}-{found.code}.pdf")
