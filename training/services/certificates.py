"""Certificates: reserved in the transaction that earns them, issued once, signed or not at all."""

from __future__ import annotations

import hashlib
import logging
import traceback
import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Case, F, When
from django.utils import timezone

from accounts.models import User
from training.drawing import draw
from training.errors import NotAllowed, SigningUnavailable
from training.models import Certificate, CertificateSeries, Notice, Project, Result
from training.results import predicate_named
from training.services import notices
from training.services.audit import locked, record

if TYPE_CHECKING:
    from training.signing import PdfSigner

logger = logging.getLogger(__name__)

AT_ONCE = 20
REVOKE = "revoke-certificate"
"""What the event of a certificate that was taken back says."""


def reserve(project: Project) -> Certificate:
    """The certificate of ``project``, with its number; part of the caller's transaction.

    A project has one certificate, however often this is asked.
    """
    found = Certificate.objects.filter(project=project).first()
    if found is not None:
        return found
    batch = project.batch
    if batch is None:
        raise NotAllowed(str(project.key))
    return Certificate.objects.create(
        project=project,
        number=_next_number(project),
        holder=project.owner.get_full_name() or project.owner.email,
        title=project.title,
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


def _next_number(project: Project) -> str:
    assert project.batch is not None  # noqa: S101 - the caller has looked
    institution, year = project.batch.institution, timezone.localdate().year
    series, _made = CertificateSeries.objects.get_or_create(institution=institution, year=year)
    CertificateSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return f"{series.last:05d}/{project.version.programme.code.upper()}/{institution.code.upper()}/{year}"


def issue_waiting() -> int:
    """Sign the certificates that wait; how many were issued. Without a key they go on waiting.

    One that can't be drawn or signed keeps no other back: those without trouble come first.
    """
    waiting = Certificate.objects.filter(state=Certificate.State.WAITING).select_related("project__owner")
    rows = list(waiting.order_by(Case(When(trouble="", then=0), default=1), "pk")[:AT_ONCE])
    if not rows:
        return 0
    # Only here: loading it takes a third of a second, which no web process and no other command needs.
    from training.signing import get_signer

    try:
        signer = get_signer()
        return sum(_try(certificate, signer) for certificate in rows)
    except SigningUnavailable as error:
        logger.error("%d certificates wait for a signature: %s", len(rows), error)
        Certificate.objects.filter(pk__in=[row.pk for row in rows], state=Certificate.State.WAITING).update(
            trouble=str(error)[:255]
        )
        return 0


def _try(certificate: Certificate, signer: PdfSigner) -> bool:
    """Whether it was issued. Raises ``SigningUnavailable``, which concerns all of them."""
    try:
        return issue(certificate, signer)
    except SigningUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the others must go on
        # Neither message nor traceback: either may hold the name or the title that can't be drawn.
        kind, place = type(error).__name__, _place(error)
        logger.error("Certificate %d can't be issued: %s at %s", certificate.pk, kind, place)
        Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.WAITING).update(
            trouble=f"{kind} ({place})"[:255]
        )
        return False


def _place(error: Exception) -> str:
    """File and line where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def issue(certificate: Certificate, signer: PdfSigner) -> bool:
    """Draw, sign and store one certificate; false when another process issued it meanwhile.

    The row changes last and only once, so a process that is killed leaves at most a file nobody refers to.
    Raises ``SigningUnavailable``.
    """
    certificate.is_demo = certificate.is_demo or signer.is_demo
    signed = signer.sign(
        draw(certificate, address=address_of(certificate)),
        reason="Penerbitan sertifikat",
        location=certificate.institution,
    )
    certificate.file.save("certificate.pdf", ContentFile(signed.pdf), save=False)
    with transaction.atomic():
        issued = Certificate.objects.filter(pk=certificate.pk, state=Certificate.State.WAITING).update(
            state=Certificate.State.ISSUED,
            issued_at=timezone.now(),
            file=certificate.file.name,
            sha256=hashlib.sha256(signed.pdf).hexdigest(),
            signer=signed.signer,
            signer_until=signed.valid_until,
            is_demo=certificate.is_demo,
            trouble="",
        )
        if issued:
            notices.tell(
                people=[certificate.project.owner_id],
                project=certificate.project,
                kind=Notice.Kind.CERTIFICATE,
                cause=f"certificate:{certificate.pk}",
            )
    if not issued:
        certificate.file.delete(save=False)
    return bool(issued)


def revoke(*, certificate: Certificate, by: User, reason: str) -> None:
    """Take a certificate back; whoever checks it is told so, and its holder gets a notice.

    Again changes nothing. Raises ``NotAllowed`` for anybody but a coordinator of its batch.
    """
    words = reason.strip()
    with transaction.atomic():
        project = locked(certificate.project, by)
        changed = (
            Certificate.objects.filter(pk=certificate.pk)
            .exclude(state=Certificate.State.REVOKED)
            .update(state=Certificate.State.REVOKED, revoked_at=timezone.now(), revoked_by=by, reason=words)
        )
        if not changed:
            return
        record(project=project, code=REVOKE, by=by, submit_key=uuid.uuid4(), note=words)
        notices.tell(
            people=[project.owner_id],
            project=project,
            kind=Notice.Kind.REVOKED,
            cause=f"revoked:{certificate.pk}",
        )


def address_of(certificate: Certificate) -> str:
    """Where anybody checks the certificate."""
    return f"{settings.SITE_URL.rstrip('/')}/id/verify/{certificate.code}/"
