"""How much of a record is told, 0–100, and what is missing.

The weights are this project's own: what a reader needs to judge and to copy an innovation weighs most.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

WEIGHTS: Mapping[str, int] = {
    "agency": 6,
    "sector": 6,
    "summary": 6,
    "problem": 8,
    "solution": 8,
    "stage": 4,
    "source": 4,
    "outcomes": 14,
    "novelty": 4,
    "benefits": 4,
    "lessons": 6,
    "prerequisites": 6,
    "year_started": 4,
    "matter": 3,
    "innovation_type": 3,
    "is_digital": 1,
    "tags": 3,
    "sdgs": 2,
    "core_values": 2,
    "milestones": 2,
    "actors": 1,
    "evidence": 1,
    "status_history": 2,
}
"""Name of a field or of rows → points; together 100."""


def score(filled: Collection[str]) -> int:
    """Points for the names in ``filled``; 100 when nothing is missing."""
    return sum(points for name, points in WEIGHTS.items() if name in filled)


def missing(filled: Collection[str]) -> list[str]:
    """Names that are not filled, the most telling first."""
    return sorted((name for name in WEIGHTS if name not in filled), key=lambda name: -WEIGHTS[name])


def filled_names(values: Mapping[str, Any], rows: Collection[str]) -> set[str]:
    """Names that count as filled: a value that is neither empty nor ``None``, or a row that exists."""
    return {name for name in WEIGHTS if name in rows or values.get(name) not in (None, "")}
