"""The certificate of a project, for its holder and the coordinators of its batch."""

from __future__ import annotations

import logging
import uuid

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.errors import unavailable
from training.models import Certificate, Holder, Project
from training.views.access import project_of, signed_in

logger = logging.getLogger(__name__)

READERS = frozenset({Holder.PARTICIPANT, Holder.COORDINATOR})


def certificate_of(project: Project, roles: frozenset[Holder]) -> Certificate | None:
    """The certificate, where there is one and the reader has one of the parts that may have it."""
    return Certificate.objects.filter(project=project).first() if roles & READERS else None


@signed_in
@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The signed file, as it was issued; one that was revoked or is not signed yet is not handed out.

    503 where this host lacks the file.
    """
    certificate = certificate_of(*project_of(request, key))
    if certificate is None or certificate.state != Certificate.State.ISSUED or not certificate.file:
        raise Http404
    try:
        file = certificate.file.open("rb")
    except FileNotFoundError:
        # The row says that it was issued: this host does not see the folder that the worker wrote it to.
        logger.error("The file of certificate %d is not below PRIVATE_ROOT on this host", certificate.pk)
        return unavailable(request)
    response = FileResponse(file, as_attachment=True, filename=f"sertifikat-{certificate.code}.pdf")
    response.headers["Content-Type"] = "application/pdf"
    return response
