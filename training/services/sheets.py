"""Reading a table that somebody handed in: an XLSX workbook or a CSV file, told apart by what is in it.

What is read is small and known in advance, so everything that is larger, packed tighter or of another kind
is refused with the remedy before it is unpacked.
"""

from __future__ import annotations

import csv
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from training.errors import TrainingError
from training.services import archives

LARGEST = archives.LARGEST
"""Bytes a file may have."""
MOST_ROWS = 2_000
WIDEST = 40
"""Columns that are read; what stands to the right of them is no table of ours."""
_LAST_ROW = 1_048_576
_PARTS = {"[Content_Types].xml", "xl/workbook.xml"}
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, InvalidFileException,
    DefusedXmlException, SyntaxError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError,
    AssertionError, EOFError, OSError, RuntimeError,
)  # fmt: skip
"""What openpyxl and zipfile raise over a file that is not what it says."""


class UnreadableFile(TrainingError):
    """The file is no table that can be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, as text; ``formula`` where a program would have to work it out."""

    text: str = ""
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty, with the number that the person sees beside it."""

    number: int
    cells: tuple[Cell, ...]


def read(content: bytes) -> list[Line]:
    """The rows of the first sheet, the header among them. Raises ``UnreadableFile``."""
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > LARGEST:
        raise UnreadableFile(_("The file is larger than 10 MB. Take out what is not the list."))
    lines = []
    for line in _rows(content):
        if line.cells:
            lines.append(line)
        if len(lines) > MOST_ROWS + 1:
            raise UnreadableFile(
                _("The list has more than %(most)d rows. Divide it into several files.") % {"most": MOST_ROWS}
            )
    if not lines:
        raise UnreadableFile(_("The file has no rows. Fill in the template and send it again."))
    return lines


def _rows(content: bytes) -> Iterable[Line]:
    if content.startswith(archives.OLE):
        raise UnreadableFile(
            _("This is an old Excel file, or one with a password. Save it as XLSX without a password.")
        )
    if content.startswith(archives.ZIP):
        return _workbook_rows(content)
    return _text_rows(content)


def _workbook_rows(content: bytes) -> Iterator[Line]:
    try:
        _check_archive(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            yield from _sheet_rows(book)
        finally:
            book.close()
    except UnreadableFile:
        raise
    except _DAMAGED as error:
        raise UnreadableFile(
            _("The workbook is damaged. Open it in a spreadsheet program, save it as XLSX and try again.")
        ) from error


def _check_archive(content: bytes) -> None:
    texts = {
        archives.Unfit.OTHER: _("This is no XLSX workbook. Save the list as XLSX or CSV."),
        archives.Unfit.MACROS: _("The workbook has macros. Save it as XLSX, which has none."),
        archives.Unfit.TOO_LARGE: _("The workbook is too large when unpacked. Copy the list into a new one."),
    }
    if (reason := archives.unfit(content, _PARTS)) is not None:
        raise UnreadableFile(texts[reason])


def _sheet_rows(book: Any) -> Iterator[Line]:
    sheets = book.worksheets
    if not sheets:
        raise UnreadableFile(_("The workbook has no sheet. Fill in the template and send it again."))
    sheet = sheets[0]
    # What the file says of its own size is nothing to rely on.
    sheet.reset_dimensions()
    before = None
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST, max_row=_LAST_ROW), start=1):
        # Rows the file leaves out, up to a million, are all the same empty one.
        skipped, before = row is before, row
        if not skipped and any(cell.value is not None for cell in row):
            yield _line(number, (Cell(_as_text(cell.value), cell.data_type == "f") for cell in row))


def _line(number: int, cells: Iterable[Cell]) -> Line:
    """The row without the empty cells at its end."""
    kept = list(cells)
    while kept and kept[-1] == Cell():
        kept.pop()
    return Line(number, tuple(kept))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _text_rows(content: bytes) -> Iterator[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("This is neither an XLSX workbook nor a CSV file in UTF-8.")) from error
    if "\0" in text:
        raise UnreadableFile(_("This is neither an XLSX workbook nor a CSV file in UTF-8."))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    while True:
        # Where a quoted text runs over several lines, the row is known by its first.
        number = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise UnreadableFile(
                _("Row %(row)d can't be read as CSV. Look for a quotation mark that is not closed.")
                % {"row": number}
            ) from error
        if row is None:
            return
        yield _line(number, (Cell(text.strip()) for text in row[:WIDEST]))


def _delimiter(text: str) -> str:
    """What divides the header's names: programs set to Indonesian write ``;``, others ``,`` or a tab."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=header.count)
