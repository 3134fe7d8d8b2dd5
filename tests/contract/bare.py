"""What a search costs in tantivy alone: the calls it makes, recorded once and played again without us."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from search.engines.embedded import EmbeddedEngine
from search.types import Range, SearchRequest
from tests.contract.world import World

REQUESTS = {
    "one common word": SearchRequest(query="pelatihan"),
    "two words": SearchRequest(query="pelatihan desa"),
    "three words": SearchRequest(query="pelatihan desa nelayan"),
    "synonym": SearchRequest(query="antrean puskesmas"),
    "phrase": SearchRequest(query='"layanan publik"'),
    "question": SearchRequest(query="bagaimana mengurangi antrean di puskesmas dengan aplikasi daring"),
    "word and facets": SearchRequest(
        query="kesehatan", selections={"sector": ("sector-2", "sector-3"), "stage": ("stage-1",)}
    ),
    "word, facets, years": SearchRequest(
        query="kesehatan", selections={"agency": ("agency-1",)}, ranges={"year": Range(2018, None)}
    ),
    "facets only": SearchRequest(selections={"sector": ("sector-1",), "digital": ("true",)}),
    "nothing asked": SearchRequest(),
}


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
    """The calls of one search."""
    reader = engine._reader
    snapshot = reader.snapshot()
    recorder = Recorder(snapshot.searcher)
    reader._snapshot = replace(snapshot, searcher=recorder, remembered={})
    try:
        engine.search(request)
    finally:
        reader._snapshot = snapshot
    return recorder


def milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def compare(engine: EmbeddedEngine, request: SearchRequest, rounds: int = 30) -> tuple[float, float, float]:
    """Median milliseconds of the engine and of tantivy, in turns, and the median of their ratios."""
    recorder = record(engine, request)
    pairs = []
    for _ in range(rounds):
        ours = milliseconds(lambda: engine.search(request))
        pairs.append((ours, milliseconds(recorder.play)))
    return (
        median(ours for ours, _ in pairs),
        median(bare for _, bare in pairs),
        median(ours / bare for ours, bare in pairs),
    )


def main(size: int = 36_000) -> None:
    """Print a table over a synthetic index of ``size`` records."""
    records = list(World(size).records.values())
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(World(0).definition(), folder)
        build = engine.start_build()
        loaded = milliseconds(lambda: (build.load(records), build.activate()))
        print(f"build of {size} records: {loaded / 1000:.1f} s")
        print(f"{'request':22}{'hits':>8}{'engine ms':>11}{'tantivy ms':>12}{'ratio':>7}")
        for name, request in REQUESTS.items():
            ours, bare, ratio = compare(engine, request)
            print(f"{name:22}{engine.search(request).total:8}{ours:11.2f}{bare:12.2f}{ratio:7.2f}")
        _apply_costs(engine, records)


def _apply_costs(engine: EmbeddedEngine, records: list[Any]) -> None:
    one = [milliseconds(lambda n=n: engine.apply([replace(records[n], version=2)])) for n in range(20)]
    many = [replace(record, version=3) for record in records[:1000]]
    print(json.dumps({"apply of 1, ms": round(median(one), 1), "slowest": round(max(one), 1)}))
    print(json.dumps({"apply of 1000, ms": round(milliseconds(lambda: engine.apply(many)), 1)}))
    print(json.dumps({"checksums of all files, ms": round(milliseconds(engine.verify), 1)}))
    print(json.dumps({"all keys, ms": round(milliseconds(lambda: list(engine.keys())), 1)}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
