"""What a search costs in tantivy alone: the calls the engine makes, recorded once and played again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from search.engines.embedded import EmbeddedEngine
from search.types import SearchRequest


class Recorder:
    """Stands in for a searcher and keeps the calls made of it."""

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        self.calls: list[Callable[[], Any]] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.searcher, name)
        if not callable(method):
            return method

        def recorded(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(lambda: method(*args, **kwargs))
            return method(*args, **kwargs)

        return recorded

    def play(self) -> None:
        for call in self.calls:
            call()


def record(engine: EmbeddedEngine, request: SearchRequest) -> Recorder:
    """The calls of one search, made as if nothing had been asked since the last commit."""
    reader = engine._reader
    snapshot = reader.snapshot()
    recorder = Recorder(snapshot.searcher)
    reader._snapshot = replace(snapshot, searcher=recorder, remembered={})  # type: ignore[arg-type]
    try:
        engine.search(request)
    finally:
        reader._snapshot = snapshot
    return recorder


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds by the clock, and of processor time over all threads."""

    wall: float
    cpu: float


def measure(work: Callable[[], Any]) -> Times:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Times((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def middle(times: list[Times]) -> Times:
    return Times(median(item.wall for item in times), median(item.cpu for item in times))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Medians of the engine and of tantivy alone, and the median of their ratios (by the clock, by cpu)."""

    engine: Times
    tantivy: Times
    ratio: Times


def compare(engine: EmbeddedEngine, request: SearchRequest, rounds: int = 30) -> Comparison:
    """The engine and the bare calls in turns, so that what else the machine does hits both."""
    recorder = record(engine, request)
    engine.search(request)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(measure(lambda: engine.search(request)))
        bare.append(measure(recorder.play))
    ratios = [Times(a.wall / b.wall, a.cpu / max(b.cpu, 0.001)) for a, b in zip(ours, bare, strict=True)]
    return Comparison(middle(ours), middle(bare), middle(ratios))
