"""The same searches, in turns: Elasticsearch bare, the engine on it, the page; then the embedded engine.

The bare request is what the engine sends for a query, sent by the same client without the engine around it:
to the server and back as parsed JSON. What the engine adds is making the request and turning the answer into
hits with highlights and labelled facets; what the page adds is everything else. The embedded engine is asked
afterwards: run between two requests it would drive their code out of the processor's caches, as in no web
process on a cluster.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.test import Client

from scripts.bench.engine import request, within_a_request
from scripts.bench.figures import Figure, at_most, plain, table
from scripts.bench.pages import count, get
from scripts.bench.queries import QUERIES
from search.engines import get_index
from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine

CALL, PAGE = 1.5, 2.0
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """Milliseconds of one query, each way once."""

    bare: float
    call: float
    page: float


@dataclass(frozen=True, slots=True)
class Query:
    """One query, asked again and again; ``embedded`` are the other engine's milliseconds."""

    name: str
    hits: int
    engine_calls: int
    turns: tuple[Turn, ...]
    embedded: tuple[float, ...]

    def middle(self, way: str) -> float:
        if way == "embedded":
            return median(self.embedded)
        return median(getattr(turn, way) for turn in self.turns)

    def ratio(self, way: str, to: str = "bare") -> float:
        """The median of the ratios, each of two calls made one after the other."""
        return median(getattr(turn, way) / getattr(turn, to) for turn in self.turns)


def measure(engine: ElasticsearchEngine, rounds: int) -> list[Query]:
    """Every query ``rounds`` times, after some rounds that warm up the server and both engines."""
    embedded, client = get_index("embedded"), Client(HTTP_HOST="127.0.0.1")
    return [one(name, query, engine, embedded, client, rounds) for name, query in QUERIES.items()]


def one(
    name: str, query: str, engine: ElasticsearchEngine, embedded: SearchEngine, client: Client, rounds: int
) -> Query:
    path = f"/id/search/?{query}".rstrip("?")
    turns = [turn(query, path, engine, client) for _ in range(WARM_UP + rounds)]
    asked = request(query)
    beside = [clock(lambda: embedded.search(asked)) for _ in range(WARM_UP + rounds)]
    found = engine.search(asked).total
    return Query(name, found, count(client, path).searches, tuple(turns[WARM_UP:]), tuple(beside[WARM_UP:]))


def turn(query: str, path: str, engine: ElasticsearchEngine, client: Client) -> Turn:
    with within_a_request():
        asked = request(query)
        body = engine.request_body(asked)
        bare = clock(lambda: engine.client.search(index=engine.indices.alias, **body))
        call = clock(lambda: engine.search(asked))
    return Turn(bare, call, clock(lambda: get(client, path)))


def clock(work: Callable[[], object]) -> float:
    """Milliseconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def page_median(found: list[Query]) -> float:
    """Milliseconds of the page: the median over queries of each one's median."""
    return median(query.middle("page") for query in found)


def figures(found: list[Query]) -> list[Figure]:
    def over_queries(way: str) -> float:
        return median(query.middle(way) for query in found)

    call, page = (median(query.ratio(way) for query in found) for way in ("call", "page"))
    calls = {query.engine_calls for query in found}
    return [
        plain("bare Elasticsearch request, median of the queries", over_queries("bare"), "ms"),
        plain("engine call on Elasticsearch", over_queries("call"), "ms"),
        plain("the same of the embedded engine, beside it", over_queries("embedded"), "ms"),
        plain("search page on Elasticsearch, server time", page_median(found), "ms"),
        at_most("engine call ÷ bare request", call, CALL, "×", 2),
        at_most("search page ÷ bare request", page, PAGE, "×", 2),
        Figure("search page, engine calls", ", ".join(map(str, sorted(calls))), "1", calls == {1}),
    ]


def breakdown(found: list[Query]) -> str:
    ways = ("bare", "call", "page", "embedded")
    rows = [
        (
            query.name,
            str(query.hits),
            *(f"{query.middle(way):.1f}" for way in ways),
            f"{query.ratio('call'):.2f}",
            f"{query.ratio('page'):.2f}",
        )
        for query in found
    ]
    heads = (
        "query",
        "hits",
        "bare ms",
        "engine ms",
        "page ms",
        "embedded ms",
        "engine ÷ bare",
        "page ÷ bare",
    )
    return table("Elasticsearch, query by query (medians)", rows, heads)
