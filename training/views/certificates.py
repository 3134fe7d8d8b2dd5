"""The certificate of a project, for its holder and the coordinators of its batch."""

from __future__ import annotations

import logging
import uuid

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.errors import unavailable
from training.models import Certificate, Holder, Project, SignedPaper
from training.services import certificates
from training.views.access import project_of, signed_in

logger = logging.getLogger(__name__)

READERS = frozenset({Holder.PARTICIPANT, Holder.COORDINATOR})


def certificate_of(project: Project, roles: frozenset[Holder]) -> Certificate | None:
    """The certificate, where there is one and the reader has one of the parts that may have it."""
    return certificates.latest(project) if roles & READERS else None


@signed_in
@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The signed file, as it was issued; one that was revoked or is not signed yet is not handed out."""
    certificate = certificate_of(*project_of(request, key))
    if certificate is None or certificate.state != Certificate.State.ISSUED or not certificate.file:
        raise Http404
    return hand_out(request, certificate, f"sertifikat-{certificate.code}.pdf")


def hand_out(request: HttpRequest, paper: SignedPaper, name: str) -> HttpResponseBase:
    """The file of a certificate or document as a download; 503 where this host lacks it."""
    try:
        file = paper.file.open("rb")
    except FileNotFoundError:
        # The row says that it was issued: this host does not see the folder that the worker wrote it to.
        kind = type(paper).__name__.lower()
        logger.error("The file of %s %d is not below PRIVATE_ROOT on this host", kind, paper.pk)
        return unavailable(request)
    response = FileResponse(file, as_attachment=True, filename=name)
    response.headers["Content-Type"] = "application/pdf"
    return response
