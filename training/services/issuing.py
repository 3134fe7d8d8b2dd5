"""Signed papers of any kind: numbered where they are earned, issued once, signed or not at all.

Each kind says how it is drawn and who is told (``Kind``); how it gets its number, its signature and its end
is the same for all of them.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone

from accounts.models import User
from training.errors import SigningUnavailable
from training.models import CertificateSeries, Project, SignedPaper
from training.services.audit import held

if TYPE_CHECKING:
    from training.signing import PdfSigner

logger = logging.getLogger(__name__)

AT_ONCE = 20
State = SignedPaper.State


@dataclass(frozen=True, slots=True)
class Kind:
    """How the papers of one model are made.

    ``complete`` fills in the names that were missing when the paper was reserved, and says whether they are
    all there. ``draw`` gives the page, not signed yet; ``told`` tells people within the transaction that
    issues it, ``nameless`` within the one that finds a name missing.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    complete: Callable[[Any], bool]
    draw: Callable[[Any], bytes]
    reason: Callable[[Any], str]
    told: Callable[[Any], None]
    nameless: Callable[[Any], None]


def next_number(project: Project, *, kind: str = "") -> str:
    """The next number of the batch's institution this year; part of the caller's transaction.

    Raises ``LookupError`` for a project without a batch.
    """
    if project.batch is None:
        raise LookupError(f"{project.key} has no batch")
    institution, year = project.batch.institution, timezone.localdate().year
    series, _made = CertificateSeries.objects.get_or_create(institution=institution, year=year, kind=kind)
    CertificateSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    parts = [kind, project.version.programme.code, institution.code]
    return "/".join([f"{series.last:05d}", *(part.upper() for part in parts if part), str(year)])


def issue_waiting(kind: Kind) -> int:
    """Sign the papers that wait; how many were issued. Without a key they go on waiting.

    One that can't be drawn or signed keeps no other back: those without trouble come first.
    """
    ready = [paper for paper in _waiting(kind) if _has_names(paper, kind)][:AT_ONCE]
    if not ready:
        return 0
    # Only here: loading it takes a third of a second, which no web process and no other command needs.
    from training.signing import get_signer

    try:
        signer = get_signer()
        return sum(_try(paper, signer, kind) for paper in ready)
    except SigningUnavailable as error:
        logger.error("%d %ss wait for a signature: %s", len(ready), kind.name, error)
        _trouble(ready, SignedPaper.NO_KEY, str(error))
        return 0


def _waiting(kind: Kind) -> list[Any]:
    waiting = kind.rows().filter(state=State.WAITING)
    others = waiting.exclude(trouble=SignedPaper.NO_NAME)
    fresh_first = others.order_by(Case(When(trouble="", then=0), default=1), "pk")
    # However many lack a name, none of them keeps another from its turn.
    return [*waiting.filter(trouble=SignedPaper.NO_NAME).order_by("pk"), *fresh_first[:AT_ONCE]]


def _has_names(paper: Any, kind: Kind) -> bool:
    """Whether all names stand on it; people are told once of one that is missing."""
    if kind.complete(paper):
        return True
    with transaction.atomic():
        told = type(paper).objects.filter(pk=paper.pk, state=State.WAITING).exclude(trouble=paper.NO_NAME)
        if told.update(trouble=paper.NO_NAME):
            kind.nameless(paper)
    return False


def _try(paper: Any, signer: PdfSigner, kind: Kind) -> bool:
    """Whether it was issued. Raises ``SigningUnavailable``, which concerns all of them."""
    try:
        return issue(paper, signer, kind)
    except SigningUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - the others must go on
        # Neither message nor traceback: either may hold the name or the title that can't be drawn.
        what, place = type(error).__name__, _place(error)
        logger.error("%s %d can't be issued: %s at %s", kind.name.capitalize(), paper.pk, what, place)
        _trouble([paper], SignedPaper.NOT_MADE, f"{what} ({place})")
        return False


def _trouble(papers: list[Any], code: str, detail: str) -> None:
    keys = [paper.pk for paper in papers]
    text = f"{code}: {detail}"[:255]
    type(papers[0]).objects.filter(pk__in=keys, state=State.WAITING).update(trouble=text)


def _place(error: Exception) -> str:
    """File and line where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def issue(paper: Any, signer: PdfSigner, kind: Kind) -> bool:
    """Draw, sign and store one paper; false when another process issued it meanwhile.

    The row changes last and only once, so a process that is killed leaves at most a file that no row names,
    which ``evidence.sweep`` finds. What changed while it was signed is asked under the project's lock: a
    paper that is not what was drawn, or that nobody would sign any more, goes on waiting. Raises
    ``SigningUnavailable``.
    """
    drawn = _row(paper)
    paper.is_demo = paper.is_demo or signer.is_demo
    signed = signer.sign(kind.draw(paper), reason=kind.reason(paper), location=paper.institution)
    paper.file.save("paper.pdf", ContentFile(signed.pdf), save=False)
    with transaction.atomic():
        held(paper.project)  # first, as whoever takes a paper back does
        now = kind.rows().filter(pk=paper.pk, state=State.WAITING).first()
        issued = (
            now is not None
            and _row(now) == drawn
            and type(paper)
            .objects.filter(pk=paper.pk, state=State.WAITING)
            .update(
                state=State.ISSUED,
                issued_at=timezone.now(),
                file=paper.file.name,
                sha256=hashlib.sha256(signed.pdf).hexdigest(),
                signer=signed.signer,
                signer_until=signed.valid_until,
                is_demo=paper.is_demo,
                trouble="",
            )
        )
        if issued:
            kind.told(paper)
    if not issued:
        paper.file.delete(save=False)
    return bool(issued)


def _row(paper: Any) -> dict[str, Any]:
    """What may stand on it: its row, but for what issuing itself writes."""
    names = {field.attname for field in paper._meta.concrete_fields} - {"file", "is_demo", "trouble"}
    return {name: getattr(paper, name) for name in names}


def take_back(paper: Any, *, by: User, reason: str) -> bool:
    """Mark it as revoked; false when it was already. Part of the caller's transaction."""
    standing = type(paper).objects.filter(pk=paper.pk).exclude(state=State.REVOKED)
    revoked = {"state": State.REVOKED, "revoked_at": timezone.now(), "revoked_by": by, "reason": reason}
    return bool(standing.update(**revoked))


def address_of(paper: SignedPaper) -> str:
    """Where anybody checks it."""
    return f"{settings.SITE_URL.rstrip('/')}/id/verify/{paper.code}/"
