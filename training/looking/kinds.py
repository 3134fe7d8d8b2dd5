"""What a file is, by its content: a name or a declared type says nothing."""

from __future__ import annotations

from typing import BinaryIO

from training.looking.refused import Refused

_HEAD = 2048
_PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def look(source: BinaryIO) -> tuple[str, bytes]:
    """The kind of the file, and a picture made anew. Raises ``Refused``, and what parsers raise."""
    head = source.read(_HEAD)
    source.seek(0)
    kind = kind_of(head)
    # Each library is loaded only for the files that need it.
    if kind == "pdf":
        from training.looking.pdf import check_pdf

        check_pdf(source)
        return kind, b""
    if kind == "zip":
        from training.looking.office import office_kind

        return office_kind(source), b""
    from training.looking.pictures import picture

    return kind, picture(source, kind)


def kind_of(head: bytes) -> str:
    """What the first bytes of a file say it is. Raises ``Refused`` for everything that is not kept."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    for start, kind in _PICTURES.items():
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    raise Refused(_other(head))


def _other(head: bytes) -> str:
    """A word for a kind that is known and not kept, so that the remedy can be told."""
    if not head:
        return "empty"
    if head.startswith(_OLE):
        return "old-office"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "heif"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "svg" if text.startswith(b"<") and b"<svg" in text else "unknown"
