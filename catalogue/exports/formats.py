"""CSV, XLSX and JSON Lines, piece by piece."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from catalogue import records
from catalogue.api import payloads
from catalogue.exports.columns import Cell, Reader, header, rows
from catalogue.records import PublicRecord, Stories

Chunks = Iterable[list[PublicRecord]]
BOM = "\ufeff"
"""Without it Excel takes a CSV file for the machine's old encoding."""


def csv_pieces(chunks: Chunks, reader: Reader) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, comma, CRLF, quotes where needed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header())
    yield (BOM + buffer.getvalue()).encode()
    for chunk in chunks:
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([_plain(cell) for cell in cells] for cells in rows(chunk, reader))
        yield buffer.getvalue().encode()


def _plain(cell: Cell) -> Cell:
    """Truth as the import and the query string spell it."""
    return str(cell).lower() if isinstance(cell, bool) else cell


def jsonl_pieces(chunks: Chunks, reader: Reader) -> Iterator[bytes]:
    """A record a line, as the API shows it."""
    for chunk in chunks:
        stories = records.stories(record.key for record in chunk)
        yield "".join(_line(record, stories, reader) for record in chunk).encode()


def _line(record: PublicRecord, stories: Stories, reader: Reader) -> str:
    labels, base_url = reader.labels, reader.base_url
    payload = payloads.record(record, stories, reader.language, labels, lambda path: base_url + path)
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return f"{text}\n"


def xlsx_file(chunks: Chunks, reader: Reader) -> IO[bytes]:
    """A workbook in a temporary file, at its start; row by row, so memory does not grow with it."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("innovations")
    sheet.freeze_panes = "A2"
    sheet.append(header())
    for chunk in chunks:
        for cells in rows(chunk, reader):
            sheet.append([_cell(sheet, cell) for cell in cells])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    workbook.save(file)
    file.seek(0)
    return file


def _cell(sheet: object, value: Cell) -> object:
    """A text is always a text: openpyxl would take one that begins with = for a formula."""
    if not isinstance(value, str):
        return value
    text: str = ILLEGAL_CHARACTERS_RE.sub(" ", value)
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
