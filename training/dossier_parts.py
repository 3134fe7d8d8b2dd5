"""The parts a dossier is made of: what is written, and stored files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from training.models import Holder, Project
from training.privacy import without_nip

_CHUNK = 64 * 1024
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the dossier: its name, with folders divided by ``/``, and what is in it."""

    name: str
    chunks: Iterable[bytes]


Source = Callable[[Project], Iterable[Part]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a dossier is for, with the parts they have in its project."""

    user: User
    roles: frozenset[Holder]


ReadSource = Callable[[Project, Reader], Iterable[Part]]
"""A source that gives some readers less."""


def text_part(name: str, text: str) -> Part:
    """A document to read: UTF-8, lines as every program reads them, without a NIP or NIK."""
    lines = without_nip(text).replace("\r\n", "\n").replace("\n", "\r\n")
    return Part(name, [f"\ufeff{lines}\r\n".encode()])


def file_part(name: str, file: Any) -> Part:
    """A stored file, read while it leaves; where this host lacks it, a note in its place."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return text_part(f"{name}.txt", _("This file is missing on the server."))
    return Part(name, _chunks(opened))


def _chunks(file: Any) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def safe_name(text: str) -> str:
    """``text`` as a file's name: letters, digits, dots and hyphens, never hidden, never empty."""
    return _UNSAFE.sub("-", text).strip(".-")[:80] or "file"


def heading(text: str) -> str:
    """``text`` underlined."""
    return f"{text}\n{'=' * len(text)}\n"
