"""The NIP, a civil servant's number: 18 digits that tell birth, appointment and sex, so it is kept sealed.

Its parts: date of birth (8), year and month of appointment (6), sex (1: man, 2: woman), serial number (3)
(Peraturan Kepala BKN Nomor 22 Tahun 2007).
"""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Identity, User
from accounts.sealing import Unreadable, fingerprint, fingerprints, seal, unseal

PURPOSE = "nip"
_PARTS = re.compile(r"(?P<born>\d{8})(?P<year>\d{4})(?P<month>\d{2})(?P<sex>[12])\d{3}")
_LONGEST_LIFE = 100


def read(text: str) -> str:
    """The 18 digits of a NIP as people write it, with or without spaces. Raises ``ValidationError``."""
    digits = re.sub(r"[\s.-]", "", text)
    parts = _PARTS.fullmatch(digits)
    if parts is None or not _is_possible(parts):
        raise ValidationError(
            _("This is not a NIP. It has 18 digits and begins with the date of birth, as in 19870512…"),
            code="nip",
        )
    return digits


def _is_possible(parts: re.Match[str]) -> bool:
    try:
        born = date.fromisoformat(parts["born"])
        appointed = date(int(parts["year"]), int(parts["month"]), 1)
    except ValueError:
        return False
    return 0 < appointed.year - born.year < _LONGEST_LIFE


def keep(*, user: User, nip: str) -> None:
    """Keep the NIP of ``user``, sealed. Raises ``ValidationError`` for no NIP, or somebody else's."""
    digits = read(nip)
    if owner_of(digits) not in {None, user}:
        raise _taken()
    values = {"sealed_nip": seal(digits, purpose=PURPOSE), "nip_digest": fingerprint(digits, purpose=PURPOSE)}
    try:
        with transaction.atomic():
            Identity.objects.update_or_create(user=user, defaults=values)
    except IntegrityError as error:  # somebody else gave it in the same moment
        raise _taken() from error


def forget(*, user: User) -> None:
    """Take the NIP of ``user`` away; where there is none nothing changes."""
    Identity.objects.filter(user=user).delete()


def of(user: User) -> str:
    """The NIP of ``user``; empty where there is none, or where its key is gone."""
    identity = Identity.objects.filter(user=user).first()
    if identity is None:
        return ""
    try:
        return unseal(identity.sealed_nip, purpose=PURPOSE)
    except Unreadable:
        return ""


def owner_of(nip: str) -> User | None:
    """Whose NIP it is, without unsealing any."""
    digests = list(fingerprints(read(nip), purpose=PURPOSE))
    return User.objects.filter(identity__nip_digest__in=digests).first()


def _taken() -> ValidationError:
    # Doesn't tell whose: the same words for a mistake in typing.
    return ValidationError(
        _("This NIP belongs to another account. Check the digits, or ask your coordinator."), code="taken"
    )
