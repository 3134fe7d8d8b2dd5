"""Marks from levels, and a total from marks. Numbers alone: nothing here asks the database.

Level 1 to 5 of a criterion is 20 to 100 points. The mark of a component is the mean of its criteria by
their weights, the total the mean of the components by theirs. Every mark that is kept has two decimals,
rounded half up once, when it is made.

Worked example: problem 30 %, idea 30 %, plan 40 % at the levels 4, 5 and 3 make
0.30 × 80 + 0.30 × 100 + 0.40 × 60 = 78.00. With components of 20 %, 30 % and 50 % at 78.00, 90.00 and 84.50
the total is 0.20 × 78 + 0.30 × 90 + 0.50 × 84.5 = 84.85.

Several examiners: the mean of their marks. Where two totals lie ``limit`` points apart or more, a third
examiner's score or a meeting settles it. Of three, the mean of the two nearest totals counts; where the
middle one is as near to the lower as to the upper, all three. Where even the two nearest lie ``limit``
apart, and with four or more examiners, only a meeting settles it. Weights and cut-offs are data of the
programme version and say there what is confirmed; the scale and the rule of the two nearest are this site's
own, because no public source gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
POINTS_A_LEVEL = 20


def rounded(mark: Decimal) -> Decimal:
    """``mark`` with two decimals, half up."""
    return mark.quantize(CENT, rounding=ROUND_HALF_UP)


def weighted(marks: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """The mean of ``marks`` by ``weights``, 0 to 100; the plain mean where no weight is above 0.

    Raises ``KeyError`` for a weight without a mark, ``ValueError`` for none at all.
    """
    if not weights:
        raise ValueError("nothing is weighed")
    sum_of_weights = sum(weights.values(), Decimal(0))
    if not sum_of_weights:
        return mean(marks[code] for code in weights)
    products = (marks[code] * weight for code, weight in weights.items())
    return rounded(sum(products, Decimal(0)) / sum_of_weights)


def of_levels(levels: Mapping[str, int], weights: Mapping[str, Decimal]) -> Decimal:
    """The mark of a component from the levels of its criteria. Raises as ``weighted`` does."""
    return weighted({code: Decimal(level * POINTS_A_LEVEL) for code, level in levels.items()}, weights)


def mean(marks: Iterable[Decimal]) -> Decimal:
    """The plain mean, two decimals. Raises ``ValueError`` for none."""
    found = list(marks)
    if not found:
        raise ValueError("nothing to take the mean of")
    return rounded(sum(found, Decimal(0)) / len(found))


def gap(totals: Sequence[Decimal]) -> Decimal:
    """Points between the highest and the lowest; 0 for fewer than two."""
    return max(totals) - min(totals) if len(totals) > 1 else Decimal(0)


def counted(totals: Sequence[Decimal], limit: Decimal) -> list[int] | None:
    """Places in ``totals`` of those that count; ``None`` where only a third or a meeting can settle it."""
    everybody = list(range(len(totals)))
    if gap(totals) < limit or len(totals) < 2:
        return everybody
    if len(totals) != 3:
        return None
    low, middle, high = sorted(everybody, key=lambda place: totals[place])
    below, above = totals[middle] - totals[low], totals[high] - totals[middle]
    if min(below, above) >= limit:
        return None
    if below == above:
        return everybody
    return sorted([low, middle] if below < above else [middle, high])


def called(total: Decimal, cut_offs: Mapping[str, Decimal]) -> str:
    """The code whose mark is the highest that ``total`` reaches; empty where it reaches none."""
    reached = {code: mark for code, mark in cut_offs.items() if total >= mark}
    return max(reached, key=lambda code: reached[code]) if reached else ""
