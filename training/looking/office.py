"""DOCX, XLSX and PPTX: an archive of XML parts, looked through before anything could unpack it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import BinaryIO
from xml.parsers import expat

from training.looking.dde import Exchanges
from training.looking.refused import Refused

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes, all parts together."""
_CHUNK = 256 * 1024
_END = b"PK\x05\x06"
_END_LENGTH = 22
_LOCAL_LENGTH = 30
_ENCRYPTED = 0x1
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
_MACROS = ("macroenabled", "vbaproject", "ms-office.activex", "oleobject", "xlmmacro", "intlmacrosheet")
"""Parts of content types that stand for programs inside a document."""
_PROGRAMS = ("vbaproject.bin", "vbadata.xml", "/activex/", "oleobject", "/macrosheets/")
"""…and of the names of parts."""
_READ = (".xml", ".rels", ".vml")
"""How names of parts end that are read as XML."""
_XML = re.compile(r"application/(.*\+)?xml\b", re.IGNORECASE)
_LINK = "hyperlink"
"""The relation that may point to somewhere outside: a link that somebody clicks…"""
_SCHEMES = {"", "http", "https", "mailto", "tel", "ftp", "file"}
"""…with an address that starts no other program."""
_ACTIVE = {"afchunk", "vbaproject", "oleobject", "control", "activexcontrolbinary", "xlmacrosheet"}
"""Relations to parts that run, or that are read as documents of another kind."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_RUNS = (
    ".bat", ".chm", ".cmd", ".com", ".dll", ".docm", ".dotm", ".exe", ".hta", ".htm", ".html", ".jar", ".js",
    ".lnk", ".mht", ".mhtml", ".msi", ".pptm", ".ps1", ".rtf", ".scr", ".vbs", ".wsf", ".xlam", ".xlsb",
    ".xlsm", ".xltm",
)  # fmt: skip
"""How names of parts end that no document needs; charts bring their numbers as .xlsx."""


def office_kind(source: BinaryIO) -> str:
    """``docx``, ``xlsx`` or ``pptx``. Raises ``Refused``, and what zipfile and expat raise."""
    size = source.seek(0, 2)
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        _check_frame(source, size, archive)
        _check_entries(entries)
        kind = ""
        for entry in entries:
            reader = _Reader(entry.filename)
            reader.read(archive, entry)
            kind = kind or reader.kind
    if not kind:
        raise Refused("zip")
    return kind


def _check_frame(source: BinaryIO, size: int, archive: zipfile.ZipFile) -> None:
    """The archive is the whole file: nothing stands before or behind it, where another format might."""
    source.seek(size - _END_LENGTH)
    end = source.read(_END_LENGTH)
    length, start = int.from_bytes(end[12:16], "little"), int.from_bytes(end[16:20], "little")
    if not end.startswith(_END) or archive.comment or start + length + _END_LENGTH != size:
        raise Refused("polyglot")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Counts and sizes as the archive lists them. That they are true is checked while reading."""
    if len(entries) > MOST_ENTRIES:
        raise Refused("entries")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("unpacked")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused("encrypted")
    names = {entry.filename.lower() for entry in entries}
    if len(names) != len(entries) or not all(_is_plain(entry) for entry in entries):
        raise Refused("damaged")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:  # parts that share their bytes unpack to more than the file holds
            raise Refused("unpacked")
        end = entry.header_offset + _LOCAL_LENGTH + entry.compress_size
    if any(name.endswith(_RUNS) or any(part in f"/{name}" for part in _PROGRAMS) for name in names):
        raise Refused("macros")


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    away = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
    return entry.compress_type in _PACKINGS and not is_link and not away


class _Reader:
    """Reads one part to its end, and XML for what must not be in it. ``kind`` is what the document says."""

    def __init__(self, name: str) -> None:
        self.name, self.kind, self.exchanges = name, "", Exchanges()

    def read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        is_xml = self.name.lower().endswith(_READ)
        parser = self._parser() if is_xml and entry.file_size else None
        with archive.open(entry) as part:
            # zipfile stops at the size that was listed, and refuses what is not what the checksum says.
            while chunk := part.read(_CHUNK):
                if parser:
                    parser.Parse(chunk, False)
        if parser:
            parser.Parse(b"", True)
            self.exchanges.close()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        if self.name == _TYPES:
            parser.StartElementHandler = self._type
        elif self.name.lower().endswith(".rels"):
            parser.StartElementHandler = self._relation
        else:
            parser.StartElementHandler = self.exchanges.start
            parser.CharacterDataHandler = self.exchanges.text
            parser.EndElementHandler = self.exchanges.end
        return parser

    def _doctype(self, *_told: object) -> None:
        raise Refused("doctype")

    def _type(self, _tag: str, told: Mapping[str, str]) -> None:
        content = told.get("ContentType", "")
        if any(word in content.lower() for word in _MACROS):
            raise Refused("macros")
        name = (told.get("PartName") or f".{told.get('Extension', '')}").lower()
        if _XML.match(content) and not name.endswith(_READ):
            raise Refused("damaged")  # a part that is XML under another name would go unread
        self.kind = self.kind or _MAIN.get(content, "")

    def _relation(self, _tag: str, told: Mapping[str, str]) -> None:
        kind, target = told.get("Type", "").rpartition("/")[2].lower(), told.get("Target", "").strip()
        if kind in _ACTIVE:
            raise Refused("macros")
        scheme = target.partition(":")[0].lower() if _ADDRESS.match(target) else ""
        outside = told.get("TargetMode", "").strip().lower() == "external"
        if kind != _LINK and (outside or scheme or target.startswith(("\\\\", "//"))):
            raise Refused("external")
        if scheme not in _SCHEMES:
            raise Refused("external")
