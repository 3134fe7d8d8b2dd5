"""Is this certificate genuine? By its code, or by the file itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from asn1crypto import x509
from django.utils import timezone
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from training.models import Certificate
from training.models.certificates import read_code
from training.signing import digest

LARGEST = 10 * 1024 * 1024


class Verdict(StrEnum):
    """What a check may find; each has its own words."""

    GENUINE = "genuine"
    KEY_EXPIRED = "key-expired"
    REVOKED = "revoked"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    RESIGNED = "resigned"
    UNSIGNED = "unsigned"
    NOT_A_PDF = "not-a-pdf"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict, and the certificate where it is one of ours."""

    verdict: Verdict
    certificate: Certificate | None = None


def by_code(text: str) -> Finding:
    """What the register says about a code, as printed or as somebody typed it."""
    certificate = Certificate.objects.filter(code=read_code(text)).first()
    if certificate is None:
        return Finding(Verdict.UNKNOWN)
    return Finding(_standing(certificate), certificate)


def by_file(content: bytes) -> Finding:
    """What a file is: one that was issued here, byte for byte, or why not."""
    if not content.startswith(b"%PDF-"):
        return Finding(Verdict.NOT_A_PDF)
    certificate = Certificate.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if certificate is not None:
        return Finding(_standing(certificate), certificate)
    return Finding(_look_inside(content))


def _standing(certificate: Certificate) -> Verdict:
    if certificate.state == Certificate.State.REVOKED:
        return Verdict.REVOKED
    if certificate.state == Certificate.State.WAITING:
        return Verdict.WAITING
    expired = certificate.signer_until is not None and certificate.signer_until < timezone.now()
    return Verdict.KEY_EXPIRED if expired else Verdict.GENUINE


def _look_inside(content: bytes) -> Verdict:
    """Not a file that was issued here: is it a changed one, one signed by others, or something else?"""
    try:
        signatures = PdfFileReader(BytesIO(content), strict=False).embedded_signatures
        if not signatures:
            return Verdict.UNSIGNED
        known = [_is_ours(found.signer_cert) for found in signatures]
        status = validate_pdf_signature(signatures[-1], skip_diff=True)
    except (PdfError, SignatureValidationError, ValueError, KeyError, IndexError, AttributeError, TypeError):
        # Somebody's bytes, damaged in any way there is: the library's parsers fail in as many ways.
        return Verdict.ALTERED
    return _verdict(known, status)


def _verdict(known: list[bool], status: PdfSignatureStatus) -> Verdict:
    if not known[-1]:
        return Verdict.RESIGNED
    # Ours and whole, and yet not in the register: nothing of that kind was ever issued.
    whole = status.intact and status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(known) == 1
    return Verdict.UNKNOWN if whole else Verdict.ALTERED


def _is_ours(certificate: x509.Certificate) -> bool:
    return Certificate.objects.filter(signer=digest(certificate)).exists()
