"""Files in the ZIP format that people hand in: told apart from bombs before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Set
from enum import Enum, auto

LARGEST = 10 * 1024 * 1024
"""Bytes a file may have."""
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an office file of the old kind begins, or one with a password."""
ZIP = b"PK\x03\x04"


class Unfit(Enum):
    """Why an archive is not read."""

    OTHER = auto()
    """A part that the format needs is missing."""
    MACROS = auto()
    TOO_LARGE = auto()


def unfit(content: bytes, needed: Set[str]) -> Unfit | None:
    """What keeps an archive that needs these parts from being read; nothing when it may be.

    Raises what ``zipfile`` raises over a damaged one.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = {part.filename for part in parts}
    if not names >= needed:
        return Unfit.OTHER
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return Unfit.MACROS
    # A part never unpacks to more than it says: reading stops there.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        return Unfit.TOO_LARGE
    return None
