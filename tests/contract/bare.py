"""What a search costs beside the same calls of tantivy, over a synthetic index of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

from scripts.bench.bare import compare, measure
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


def milliseconds(work: Callable[[], Any]) -> float:
    return measure(work).wall


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
            found = compare(engine, request)
            times = f"{found.engine.wall:11.2f}{found.tantivy.wall:12.2f}{found.ratio.wall:7.2f}"
            print(f"{name:22}{engine.search(request).total:8}{times}")
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
