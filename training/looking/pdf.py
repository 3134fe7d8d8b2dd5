"""PDF: read from its trailer on, object by object, for what would run or carry other files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from training.looking.refused import Refused

MOST_OBJECTS = 60_000
_END = b"%%EOF"
_TAIL = 1024
_HEAD = 1024
_MARKUP = (b"<html", b"<script", b"<!doctype", b"<svg")
_KEYS = {
    **dict.fromkeys(("/JS", "/JavaScript", "/XFA"), "pdf-script"),
    **dict.fromkeys(("/EF", "/EmbeddedFiles", "/RichMedia"), "pdf-attached"),
}
"""Names in a dictionary that a file is refused for."""
_VALUES = {
    **dict.fromkeys(("/JavaScript", "/Rendition"), "pdf-script"),
    **dict.fromkeys(("/Launch", "/ImportData", "/SubmitForm"), "pdf-script"),
    **dict.fromkeys(("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound"), "pdf-attached"),
}
"""…and what an action (``/S``), a type or an annotation (``/Subtype``) must not be."""


def check_pdf(source: BinaryIO) -> None:
    """Raises ``Refused``, and whatever the library's parsers raise, which is much."""
    _check_frame(source)
    source.seek(0)
    reader = PdfFileReader(source, strict=False)
    if reader.encrypted:
        raise Refused("encrypted")
    if "/Pages" not in reader.root:
        raise Refused("damaged")
    for found in _objects(reader):
        _check(found, reader)


def _check_frame(source: BinaryIO) -> None:
    """Nothing of another format stands before the document, in its first lines or behind it."""
    head = source.read(_HEAD).lower()
    source.seek(0, 2)
    source.seek(max(source.tell() - _TAIL, 0))
    tail = source.read()
    source.seek(0)
    if _END not in tail:
        raise Refused("damaged")
    behind = tail[tail.rindex(_END) + len(_END) :]
    if behind.strip(b"\r\n\t \0") or any(word in head for word in _MARKUP) or zipfile.is_zipfile(source):
        raise Refused("polyglot")


def _objects(reader: PdfFileReader) -> Iterator[dict[str, Any]]:
    """Every dictionary that can be reached from the trailer, each object once; streams stay packed."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer.raw_get("/Root")]
    while waiting:
        found = waiting.pop()
        if isinstance(found, generic.IndirectObject):
            place = (found.idnum, found.generation)
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > MOST_OBJECTS:
                raise Refused("pdf-large")
            found = reader.get_object(found.reference)
        if isinstance(found, dict):
            yield found
            waiting += dict.values(found)
        elif isinstance(found, list):
            waiting += list.__iter__(found)


def _check(found: dict[str, Any], reader: PdfFileReader) -> None:
    for key in dict.keys(found):
        if key in _KEYS:
            raise Refused(_KEYS[key])
    for key in ("/S", "/Type", "/Subtype"):
        value = dict.get(found, key)
        if isinstance(value, generic.IndirectObject):  # no writer does so, but every reader follows it
            value = reader.get_object(value.reference)
        if isinstance(value, str) and value in _VALUES:
            raise Refused(_VALUES[value])
