"""Certificates: reserved in the transaction that earns them, and again after one was revoked."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.drawing import draw
from training.errors import GuardsUnmet, NotAllowed
from training.models import Certificate, Event, Notice, Project, Result
from training.privacy import without_nip
from training.results import is_in_force, predicate_named
from training.services import issuing, nameless, notices
from training.services.audit import done_before, held, locked, record
from training.services.due import close, due_date
from training.services.standing import must_go_on

if TYPE_CHECKING:
    from training.signing import PdfSigner

REVOKE, REISSUE = "revoke-certificate", "reissue-certificate"
"""What the events say of a certificate that was taken back, and of one that takes its place."""


def reserve(project: Project) -> Certificate:
    """The certificate of ``project``, with its number; part of the caller's transaction.

    A move gives a project one certificate, however often it is made.
    """
    return latest(project) or _reserve(project)


def latest(project: Project) -> Certificate | None:
    """The certificate that counts: one that was revoked only where none took its place."""
    return Certificate.objects.filter(project=project).order_by("-pk").first()


def _reserve(project: Project) -> Certificate:
    batch = project.batch
    if batch is None:
        raise NotAllowed(str(project.key))
    return Certificate.objects.create(
        project=project,
        number=issuing.next_number(project),
        holder=without_nip(project.owner.get_full_name()),
        title=without_nip(project.title),
        programme=project.version.label_id,
        institution=batch.institution.label_id,
        batch=batch.name,
        predicate=_predicate(project),
        is_demo=batch.is_demo,
    )


def _predicate(project: Project) -> str:
    """What the locked total is called; empty where the programme asks for no scores."""
    result = Result.objects.filter(project=project, unlocked_at=None).first()
    found = predicate_named(project.version, result.predicate) if result else None
    return found.label_id if found else ""


def reissue(*, project: Project, by: User, reason: str, submit_key: uuid.UUID) -> Event:
    """Reserve another certificate, with a number and a code of its own, after the last one was revoked.

    The one before stays revoked and does not name it. The same ``submit_key`` again changes nothing. Raises
    ``NotAllowed`` for anybody but a coordinator of the batch, ``GuardsUnmet`` where none was revoked.
    """
    with transaction.atomic():
        current = locked(project, by)
        if done := done_before(current, code=REISSUE, by=by, submit_key=submit_key):
            return done
        must_go_on(current)
        before = latest(current)
        if before is None or before.state != Certificate.State.REVOKED:
            raise GuardsUnmet([_("Only a certificate that was revoked is issued again.")])
        if not is_in_force(current) and current.results.exists():
            raise GuardsUnmet([_("The result is not locked yet.")])
        _reserve(current)
        if current.due_on is None and current.state.is_end:
            current.due_on = due_date(current, current.state, timezone.localdate())
            current.save(update_fields=["due_on"])
        return record(project=current, code=REISSUE, by=by, submit_key=submit_key, note=reason.strip())


def issue_waiting() -> int:
    """Sign the certificates that wait; how many were issued. See ``issuing``."""
    return issuing.issue_waiting(KIND)


def issue(certificate: Certificate, signer: PdfSigner) -> bool:
    """Draw, sign and store one; false when another process issued it. Raises ``SigningUnavailable``."""
    return issuing.issue(certificate, signer, KIND)


def revoke(*, certificate: Certificate, by: User, reason: str) -> None:
    """Take a certificate back; whoever checks it is told so, and its holder gets a notice.

    Again changes nothing. Raises ``NotAllowed`` for anybody but a coordinator of its batch.
    """
    words = reason.strip()
    with transaction.atomic():
        project = locked(certificate.project, by)
        if issuing.take_back(certificate, by=by, reason=words):
            record(project=project, code=REVOKE, by=by, submit_key=uuid.uuid4(), note=words)
            _tell_holder(certificate, Notice.Kind.REVOKED, "revoked")
            close(project)


def _rows() -> QuerySet[Certificate]:
    """Those of a project that is suspected or was stopped wait: nobody signs for it. So do those whose result
    was opened again, until it is locked.
    """
    rows = Certificate.objects.select_related("project__owner")
    return rows.exclude(project__standing__in=Project.DOUBTED).exclude(_is_reopened(OuterRef("project")))


def _is_reopened(project: OuterRef) -> Q:
    """Whether the result of ``project`` was locked and opened again."""
    results = Result.objects.filter(project=project)
    return Q(Exists(results)) & ~Q(Exists(results.filter(unlocked_at=None)))


def _complete(certificate: Certificate) -> bool:
    if not certificate.holder and (name := without_nip(certificate.project.owner.get_full_name())):
        certificate.holder = name
        Certificate.objects.filter(pk=certificate.pk).update(holder=name)
    return bool(certificate.holder)


def _draw(certificate: Certificate) -> bytes:
    return draw(certificate, address=issuing.address_of(certificate))


def _tell_holder(certificate: Certificate, kind: Notice.Kind, cause: str) -> None:
    project = certificate.project
    notices.tell(people=[project.owner_id], project=project, kind=kind, cause=f"{cause}:{certificate.pk}")


def _issued(certificate: Certificate) -> None:
    _tell_holder(certificate, Notice.Kind.CERTIFICATE, "certificate")
    close(held(certificate.project))


def _nameless(certificate: Certificate) -> None:
    nameless.tell(project=certificate.project, missing=nameless.on_certificate(certificate))


KIND = issuing.Kind(
    name="certificate",
    rows=_rows,
    complete=_complete,
    draw=_draw,
    reason=lambda _certificate: "Penerbitan sertifikat",
    told=_issued,
    nameless=_nameless,
)
