"""The tables of an overview as one sheet: a line a row, with the table it stands in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from catalogue.exports.columns import inert
from catalogue.exports.formats import BOM
from dashboards.figures import Table
from dashboards.outcomes import Reached
from home import workbook
from home.workbook import Row

Kind = tuple[str, Reached]


def header() -> list[str]:
    return [_("Table"), _("Row"), _("Projects"), _("Overdue")]


def rows(tables: Sequence[Table], outcomes: Sequence[Kind]) -> list[Row]:
    """Every row of every table, then the outcomes."""
    found: list[Row] = [
        (table.title, row.label, row.people, row.late if table.has_late else None)
        for table in tables
        for row in table.rows
    ]
    title = _("Outcomes reached")
    for label, reached in outcomes:
        found += [(title, f"{label}: {name}", number, None) for name, number in numbers(reached)]
    return found


def numbers(reached: Reached) -> list[tuple[str, int]]:
    """The numbers of one kind of outcomes, named."""
    return [
        (_("in all"), reached.things),
        (_("with a measured outcome"), reached.measuring),
        (_("outcomes"), reached.outcomes),
        (_("outcomes with a number before and after"), reached.measured),
        (_("of these changed"), reached.changed),
    ]


def csv_pieces(lines: Sequence[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark; what looks like a formula has an apostrophe before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header())
    writer.writerows([inert(cell) for cell in line] for line in lines)
    yield (BOM + buffer.getvalue()).encode()


def xlsx_pieces(lines: Sequence[Row]) -> Iterator[bytes]:
    """A workbook in which texts are texts, whatever they begin with."""
    return workbook.pieces(_("Overview"), header(), [lines])
