"""Draws that depend on a seed alone."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def seeded(*parts: object) -> Random:
    """The same draws for the same ``parts``, on every machine."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - nothing here is secret


class Weighted(Generic[T]):
    """Draws from ``items`` by their weights."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = items
        self._sums = list(accumulate(weights))

    def draw(self, chance: Random) -> T:
        return self.items[bisect(self._sums, chance.random() * self._sums[-1])]

    def several(self, chance: Random, count: int) -> list[T]:
        """At most ``count`` different items: what is drawn twice is taken once."""
        return list(dict.fromkeys(self.draw(chance) for _ in range(count)))


def zipf(items: Sequence[T], exponent: float = 1.0) -> Weighted[T]:
    """The n-th of ``items`` weighs 1/n to the power of ``exponent``."""
    return Weighted(items, [1 / rank**exponent for rank in range(1, len(items) + 1)])
