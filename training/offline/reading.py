"""Reading a form that came back: which cells belong to which question, and the text in them.

Word processors split text into runs, wrap cells in controls and join tables that touch, so nothing is known
by its place, only by the marks.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from training.models import Project
from training.offline import marks
from training.services import archives
from training.services.sheets import UnreadableFile

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_PARTS = {"[Content_Types].xml", _MAIN}
MOST_TAGS = 300_000
"""Elements of a form's text; one with every table full has a tenth of it."""
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, ParseError, DefusedXmlException, LookupError,
    ValueError, EOFError, OSError, RuntimeError, NotImplementedError,
)  # fmt: skip
"""What reading a file raises that is not what it says."""
_CHARACTERS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "sdtPr")}
"""Text that was struck out, or is none."""
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}


@dataclass(slots=True)
class Found:
    """What stands below a question's heading: rows of cells, those of the columns' headings among them."""

    mark: marks.Mark
    rows: list[list[str]] = field(default_factory=list)


def read(project: Project, content: bytes) -> dict[str, Found]:
    """By a question's code what the form has for it. Raises ``UnreadableFile`` with the remedy."""
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > archives.LARGEST:
        raise UnreadableFile(_("The file is larger than 10 MB. Take out pictures: only text is read."))
    if content.startswith(archives.OLE):
        raise UnreadableFile(
            _("This is an old Word file, or one with a password. Save it as DOCX without a password.")
        )
    if not content.startswith(archives.ZIP):
        raise UnreadableFile(_("This is no DOCX file. Save the form as DOCX and upload it again."))
    try:
        body = _body(content)
        found, foreign = _questions(project, body)
    except _DAMAGED as error:
        raise UnreadableFile(
            _("The file is damaged. Open it in a word processor, save it as DOCX and try again.")
        ) from error
    if not found and foreign:
        raise UnreadableFile(_("This is the form of another project. Download the form of this one."))
    if not found:
        raise UnreadableFile(
            _("The codes in double brackets are missing, so no answer can be found. Download the form again.")
        )
    return found


def _body(content: bytes) -> Element:
    texts = {
        archives.Unfit.OTHER: _("This is no DOCX file. Save the form as DOCX and upload it again."),
        archives.Unfit.MACROS: _("The file has macros. Save it as DOCX, which has none."),
        archives.Unfit.TOO_LARGE: _("The file is too large when unpacked. Take out pictures."),
    }
    if (reason := archives.unfit(content, _PARTS)) is not None:
        raise UnreadableFile(texts[reason])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read(_MAIN)
    if xml.count(b"<") > MOST_TAGS:
        raise UnreadableFile(texts[archives.Unfit.TOO_LARGE])
    root: Element = fromstring(xml, forbid_dtd=True)
    _empty_placeholders(root)
    return root


def _empty_placeholders(root: Element) -> None:
    """What a control shows while nothing is chosen is no answer.

    Each element is looked at once, however deep controls lie in each other.
    """
    waiting = [(root, False)]
    while waiting:
        element, within = waiting.pop()
        if element.tag == f"{_W}sdt" and not within:
            within = element.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None
        if within and element.tag == f"{_W}t":
            element.text = ""
        waiting += [(child, within) for child in element]


def _questions(project: Project, body: Element) -> tuple[dict[str, Found], bool]:
    """What was found, and whether there are marks of another project."""
    found: dict[str, Found] = {}
    current, foreign = None, False
    for row in _table_rows(body):
        cells = [_text(cell) for cell in _cells(row)]
        together = "\n".join(cells)
        if mark := marks.find(project, together):
            current = found.setdefault(mark.code, Found(mark))
        elif current is not None and any(cells):
            current.rows.append(cells)
        foreign = foreign or (mark is None and marks.is_foreign(together))
    return found, foreign


def _table_rows(body: Element) -> Iterator[Element]:
    """The rows of all tables that lie in no cell of another, in the order of the text."""
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}tr":
            yield element
        else:
            waiting += reversed(element)


def _cells(row: Element) -> Iterator[Element]:
    waiting = [row]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}tc":
            yield element
        elif element is row or element.tag in _WRAPPERS:
            waiting += reversed(element)


def _text(cell: Element) -> str:
    """The cell's text, a line for each of its paragraphs."""
    lines = [_line(paragraph) for paragraph in cell.iter(f"{_W}p")]
    return marks.normal("\n".join(lines))


def _line(paragraph: Element) -> str:
    parts: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag in _SKIPPED or (element.tag == f"{_W}p" and element is not paragraph):
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _CHARACTERS:
            parts.append(_CHARACTERS[element.tag])
        elif element.tag.endswith("}AlternateContent"):
            waiting += list(element)[:1]  # the same again for older programs follows
        else:
            waiting += reversed(element)
    return "".join(parts)
