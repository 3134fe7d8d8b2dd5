"""The columns of tables, in order: those of an import where they exist, and a few a reader needs beside them.

Codes stand in the import's columns, so that an export can be imported again; labels stand in columns of
their own, in the language of the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.models.terms import Scheme
from catalogue.records import PublicRecord, codes_of
from catalogue.vocabulary import CodeList, Snapshot
from home.workbook import Cell

SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a file is for: the language of its labels, the labels, what stands before a page's path."""

    language: str
    labels: Snapshot
    base_url: str


Value = Callable[[PublicRecord, Reader], Cell]


def _text(name: str) -> Value:
    """A text in the language the record was written in."""
    return lambda record, reader: record.text(name, record.language)


def _english(name: str) -> Value:
    """The English text of a record that was written in another language."""
    return lambda record, reader: record.text(name, "en") if record.language != "en" else ""


def _code(name: str) -> Value:
    return lambda record, reader: record.codes.get(name)


def _label(name: str) -> Value:
    def value(record: PublicRecord, reader: Reader) -> Cell:
        code = record.codes.get(name)
        return codes_of(reader.labels, name).label(code, reader.language) if code else None

    return value


def _fact(name: str) -> Value:
    return lambda record, reader: record.facts[name]


def _codes(name: str) -> Value:
    return lambda record, reader: SEPARATOR.join(record.rows.get(name, []))


def _labels(name: str, vocabulary: Callable[[Snapshot], CodeList]) -> Value:
    def value(record: PublicRecord, reader: Reader) -> Cell:
        codes = vocabulary(reader.labels)
        return SEPARATOR.join(codes.label(code, reader.language) for code in record.rows.get(name, []))

    return value


def _awards(record: PublicRecord, reader: Reader) -> Cell:
    return SEPARATOR.join(dict.fromkeys(row["award"] for row in record.rows.get("awards", [])))


def _actors(record: PublicRecord, reader: Reader) -> Cell:
    return SEPARATOR.join(row["name"].replace(SEPARATOR, ",") for row in record.rows.get("actors", []))


def _replicates(record: PublicRecord, reader: Reader) -> Cell:
    return SEPARATOR.join(row["source_id"] or row["id"] for row in record.rows.get("replicates", []))


def _budget(record: PublicRecord, reader: Reader) -> Cell:
    """Money by year, such as ``2019: 50000000 rupiah``."""
    amounts = [row for row in record.rows.get("resources", []) if row["kind"] == "budget" and row["amount"]]
    parts = [f"{row['year'] or ''}: {row['amount']} {row['unit']}".strip(": ") for row in amounts]
    return f"{SEPARATOR} ".join(parts)


def _latest_status(record: PublicRecord) -> Mapping[str, Any]:
    return max(record.rows.get("status_history", []), key=lambda row: row["date"], default={})


def _status_date(record: PublicRecord, reader: Reader) -> Cell:
    return record.facts["status_confirmed_on"] or _latest_status(record).get("date")


def _status_source(record: PublicRecord, reader: Reader) -> Cell:
    return _latest_status(record).get("source")


_OUTCOME = ("unit", "baseline", "target", "actual", "year")


def _outcomes(record: PublicRecord, reader: Reader) -> Cell:
    """JSON as the import reads it; the common indicator's code, the own wording where there is none."""
    outcomes = [
        {
            "indicator": row["indicator"] or row["name"]["id"],
            **{name: row[name] for name in _OUTCOME if row[name] not in (None, "")},
        }
        for row in record.rows.get("outcomes", [])
    ]
    return json.dumps(outcomes, ensure_ascii=False) if outcomes else ""


def _url(record: PublicRecord, reader: Reader) -> Cell:
    return reader.base_url + record.paths[record.shown_in(reader.language)]


COLUMNS: Mapping[str, Value] = {
    "id": lambda record, reader: record.key,
    "url": _url,
    "source_id": _fact("source_id"),
    "source": _fact("source"),
    "language": lambda record, reader: record.language,
    "title": _text("title"),
    "title_en": _english("title"),
    "summary": _text("summary"),
    "summary_en": _english("summary"),
    "problem": _text("problem"),
    "problem_en": _english("problem"),
    "solution": _text("solution"),
    "solution_en": _english("solution"),
    "novelty": _text("novelty"),
    "lessons": _text("lessons"),
    "agency": _code("agency"),
    "agency_label": _label("agency"),
    "region": _code("region"),
    "region_label": _label("region"),
    "sector": _code("sector"),
    "sector_label": _label("sector"),
    "matter": _code("matter"),
    "matter_label": _label("matter"),
    "innovation_type": _code("type"),
    "innovation_type_label": _label("type"),
    "digital": _fact("is_digital"),
    "stage": _code("stage"),
    "stage_label": _label("stage"),
    "status": _code("status"),
    "status_label": _label("status"),
    "status_date": _status_date,
    "status_source": _status_source,
    "year_started": _fact("year_started"),
    "tags": _codes("tags"),
    "tags_label": _labels("tags", lambda labels: labels.tags),
    "values": _codes("values"),
    "values_label": _labels("values", lambda labels: labels.terms[Scheme.VALUE]),
    "sdgs": _codes("sdgs"),
    "awards": _awards,
    "programme": _code("programme"),
    "batch": _fact("batch"),
    "lab": _code("lab"),
    "lab_stage": _code("lab_stage"),
    "replicates": _replicates,
    "budget": _budget,
    "actors": _actors,
    "outcomes": _outcomes,
    "source_url": _fact("source_url"),
    "origin": _fact("origin"),
    "published": lambda record, reader: record.published.date() if record.published else None,
    "updated": lambda record, reader: record.updated.date() if record.updated else None,
}
"""Header → how its cell is made of a record."""


def header() -> list[str]:
    return list(COLUMNS)


_ACTIVE = tuple("=+-@＝＋－＠")  # some spreadsheets take the wide forms for the narrow ones
_BLANK = " \t\r\n\x0b\x0c\u00a0\u200b\ufeff"


def inert(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it.

    The rule looks past blanks, as spreadsheets do; a tab or line break at the start counts as well. What
    is not a text stays what it is. An import takes the apostrophe off again.
    """
    if not isinstance(cell, str) or not cell:
        return cell
    stripped = cell.lstrip(_BLANK)
    if cell[0] in "\t\r\n" or stripped.startswith(_ACTIVE):
        return f"'{cell}"
    return cell


def rows(records: Iterable[PublicRecord], reader: Reader) -> Iterator[list[Cell]]:
    """The cells of each record, made inert."""
    for record in records:
        yield [inert(value(record, reader)) for value in COLUMNS.values()]
