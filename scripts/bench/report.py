"""The run itself: every part in its order, then the breakdowns and the one table."""

from __future__ import annotations

import argparse
import os
import platform

from django.db import connections

from catalogue.documents import public_records
from scripts.bench import board, cluster, engine, load, pages, writing
from scripts.bench.figures import Figure, at_most, figures_table, plain
from scripts.bench.prepare import Prepared
from scripts.bench.queries import QUERIES
from scripts.bench.servers import Servers, resident_megabytes, running
from scripts.tooling.console import Progress, say

RECORD_PAGES = 60
EDITS = 7
WEB_MEGABYTES = 350.0
SITE, CLUSTER = "site", "cluster"
GOALS = {"search": 80, "record": 60, "API": 30}


def measure(options: argparse.Namespace, prepared: Prepared) -> bool:
    """Print everything; whether every goal was reached."""
    found = writing.made(prepared)
    if options.only != CLUSTER:
        found += _site(options)
    if options.only != SITE:
        found += cluster.measure(options, prepared.size)
    total = public_records().count()
    title = f"{total} public records, {os.cpu_count()} processors, Python {platform.python_version()}"
    say(figures_table(title, found))
    missed = [figure.name for figure in found if figure.passed is False]
    say("Every goal is reached." if not missed else f"Missed: {'; '.join(missed)}")
    return not missed


def _site(options: argparse.Namespace) -> list[Figure]:
    """The site as it runs without a server beside it."""
    found = [] if options.no_writes else _writes()
    if not options.no_writes:
        with Progress("A coordinator's board"):
            found += board.figures(options.rounds)
    records = record_paths(RECORD_PAGES)
    found += _in_process(options.runs, records)
    connections.close_all()
    with running() as servers:
        found += _over_loopback(servers, options, records)
    return found


def search_paths() -> list[str]:
    return [f"/id/search/?{query}".rstrip("?") for query in QUERIES.values()]


def api_paths() -> list[str]:
    return [f"/api/v1/innovations?{query}".rstrip("?") for query in QUERIES.values()]


def record_paths(count: int) -> list[str]:
    """Addresses of records spread over the whole catalogue."""
    from wagtail.models import Page

    keys = list(public_records().order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // count)][:count]
    return [page.url for page in Page.objects.filter(pk__in=chosen).order_by("pk")]


def _writes() -> list[Figure]:
    with Progress("Rebuilding the index"):
        rebuilt = writing.rebuilding()
    with Progress("Following a change of every record"):
        followed = writing.following()
    return [rebuilt, followed]


def _in_process(runs: int, records: list[str]) -> list[Figure]:
    with Progress("The engine and bare tantivy, in turns"):
        queries = engine.measure(runs)
    with Progress("Pages inside the process"):
        search = pages.measure("search page", search_paths(), runs * 2)
        others = [
            pages.measure("record page", records, runs * 2),
            pages.measure("API list", api_paths(), runs * 2),
        ]
        named = zip(QUERIES, search_paths(), strict=True)
        each = [pages.measure(name, [path], runs // 2) for name, path in named]
    say(engine.breakdown(queries))
    say(pages.breakdown([search, *others, *each]))
    return [*engine.figures(queries), *pages.figures(search, others)]


def _over_loopback(servers: Servers, options: argparse.Namespace, records: list[str]) -> list[Figure]:
    targets = [
        load.Target(load.HELLO, servers.hello, ["/"], 4000),
        load.Target(load.MIDDLEWARE, servers.site, ["/healthz"], 1000),
        load.Target("search page", servers.site, search_paths(), 160, GOALS["search"]),
        load.Target("record page", servers.site, records, 240, GOALS["record"]),
        load.Target("API list", servers.site, api_paths(), 240, GOALS["API"]),
    ]
    with Progress(f"Pages over loopback, {options.rounds} rounds"):
        measured = load.run(targets, options.rounds)
    say(load.breakdown(targets, measured))
    found = load.figures(targets, measured)
    if not options.no_writes:
        with Progress(f"{EDITS} published edits"):
            found += writing.visible_figures(writing.visible(servers.site.port, EDITS))
    web = resident_megabytes(servers.site.workers)
    found.append(at_most("web process, resident after the load", web, WEB_MEGABYTES, "MB", 0))
    found.append(plain("worker, resident", resident_megabytes([servers.worker]), "MB", 0))
    return found
