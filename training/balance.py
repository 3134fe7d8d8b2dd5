"""Sharing projects out among examiners, as evenly as their conflicts of interest let it be."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

P = TypeVar("P", bound=Hashable)
E = TypeVar("E", bound=Hashable)


def balanced(allowed: Mapping[P, Sequence[E]], load: Mapping[E, int]) -> dict[P, E]:
    """An examiner for every project that has one allowed; projects without are left out.

    ``load`` is what each examiner has already. The sum of the squares of the loads is the least there can
    be, so they differ by one at most wherever that is possible at all. Each project takes the least loaded
    examiner that is reached by passing earlier projects on (Harvey, Ladner, Lovász and Tamir, Semi-matchings
    for bipartite graphs and load balancing, 2006).
    """
    sharing = _Sharing(load)
    for project, examiners in allowed.items():
        if examiners:
            sharing.add(project, examiners)
    return sharing.given


class _Sharing:
    def __init__(self, load: Mapping[E, int]) -> None:
        self.load = dict(load)
        self.given: dict = {}
        self.allowed: dict = {}
        # From one examiner to another: the projects that the first could pass on to the second.
        self.movable: dict = {one: {} for one in load}

    def add(self, project: P, examiners: Sequence[E]) -> None:
        self.allowed[project] = examiners
        came_from = self._reach(examiners)
        last = min(came_from, key=lambda examiner: self.load[examiner])
        self.load[last] += 1
        while (before := came_from[last]) is not None:
            passed_on = next(iter(self.movable[before][last]))
            self._take(passed_on, before)
            self._give(passed_on, last)
            last = before
        self._give(project, last)

    def _reach(self, examiners: Sequence[E]) -> dict:
        """Every examiner that a load can be passed to from ``examiners``, with the one it comes from."""
        came_from: dict = dict.fromkeys(examiners)
        waiting = deque(examiners)
        while waiting:
            one = waiting.popleft()
            for other, projects in self.movable[one].items():
                if projects and other not in came_from:
                    came_from[other] = one
                    waiting.append(other)
        return came_from

    def _give(self, project: P, examiner: E) -> None:
        self.given[project] = examiner
        for other in self.allowed[project]:
            if other != examiner:
                self.movable[examiner].setdefault(other, {})[project] = None

    def _take(self, project: P, examiner: E) -> None:
        for other in self.allowed[project]:
            if other != examiner:
                del self.movable[examiner][other][project]
