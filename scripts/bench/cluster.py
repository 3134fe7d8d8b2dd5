"""The Elasticsearch engine on a real server, in the same run as the embedded one."""

from __future__ import annotations

import argparse

from scripts.bench import beside, growth, loading, stock
from scripts.bench.chosen import chosen, environment, left_out, server
from scripts.bench.figures import Figure
from scripts.tooling.console import Progress, say
from search.engines.elasticsearch import ElasticsearchEngine

STOCK_LIMIT = 50_000
"""Largest catalogue that Wagtail's own search is filled with: it reads a record with several statements."""


def measure(options: argparse.Namespace, size: int) -> list[Figure]:
    """Every part on one server, with its breakdown printed; one line where there is no server.

    Above ``SMALL`` records also how much the page has grown from there.
    """
    if why := left_out():
        say(f"The Elasticsearch engine is left out: {why}.")
        return []
    with server() as url, chosen(url) as engine:
        found = _filling(url, engine, writes=not options.no_writes)
        with Progress("Elasticsearch bare, the engine, the page and the embedded engine, in turns"):
            queries = beside.measure(engine, options.runs)
        say(beside.breakdown(queries))
        found += beside.figures(queries)
        if engine.health().documents <= STOCK_LIMIT:
            found += _stock(url, engine)
        else:
            say(f"Wagtail's own search is left out: it is measured up to {STOCK_LIMIT} records.")
        if size > growth.SMALL:
            found.append(growth.measure(url, size, options.runs, beside.page_median(queries)))
    return found


def _filling(url: str, engine: ElasticsearchEngine, *, writes: bool) -> list[Figure]:
    with Progress("First build on Elasticsearch"):
        found = [loading.built(engine)]
    if not writes:
        return found
    with Progress("Rebuilding on Elasticsearch"):
        found.append(loading.rebuilt(engine))
    with Progress(f"Rebuilding while {loading.CLIENTS} clients ask"):
        figures, troubles = loading.rebuilt_meanwhile(engine, environment(url, engine))
    for trouble in troubles:
        say(f"  {trouble}")
    with Progress("Indexing beside the client's bulk helper"):
        return [*found, *figures, *loading.bulk_share(engine)]


def _stock(url: str, engine: ElasticsearchEngine) -> list[Figure]:
    prefix = f"{engine.indices.prefix}-stock-"
    with Progress("Wagtail's own search, on the same server and in the database"):
        found = stock.measure(engine, url, prefix, rounds=5)
    say(stock.breakdown(found))
    return stock.figures(found)
