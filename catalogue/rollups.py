"""Results added up: per indicator over an agency with all its units, and towards a shared outcome.

Only live, public source-language pages count, each record once an indicator: with its latest measurement,
so that yearly figures of one record are never added to each other. A figure in another unit than the
indicator's can't be added and is counted apart. How an indicator adds up (sum, mean, never) is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalogue.documents import public_records
from catalogue.models import Agency, Outcome, OutcomeIndicator, SharedOutcome
from catalogue.vocabulary import snapshot

Aggregation = OutcomeIndicator.Aggregation
Direction = OutcomeIndicator.Direction
_COLUMNS = ("pk", "page", "page__agency", "indicator", "unit", "baseline", "actual", "year", "sort_order")


@dataclass(frozen=True, slots=True)
class Total:
    """Figures of some records for one indicator, in its unit.

    ``actual`` is over all ``records``; ``before`` and ``after`` are over those that have both figures
    (``measured`` of them), so the two can be compared. All three are ``None`` for an indicator that never
    adds up, or where nothing was measured. ``other_units`` counts records left out for their unit.
    """

    indicator: OutcomeIndicator
    records: int
    measured: int
    other_units: int
    actual: Decimal | None
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a shared outcome is.

    ``value`` is what the records reached together. ``share`` is 1 at the target: for an indicator that
    shall rise ``value`` over target, for one that shall fall the way from the figures before to the target;
    ``None`` where that can't be told.
    """

    shared: SharedOutcome
    records: int
    agencies: int
    value: Decimal | None
    share: Decimal | None


def roll_up(*, agency: Agency | None = None) -> list[Total]:
    """One total an indicator that was measured, by the indicator's label; for ``agency`` and everything
    below it, or for all agencies. Two queries, whatever the number of records."""
    outcomes = Outcome.objects.filter(indicator__isnull=False, actual__isnull=False)
    if agency is not None:
        outcomes = outcomes.filter(page__agency__in=_keys_below(agency))
    by_indicator: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in _latest(_public(outcomes)):
        by_indicator[row["indicator"]].append(row)
    found = OutcomeIndicator.objects.filter(pk__in=by_indicator).order_by("label_id")
    return [_total(indicator, by_indicator[indicator.pk]) for indicator in found]


def progress(shared: SharedOutcome) -> Progress:
    """What the records that contribute to ``shared`` reached together."""
    indicator = shared.indicator
    outcomes = Outcome.objects.filter(shared_outcome=shared, indicator=indicator, actual__isnull=False)
    rows = _latest(_public(outcomes))
    total = _total(indicator, rows)
    return Progress(
        shared=shared,
        records=total.records,
        agencies=len({row["page__agency"] for row in rows if _same_unit(row, indicator)}),
        value=total.actual,
        share=_share(shared.target, total),
    )


def _public(outcomes: Any) -> list[dict[str, Any]]:
    return list(outcomes.filter(page__in=public_records().order_by()).values(*_COLUMNS))


def _latest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The latest row of each record and indicator; one without a year counts as the oldest."""
    newest: dict[tuple[int, int], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["year"] or 0, row["sort_order"] or 0, row["pk"])):
        newest[row["page"], row["indicator"]] = row
    return list(newest.values())


def _total(indicator: OutcomeIndicator, rows: list[dict[str, Any]]) -> Total:
    usable = [row for row in rows if _same_unit(row, indicator)]
    pairs = [row for row in usable if row["baseline"] is not None]
    return Total(
        indicator=indicator,
        records=len(usable),
        measured=len(pairs),
        other_units=len(rows) - len(usable),
        actual=_added(indicator, [row["actual"] for row in usable]),
        before=_added(indicator, [row["baseline"] for row in pairs]),
        after=_added(indicator, [row["actual"] for row in pairs]),
    )


def _same_unit(row: dict[str, Any], indicator: OutcomeIndicator) -> bool:
    unit = " ".join(row["unit"].split()).casefold()
    return not unit or unit == " ".join(indicator.unit.split()).casefold()


def _added(indicator: OutcomeIndicator, values: list[Decimal]) -> Decimal | None:
    if not values or indicator.aggregation == Aggregation.NEVER:
        return None
    total = sum(values, Decimal(0))
    return total / len(values) if indicator.aggregation == Aggregation.MEAN else total


def _share(target: Decimal | None, total: Total) -> Decimal | None:
    if target is None or total.actual is None:
        return None
    if total.indicator.direction == Direction.UP:
        return total.actual / target if target > 0 else None
    if total.before is None or total.after is None or total.before <= target:
        return None
    return (total.before - total.after) / (total.before - target)


def _keys_below(agency: Agency) -> list[int]:
    """Keys of ``agency`` and all below it; a merged agency counts as its heir."""
    agencies = snapshot().agencies
    return [pk for pk, code in agencies.codes.items() if agency.code in agencies.with_ancestors(code)]
