"""The engine against the same calls of tantivy, in one process and in turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from django.core.signals import request_finished, request_started
from django.http import QueryDict

from scripts.bench.bare import Comparison, compare
from scripts.bench.figures import Figure, at_most, plain, table
from scripts.bench.queries import QUERIES
from search.engines import get_engine
from search.engines.embedded import EmbeddedEngine
from search.forms import SearchForm
from search.registry import definition
from search.types import SearchRequest

MILLISECONDS, RATIO = 10.0, 1.3


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    hits: int
    comparison: Comparison


def request(query: str) -> SearchRequest:
    """What the search page asks of the engine; raises ``ValueError`` for a query string it refuses."""
    form = SearchForm(QueryDict(query), registry=definition().facets, language="id")
    if not form.is_valid():
        raise ValueError(f"{query}: {form.errors.as_json()}")
    return form.to_request()


def measure(rounds: int) -> list[Measured]:
    """Query, every facet and 20 hits, ``rounds`` times each."""
    engine = get_engine()
    if not isinstance(engine, EmbeddedEngine):
        raise TypeError(f"{engine.name} is not the embedded engine")
    found = []
    for name, query in QUERIES.items():
        with within_a_request():
            asked = request(query)
            found.append(Measured(name, engine.search(asked).total, compare(engine, asked, rounds)))
    return found


@contextmanager
def within_a_request() -> Iterator[None]:
    """As in the middle of a request, where the labels' stamp has been compared with the database once."""
    request_started.send(sender=None)
    try:
        yield
    finally:
        request_finished.send(sender=None)


def figures(found: list[Measured]) -> list[Figure]:
    times = [item.comparison.engine.wall for item in found]
    slowest = max(found, key=lambda item: item.comparison.engine.wall)
    ratio = median(item.comparison.ratio.wall for item in found)
    cpu = median(item.comparison.ratio.cpu for item in found)
    return [
        at_most("engine call, median of the queries", median(times), MILLISECONDS, "ms", 2),
        plain(f"engine call, slowest query ({slowest.name})", max(times), "ms", 2),
        at_most("engine ÷ bare tantivy calls", ratio, RATIO, "×", 2),
        at_most("engine ÷ bare tantivy calls, processor time", cpu, RATIO, "×", 2),
    ]


def breakdown(found: list[Measured]) -> str:
    rows = [
        (
            item.name,
            str(item.hits),
            f"{item.comparison.engine.wall:.2f}",
            f"{item.comparison.tantivy.wall:.2f}",
            f"{item.comparison.ratio.wall:.2f}",
            f"{item.comparison.engine.cpu:.2f}",
            f"{item.comparison.tantivy.cpu:.2f}",
            f"{item.comparison.ratio.cpu:.2f}",
        )
        for item in found
    ]
    heads = ("query", "hits", "engine ms", "tantivy ms", "ratio", "engine cpu ms", "tantivy cpu ms", "ratio")
    return table("The engine, query by query (medians)", rows, heads)
