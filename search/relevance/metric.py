"""Normalised discounted cumulative gain: one number for how well a ranking puts the best first.

K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Transactions on
Information Systems 20 (4), 2002, pages 422–446, doi:10.1145/582415.582418. The gain of a record of grade
*g* is 2^g − 1 and that at place *p* is divided by log2(p + 1), as is usual since C. Burges et al.,
"Learning to rank using gradient descent", ICML 2005: a best record weighs more than several fair ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

DEPTH: Final = 10
"""Places that are looked at: what a visitor sees without turning the page."""
HIGHEST: Final = 3
"""Grades are whole numbers from 0, which has no gain, to this."""


def gain(grade: int) -> int:
    """What a record of ``grade`` is worth; raises ``ValueError`` for a grade outside 0–3."""
    if not 0 <= grade <= HIGHEST:
        raise ValueError(f"a grade is between 0 and {HIGHEST}, not {grade}")
    return 2**grade - 1


def dcg(grades: Iterable[int]) -> float:
    """Discounted cumulative gain of the first ``DEPTH`` of ``grades``, in the order of the ranking."""
    discounted = [gain(grade) / math.log2(place + 1) for place, grade in enumerate(grades, start=1)]
    return math.fsum(discounted[:DEPTH])


def ndcg(ranking: Sequence[int], judged: Iterable[int]) -> float:
    """The gain of ``ranking`` as a share, 0 to 1, of that of the best order of all ``judged`` grades.

    ``ranking`` holds the grade of each record found, best place first, 0 for one nobody judged; ``judged``
    holds the grades of every judged record, found or not. Raises ``ValueError`` when none has any gain,
    as then no ranking is better than another.
    """
    ideal = dcg(sorted(judged, reverse=True))
    if not ideal:
        raise ValueError("no record is judged to be of any use")
    return dcg(ranking) / ideal
