"""Is this certificate or document genuine? By its code, or by the file itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone

from training.apart import TooBusy, look_into
from training.models import Certificate, Document, SignedPaper
from training.models.papers import read_code

__all__ = ["LARGEST", "Finding", "TooBusy", "Verdict", "by_code", "by_file"]

LARGEST = 10 * 1024 * 1024


class Verdict(StrEnum):
    """What a check may find; each has its own words."""

    GENUINE = "genuine"
    KEY_EXPIRED = "key-expired"
    """Since it signed: it signed in its time."""
    SIGNED_LATE = "signed-late"
    """Signed, by the register, with a key that had expired before."""
    REVOKED = "revoked"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    RESIGNED = "resigned"
    UNSIGNED = "unsigned"
    NOT_A_PDF = "not-a-pdf"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict, and the certificate or document where it is one of ours.

    ``replaced`` says that another was issued in its place; which one, only its holder tells.
    """

    verdict: Verdict
    paper: Certificate | Document | None = None
    replaced: bool = False


def by_code(text: str) -> Finding:
    """What the registers say about a code, as printed or as somebody typed it."""
    return _finding(_find(code=read_code(text))) or Finding(Verdict.UNKNOWN)


def by_file(content: bytes) -> Finding:
    """What a file is: one that was issued here, byte for byte, or why not."""
    if not content.startswith(b"%PDF-"):
        return Finding(Verdict.NOT_A_PDF)
    found = _finding(_find(sha256=hashlib.sha256(content).hexdigest()))
    return found or Finding(_look_inside(content))


def _find(**named: str) -> Certificate | Document | None:
    return Certificate.objects.filter(**named).first() or Document.objects.filter(**named).first()


def _finding(paper: Certificate | Document | None) -> Finding | None:
    if paper is None:
        return None
    verdict = _standing(paper)
    return Finding(verdict, paper, replaced=verdict is Verdict.REVOKED and _has_successor(paper))


def _has_successor(paper: Certificate | Document) -> bool:
    place = (
        Document.objects.filter(event=paper.event_id, kind=paper.kind)
        if isinstance(paper, Document)
        else Certificate.objects.filter(project=paper.project_id)
    )
    return place.filter(state=SignedPaper.State.ISSUED, pk__gt=paper.pk).exists()


def _standing(paper: SignedPaper) -> Verdict:
    if paper.state == SignedPaper.State.REVOKED:
        return Verdict.REVOKED
    if paper.state == SignedPaper.State.WAITING:
        return Verdict.WAITING
    until = paper.signer_until
    if until is None or timezone.now() <= until:
        return Verdict.GENUINE
    in_time = paper.issued_at is not None and paper.issued_at <= until
    return Verdict.KEY_EXPIRED if in_time else Verdict.SIGNED_LATE


def _look_inside(content: bytes) -> Verdict:
    """Not a file that was issued here: is it a changed one, one signed by others, or something else?

    Anybody's bytes are read by a process of its own, which may take little time and memory. Raises
    ``TooBusy`` while enough of them run.
    """
    told = look_into("inspecting.py", content=content)
    try:
        signatures = json.loads(told) if told is not None else None
    except ValueError:
        signatures = None
    if signatures is None:
        return Verdict.ALTERED
    return _verdict(signatures) if signatures else Verdict.UNSIGNED


def _verdict(signatures: list[dict[str, Any]]) -> Verdict:
    last = signatures[-1]
    if not _find(signer=last["signer"]):
        return Verdict.RESIGNED
    # Ours and whole, and yet not in the register: nothing of that kind was ever issued.
    return Verdict.UNKNOWN if last["whole"] and len(signatures) == 1 else Verdict.ALTERED
