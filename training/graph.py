"""Where moves lead."""

from __future__ import annotations

from collections.abc import Iterable

from training.models import Move


def reachable(codes: set[str], moves: Iterable[Move]) -> set[str]:
    """The states that moves lead to from ``codes``, these included."""
    found, frontier = set(codes), set(codes)
    onward = [(move.source, move.target) for move in moves]
    while frontier:
        frontier = {target for source, target in onward if source in frontier} - found
        found |= frontier
    return found
