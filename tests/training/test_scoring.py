"""Marks and totals as numbers: bounds, order, rounding, and the rule of the two nearest."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import scoring

MARKS = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)
LIMIT = Decimal(15)


@st.composite
def weighed(draw):
    """Levels and weights of one to eight criteria; the weights sum to 100."""
    count = draw(st.integers(1, 8))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=count - 1, max_size=count - 1)))
    edges = [0, *cuts, 10_000]
    weights = {f"c{place}": Decimal(edges[place + 1] - edges[place]) / 100 for place in range(count)}
    return {code: draw(st.integers(1, 5)) for code in weights}, weights


def test_the_worked_example():
    levels = {"problem": 4, "idea": 5, "plan": 3}
    weights = {"problem": Decimal(30), "idea": Decimal(30), "plan": Decimal(40)}
    assert scoring.of_levels(levels, weights) == Decimal("78.00")
    marks = {"a": Decimal(78), "b": Decimal(90), "c": Decimal("84.5")}
    assert scoring.weighted(marks, {"a": Decimal(20), "b": Decimal(30), "c": Decimal(50)}) == Decimal("84.85")


@given(weighed())
def test_a_mark_lies_between_its_lowest_and_highest_level(case):
    levels, weights = case
    assert sum(weights.values()) == 100
    mark = scoring.of_levels(levels, weights)
    assert 20 * min(levels.values()) <= mark <= 20 * max(levels.values())
    assert mark == mark.quantize(Decimal("0.01"))


@given(weighed(), st.integers(1, 5))
def test_the_same_level_everywhere_is_that_mark_whatever_the_weights(case, level):
    levels, weights = case
    assert scoring.of_levels(dict.fromkeys(levels, level), weights) == 20 * level


@given(weighed(), st.data())
def test_a_higher_level_never_lowers_the_mark(case, data):
    levels, weights = case
    code = data.draw(st.sampled_from(sorted(levels)))
    better = {**levels, code: min(5, levels[code] + 1)}
    assert scoring.of_levels(better, weights) >= scoring.of_levels(levels, weights)


@given(weighed())
def test_the_order_of_the_criteria_means_nothing(case):
    levels, weights = case
    turned = dict(reversed(weights.items()))
    assert scoring.of_levels(levels, turned) == scoring.of_levels(levels, weights)


def test_half_a_cent_is_rounded_up():
    assert scoring.mean([Decimal("80.00"), Decimal("80.01")]) == Decimal("80.01")


@given(st.lists(MARKS, min_size=1, max_size=5))
def test_what_is_near_counts_whole(totals):
    counting = scoring.counted(totals, LIMIT)
    if max(totals) - min(totals) < LIMIT:
        assert counting == list(range(len(totals)))
    elif len(totals) != 3:
        assert counting is None


@given(st.lists(MARKS, min_size=3, max_size=3), st.permutations(range(3)))
def test_of_three_the_two_nearest_count_whoever_came_first(totals, order):
    def mark(listed):
        counting = scoring.counted(listed, LIMIT)
        return None if counting is None else scoring.mean(listed[place] for place in counting)

    assert mark(totals) == mark([totals[place] for place in order])
    low, middle, high = sorted(totals)
    if high - low >= LIMIT and min(middle - low, high - middle) < LIMIT:
        nearest = [low, middle] if middle - low < high - middle else [middle, high]
        assert mark(totals) == scoring.mean([low, middle, high] if middle - low == high - middle else nearest)


@pytest.mark.parametrize(
    ("total", "code"),
    [("100", "a"), ("90.01", "a"), ("90.00", "b"), ("60.01", "d"), ("60.00", "e"), ("0", "e")],
)
def test_a_predicate_begins_at_its_mark(total, code):
    cut_offs = {"a": Decimal("90.01"), "b": Decimal("80.01"), "d": Decimal("60.01"), "e": Decimal(0)}
    assert scoring.called(Decimal(total), cut_offs) == code
