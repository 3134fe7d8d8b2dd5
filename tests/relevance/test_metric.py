"""nDCG@10 against its definition."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.relevance.metric import DEPTH, dcg, gain, ndcg

GRADES = st.integers(0, 3)
RANKINGS = st.lists(GRADES, min_size=1, max_size=30)


@st.composite
def judged(draw) -> tuple[list[int], list[int]]:
    """A ranking, and all judged grades: those in it and some that were not found."""
    ranking, missed = draw(RANKINGS), draw(st.lists(GRADES, max_size=10))
    assume(any(ranking + missed))
    return ranking, ranking + missed


def test_gains_double_and_places_discount_by_the_logarithm() -> None:
    assert [gain(grade) for grade in range(4)] == [0, 1, 3, 7]
    assert dcg([3, 2, 3, 0, 1, 2]) == pytest.approx(7 + 3 / 1.584963 + 7 / 2 + 1 / 2.584963 + 3 / 2.807355)


def test_a_worked_example() -> None:
    """3 2 3 0 1 2 of grades 3 3 2 2 1 0: 13.848 of an ideal 14.595."""
    assert ndcg([3, 2, 3, 0, 1, 2], [3, 2, 3, 0, 1, 2]) == pytest.approx(0.94881, abs=1e-5)
    assert ndcg([0] * DEPTH + [3], [3]) == 0


def test_what_was_not_found_counts_in_the_ideal() -> None:
    assert ndcg([3], [3, 3]) == pytest.approx(1 / 1.630930, abs=1e-5)
    assert ndcg([], [1]) == 0


@pytest.mark.parametrize("grade", [-1, 4])
def test_other_grades_are_refused(grade: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 3"):
        ndcg([grade], [3])


@pytest.mark.parametrize("grades", [[], [0, 0]])
def test_without_a_useful_record_there_is_no_figure(grades: list[int]) -> None:
    with pytest.raises(ValueError, match="any use"):
        ndcg([0], grades)


@given(RANKINGS.filter(any))
def test_the_ideal_order_has_one(grades: list[int]) -> None:
    assert ndcg(sorted(grades, reverse=True), grades) == pytest.approx(1)


@given(judged())
def test_it_is_between_nothing_and_one(case: tuple[list[int], list[int]]) -> None:
    assert 0 <= ndcg(*case) <= 1 + 1e-12


@given(judged(), st.data())
def test_a_swap_towards_the_ideal_never_lowers_it(case: tuple[list[int], list[int]], data) -> None:
    ranking, grades = case
    first, second = sorted(data.draw(st.integers(0, len(ranking) - 1)) for _ in range(2))
    better = list(ranking)
    if better[first] < better[second]:
        better[first], better[second] = better[second], better[first]
    assert ndcg(better, grades) >= ndcg(ranking, grades) - 1e-12


@given(judged())
def test_only_the_first_ten_places_count(case: tuple[list[int], list[int]]) -> None:
    ranking, grades = case
    assert ndcg(ranking, grades) == ndcg(ranking[:DEPTH], grades)
