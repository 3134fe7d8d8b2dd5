"""Sharing projects out among examiners, as evenly as their conflicts of interest let it be."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

P = TypeVar("P", bound=Hashable)
E = TypeVar("E", bound=Hashable)


def balanced(
    allowed: Mapping[P, Sequence[E]], load: Mapping[E, int], wanted: Mapping[P, int] | None = None
) -> dict[P, list[E]]:
    """Examiners for every project: ``wanted`` of them (one, where it does not say), or all that are allowed
    where those are fewer, and never the same twice. A project without any is left out.

    ``load`` is what each examiner has already. The sum of the squares of the loads is the least there can
    be, so they differ by one at most wherever that is possible at all. Each place in a project takes the
    least loaded examiner that is reached by passing earlier projects on (Harvey, Ladner, Lovász and Tamir,
    Semi-matchings for bipartite graphs and load balancing, 2006; with several places in a project it is the
    same augmentation in a flow of which no edge carries more than one).
    """
    sharing = _Sharing(load)
    for project, examiners in allowed.items():
        places = 1 if wanted is None else wanted.get(project, 1)
        sharing.allow(project, examiners)
        for _place in range(min(places, len(set(examiners)))):
            sharing.add(project)
    return {project: list(found) for project, found in sharing.given.items() if found}


class _Sharing:
    def __init__(self, load: Mapping[E, int]) -> None:
        self.load = dict(load)
        # Dictionaries as ordered sets: the same input gives the same sharing.
        self.given: dict = {}
        self.allowed: dict = {}
        # From one examiner to another: the projects that the first could pass on to the second.
        self.movable: dict = {one: {} for one in load}

    def allow(self, project: P, examiners: Sequence[E]) -> None:
        self.allowed[project] = dict.fromkeys(examiners)
        self.given[project] = {}

    def add(self, project: P) -> None:
        came_from = self._reach([one for one in self.allowed[project] if one not in self.given[project]])
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
        for holder in self.given[project]:
            del self.movable[holder][examiner][project]
        self.given[project][examiner] = None
        for other in self.allowed[project]:
            if other not in self.given[project]:
                self.movable[examiner].setdefault(other, {})[project] = None

    def _take(self, project: P, examiner: E) -> None:
        for other in self.allowed[project]:
            if other not in self.given[project]:
                del self.movable[examiner][other][project]
        del self.given[project][examiner]
        for holder in self.given[project]:
            self.movable[holder].setdefault(examiner, {})[project] = None
