"""CSV, XLSX and JSON Lines, piece by piece."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from django.core.serializers.json import DjangoJSONEncoder

from catalogue import records
from catalogue.api import payloads
from catalogue.exports.columns import Reader, header, rows
from catalogue.records import PublicRecord, Stories
from home import workbook
from home.workbook import Cell

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


def xlsx_pieces(chunks: Chunks, reader: Reader) -> Iterator[bytes]:
    """A workbook with one sheet; texts, numbers, truths and days are what they are."""
    return workbook.pieces("innovations", header(), (rows(chunk, reader) for chunk in chunks))
