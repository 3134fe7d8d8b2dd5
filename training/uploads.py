"""Files as they come in: read to a temporary one, never larger than allowed, then looked through."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from training import apart, scanning
from training.errors import TrainingError
from training.models.certificates import private_storage
from training.models.evidence import LONGEST_NAME, Kind

INCOMING = "incoming"
"""Folder below PRIVATE_ROOT of what is being uploaded; the worker sweeps what is left there."""
WAIT = 10.0
"""Seconds an upload waits for its turn to be looked through."""
_PICTURES = {Kind.JPG, Kind.PNG, Kind.WEBP}
_MEGA = 1024 * 1024


class UnusableFile(TrainingError):
    """A file that is not kept; the text names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: ``file`` stands at its start. ``size`` in bytes, ``sha256`` hexadecimal."""

    name: str
    kind: Kind
    file: IO[bytes]
    size: int
    sha256: str


def new_file() -> IO[bytes]:
    """A file in the folder of what comes in; gone as soon as it is closed."""
    folder = Path(private_storage().path(INCOMING))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(prefix="upload-", dir=folder)


@contextmanager
def checked(uploads: Sequence[UploadedFile]) -> Iterator[list[Checked]]:
    """The files of one form, looked through, in their order; open for the length of the block.

    Raises ``UnusableFile`` for the first that can't be kept, and for more of them than are taken at once.
    """
    if len(uploads) > settings.UPLOAD_FILES:
        raise UnusableFile(too_many())
    with ExitStack() as opened:
        yield [_check(upload, opened) for upload in uploads]


def too_many() -> str:
    """What is said about one file too many."""
    text = ngettext(
        "At most %(most)d file can be kept here. Leave the others out, or put them into one PDF.",
        "At most %(most)d files can be kept here. Leave the others out, or put them into one PDF.",
        settings.UPLOAD_FILES,
    )
    return text % {"most": settings.UPLOAD_FILES}


def too_large(name: str) -> str:
    """What is said about a file that is larger than a file may be."""
    text = _("“%(file)s” is larger than %(most)d MB. Make it smaller, or divide it, and choose it again.")
    return text % {"file": cleaned(name), "most": settings.UPLOAD_FILE_BYTES // _MEGA}


def cleaned(name: str, ending: str = "") -> str:
    """The name a file came with: its last part, what can't be seen left out; with the ``ending`` of its kind.

    A name that says something else than the content is corrected by it: ``foto.exe`` becomes ``foto.jpg``.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(char for char in last if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    shown = " ".join(shown.split()).strip(". ")
    if not ending:
        return shown[:LONGEST_NAME] or "?"
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", shown) or _("file")
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip()}.{ending}"


def _check(upload: UploadedFile, opened: ExitStack) -> Checked:
    name, source = upload.name or "", upload.file
    if source is None:
        raise UnusableFile(words("empty") % {"file": cleaned(name)})
    if (upload.size or 0) > settings.UPLOAD_FILE_BYTES:
        raise UnusableFile(too_large(name))
    try:
        if isinstance(source, io.BytesIO):
            source = _on_disk(source, opened)
        _scan(source, name)
        kind, made = _look(source, name)
        if kind in _PICTURES:
            source = _on_disk(made, opened)
    except OSError as error:
        raise UnusableFile(no_room(name)) from error
    return _measured(source, kind, name)


def no_room(name: str) -> str:
    """What is said when the disk takes no more."""
    text = _("“%(file)s” can't be stored at the moment. Nothing was changed; try again later.")
    return text % {"file": cleaned(name)}


def _on_disk(content: Any, opened: ExitStack) -> IO[bytes]:
    """A temporary file with the content: what is looked through has to be a real one."""
    file = opened.enter_context(new_file())
    if isinstance(content, bytes | memoryview):
        file.write(content)
    else:
        content.seek(0)
        shutil.copyfileobj(content, file)
    file.flush()
    file.seek(0)
    return file


def _scan(source: IO[bytes], name: str) -> None:
    try:
        scanning.scan(source)
    except scanning.Infected as error:
        text = _(
            "The virus scanner found something harmful in “%(file)s”, so it was not kept. Check your device"
            " and choose another file."
        )
        raise UnusableFile(text % {"file": cleaned(name)}) from error
    except scanning.ScannerAway as error:
        text = _(
            "“%(file)s” could not be checked for viruses at the moment. Nothing was changed; try again in a"
            " few minutes."
        )
        raise UnusableFile(text % {"file": cleaned(name)}) from error


def _look(source: IO[bytes], name: str) -> tuple[Kind, bytes]:
    """The kind, and a picture made anew. Raises ``UnusableFile``."""
    source.flush()
    try:
        # Opened once more: the other program's place in the file must not be ours.
        with Path(source.name).open("rb") as own:
            told = apart.look_into("looking/__main__.py", file=own, wait=WAIT)
    except apart.TooBusy as busy:
        text = _("Many files are being checked. “%(file)s” was not kept; try again in a minute.")
        raise UnusableFile(text % {"file": cleaned(name)}) from busy
    head, _line, made = (told or b"").partition(b"\n")
    try:
        found = json.loads(head)
    except ValueError:
        found = {"refused": "damaged"}
    if "refused" in found:
        raise UnusableFile(words(found["refused"]) % {"file": cleaned(name)})
    return Kind(found["kind"]), made


def _measured(source: IO[bytes], kind: Kind, name: str) -> Checked:
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    for chunk in iter(partial(source.read, 256 * 1024), b""):
        digest.update(chunk)
        size += len(chunk)
    source.seek(0)
    if size > settings.UPLOAD_FILE_BYTES:  # a picture may grow when it is made anew
        raise UnusableFile(too_large(name))
    return Checked(cleaned(name, kind), kind, source, size, digest.hexdigest())


_WORDS: dict[str, Any] = {
    "empty": gettext_lazy("“%(file)s” is empty. Choose it again, or another file."),
    "damaged": gettext_lazy(
        "“%(file)s” is damaged or can't be read. Open it in its program, save it anew and choose it again."
    ),
    "unknown": gettext_lazy(
        "“%(file)s” is of a kind that is not kept. Save it as PDF, DOCX, XLSX, PPTX, JPG or PNG."
    ),
    "zip": gettext_lazy(
        "“%(file)s” is an archive, not a document. Take the files out and choose them one by one."
    ),
    "old-office": gettext_lazy(
        "“%(file)s” is in an old Office format, or has a password. Save it as DOCX, XLSX, PPTX or PDF"
        " without a password."
    ),
    "heif": gettext_lazy("“%(file)s” is in the HEIC format. Save the picture as JPG and choose it again."),
    "svg": gettext_lazy("“%(file)s” is a drawing that may hold programs. Save it as PNG or PDF."),
    "pixels": gettext_lazy(
        "“%(file)s” has more than 40 million pixels. Make the picture smaller and choose it again."
    ),
    "entries": gettext_lazy("“%(file)s” has more than 2,000 parts. Save it as PDF and choose that."),
    "unpacked": gettext_lazy(
        "“%(file)s” would be larger than 100 MB when unpacked. Save it as PDF and choose that."
    ),
    "encrypted": gettext_lazy("“%(file)s” has a password. Save it without one and choose it again."),
    "macros": gettext_lazy("“%(file)s” holds macros or programs. Save it without them, or as PDF."),
    "doctype": gettext_lazy(
        "“%(file)s” holds definitions that documents don't need. Save it as PDF and choose that."
    ),
    "dde": gettext_lazy(
        "“%(file)s” holds a field or formula that starts another program (DDE). Remove it, or save it as PDF."
    ),
    "external": gettext_lazy("“%(file)s” fetches parts from other places. Save it as PDF and choose that."),
    "polyglot": gettext_lazy(
        "“%(file)s” holds a second file of another kind. Open it in its program, save it anew and"
        " choose it again."
    ),
    "pdf-script": gettext_lazy(
        "“%(file)s” is a PDF that runs programs or sends forms. Print it into a new PDF."
    ),
    "pdf-attached": gettext_lazy(
        "“%(file)s” is a PDF with other files inside. Print it into a new PDF, and choose the others apart."
    ),
    "pdf-large": gettext_lazy(
        "“%(file)s” is a PDF with too many parts. Print it into a new PDF, or divide it."
    ),
}


def words(code: str) -> str:
    """Why a file was refused and what to do; ``%(file)s`` stands for its name."""
    return str(_WORDS.get(code, _WORDS["damaged"]))


def room_in_words() -> str:
    """What may be handed in, for the form."""
    text = ngettext(
        "PDF, DOCX, XLSX, PPTX, JPG, PNG or WEBP; at most %(most)d file of %(mega)d MB.",
        "PDF, DOCX, XLSX, PPTX, JPG, PNG or WEBP; at most %(most)d files of %(mega)d MB each.",
        settings.UPLOAD_FILES,
    )
    return text % {"most": settings.UPLOAD_FILES, "mega": settings.UPLOAD_FILE_BYTES // _MEGA}
