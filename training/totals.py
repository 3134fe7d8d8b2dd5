"""What the marks of a table's rows come to: a sum for each round of marks, and the rows' ranks.

Columns with the same ``sum`` are one round. The last round decides the rank, the ones before it where two
rows are equal there: issues are sifted by APKL and ranked by USG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.models import Question

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Total:
    """Of one row: ``sums`` by round, none where a mark is missing; ``rank`` from 1, equal rows share one."""

    sums: Sequence[tuple[str, int]] = ()
    rank: int = 0


def rounds(question: Question) -> dict[str, list[Mapping[str, Any]]]:
    """Round → its columns, in their order; nothing for a question without marks."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    if question.kind == Question.Kind.TABLE:
        for column in question.options:
            if column.get("sum"):
                found.setdefault(column["sum"], []).append(column)
    return found


def totals(question: Question, rows: Sequence[Row]) -> list[Total]:
    """One for each of ``rows``; a row that lacks a mark, or has one outside of the scale, has neither."""
    asked = rounds(question)
    found = [[_sum(columns, row) for columns in asked.values()] for row in rows]
    ordered = [tuple(reversed(sums)) if all(sums) else () for sums in found]
    return [
        Total(list(zip(asked, sums, strict=True)), 1 + sum(other > own for other in ordered))
        if own
        else Total()
        for sums, own in zip(found, ordered, strict=True)
    ]


def _sum(columns: Sequence[Mapping[str, Any]], row: Row) -> int:
    """The sum of the marks of one round; 0 unless all are there."""
    marks = []
    for column in columns:
        scale = [str(mark) for mark in range(1, int(column["scale"]) + 1)]
        if row.get(column["code"], "") not in scale:
            return 0
        marks.append(int(row[column["code"]]))
    return sum(marks)
