"""Pages inside this process: server time, database statements and engine calls, without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from scripts.bench.bare import Times, middle
from scripts.bench.bare import measure as clock
from scripts.bench.figures import Figure, at_most, number, table
from search.engines import get_engine

MILLISECONDS = 40.0
STATEMENTS = 15


@dataclass(frozen=True, slots=True)
class Page:
    """One address: medians of its time, most statements, engine calls of each answer, kilobytes."""

    name: str
    times: Times
    statements: int
    engine_calls: frozenset[int]
    kilobytes: float


@dataclass
class Asked:
    statements: int = 0
    searches: int = 0


@contextmanager
def counting() -> Iterator[Asked]:
    """Count statements and engine calls of what runs inside."""
    asked, engine = Asked(), get_engine()
    search = engine.search

    def counted(*args: Any) -> Any:
        asked.searches += 1
        return search(*args)

    def statement(execute: Callable[..., Any], *args: Any) -> Any:
        asked.statements += 1
        return execute(*args)

    engine.search = counted  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(statement):
            yield asked
    finally:
        del engine.search  # type: ignore[method-assign]


def measure(name: str, paths: list[str], rounds: int) -> Page:
    """Ask for ``paths`` in turn, ``rounds`` times in all, after each has been asked for once.

    Raises ``RuntimeError`` for an answer other than 200.
    """
    client = Client(HTTP_HOST="127.0.0.1")
    sizes = [len(get(client, path).content) for path in paths]
    times = [clock(lambda n=n: get(client, paths[n % len(paths)])) for n in range(rounds)]  # type: ignore[misc]
    counted = [count(client, path) for path in paths]
    return Page(
        name,
        middle(times),
        max(asked.statements for asked in counted),
        frozenset(asked.searches for asked in counted),
        median(sizes) / 1000,
    )


def count(client: Client, path: str) -> Asked:
    with counting() as asked:
        get(client, path)
    return asked


def get(client: Client, path: str) -> HttpResponse:
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return response  # type: ignore[return-value]


def figures(search: Page, others: list[Page]) -> list[Figure]:
    calls = ", ".join(map(str, sorted(search.engine_calls)))
    found = [
        at_most("search page, server time", search.times.wall, MILLISECONDS, "ms"),
        Figure("search page, processor time", number(search.times.cpu, "ms", 1)),
        at_most("search page, SQL queries", search.statements, STATEMENTS, digits=0),
        Figure("search page, engine calls", calls, "1", search.engine_calls == {1}),
    ]
    for page in others:
        found += [
            Figure(f"{page.name}, server time", number(page.times.wall, "ms", 1)),
            at_most(f"{page.name}, SQL queries", page.statements, STATEMENTS, digits=0),
        ]
    return found


def breakdown(pages: list[Page]) -> str:
    rows = [
        (
            page.name,
            f"{page.times.wall:.1f}",
            f"{page.times.cpu:.1f}",
            str(page.statements),
            ", ".join(map(str, sorted(page.engine_calls))),
            f"{page.kilobytes:.0f}",
        )
        for page in pages
    ]
    heads = ("page", "ms", "cpu ms", "SQL", "engine calls", "kB")
    return table("Pages inside one process (medians)", rows, heads)
