"""The measured results of a record as rows of a table, each with its two bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalogue import beside
from catalogue.models import Outcome
from catalogue.presentation import Change, change, number


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One result; texts are empty where nothing was recorded."""

    name: str
    lang: str
    before: str
    after: str
    target: str
    year: str
    method: str
    evidence: str
    bars: Change | None


def outcomes(found: Sequence[beside.OutcomeRow | Outcome], language: str) -> list[OutcomeRow]:
    """The results in the order the editors gave them."""
    rows = []
    for row in found:
        english = language == "en" and row.name_en
        bars = None
        if row.baseline is not None and row.actual is not None:
            bars = change(
                {
                    "name": {"id": row.name_id},
                    "unit": row.unit,
                    "baseline": float(row.baseline),
                    "actual": float(row.actual),
                    "direction": row.wanted_direction,
                },
                language,
            )
        rows.append(
            OutcomeRow(
                name=row.name_en if english else row.name_id,
                lang="id" if language == "en" and not row.name_en else "",
                before=_amount(row.baseline, row.unit, language),
                after=_amount(row.actual, row.unit, language),
                target=_amount(row.target, row.unit, language),
                year=str(row.year or ""),
                method=row.method,
                evidence=row.evidence,
                bars=bars,
            )
        )
    return rows


def _amount(value: Decimal | float | None, unit: str, language: str) -> str:
    return f"{number(float(value), language)} {unit}".strip() if value is not None else ""
