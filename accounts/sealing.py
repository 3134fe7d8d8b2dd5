"""Texts that a copy of the database must not give away: sealed with the site's secret key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE_LENGTH = 16


class Unreadable(Exception):
    """What was sealed with a key that is in use no more, or is damaged."""


def seal(text: str, *, purpose: str) -> str:
    """Encrypt ``text``. ``purpose`` keeps keys of different uses apart, at most 16 characters."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(token: str, *, purpose: str) -> str:
    """What was sealed, also under a key in SECRET_KEY_FALLBACKS. Raises ``Unreadable``."""
    try:
        return _cipher(purpose).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def fingerprint(text: str, *, purpose: str) -> str:
    """A keyed digest of ``text``: equal texts can be found, and nobody without the key can guess them."""
    return next(fingerprints(text, purpose=purpose))


def fingerprints(text: str, *, purpose: str) -> Iterator[str]:
    """The digest under each key in use, the current one first."""
    for key in _keys(purpose):
        yield hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _cipher(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys(purpose)])


def _keys(purpose: str) -> Iterator[bytes]:
    """SECRET_KEY seals; a key that was replaced still opens while it is in SECRET_KEY_FALLBACKS."""
    person = purpose.encode()
    if len(person) > _PURPOSE_LENGTH:
        raise ValueError(f"{purpose} is longer than {_PURPOSE_LENGTH} characters")
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield hashlib.blake2b(force_bytes(key), digest_size=32, person=person).digest()
