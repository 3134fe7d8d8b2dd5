"""Filling the index: beside the client's own bulk helper, whole, and whole while clients ask.

The bulk helper gets the same JSON into an index of the same mapping and settings, made before the clock
starts; the engine's time includes checking and encoding. Documents are read from the database before both.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from statistics import median, quantiles
from typing import Any

from elasticsearch.helpers import bulk

from scripts.bench.engine import request
from scripts.bench.figures import Figure, at_least, number, plain
from scripts.bench.queries import QUERIES
from scripts.bench.servers import serving
from scripts.bench.writing import REBUILD_SECONDS, rate
from scripts.tooling.console import Stop
from scripts.tooling.environment import PYTHON, ROOT
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.client import WRITE_SECONDS
from search.engines.elasticsearch.documents import encode
from search.rebuild import rebuild
from search.types import Document

SAMPLE, ROUNDS, CHUNK = 6000, 3, 1000
SHARE = 70.0
CLIENTS = 4
WARM_UP = 15.0
"""Seconds that clients have asked before the index is rebuilt under them: server and site that were just
started compile their code then, which those that run for days have behind them."""


def bulk_share(engine: ElasticsearchEngine) -> list[Figure]:
    """The engine's rate as a share of the helper's, in turns on the same documents."""
    documents = sample(engine)
    sources = [json.loads(encode(document, engine.layout)) for document in documents]
    keys = [document.key for document in documents]
    load(engine, documents), help_load(engine, keys, sources)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(load(engine, documents))
        theirs.append(help_load(engine, keys, sources))
    share = median(there / here for here, there in zip(ours, theirs, strict=True))
    return [
        plain("the client's bulk helper, records/s", len(keys) / median(theirs), digits=0),
        plain("indexing, records/s", len(keys) / median(ours), digits=0),
        at_least("indexing ÷ bulk helper", 100 * share, SHARE, "%", 0),
    ]


def sample(engine: ElasticsearchEngine) -> list[Document]:
    """The first ``SAMPLE`` public records as documents of an arbitrary version."""
    source = engine.definition.source
    keys = list(islice(source.public_keys(), SAMPLE))
    parts = (keys[first : first + CHUNK] for first in range(0, len(keys), CHUNK))
    return [document for part in parts for document in source.documents(part, dict.fromkeys(part, 1))]


def load(engine: ElasticsearchEngine, documents: list[Document]) -> float:
    build = engine.start_build()
    try:
        started = time.perf_counter()
        build.load(documents)
        return time.perf_counter() - started
    finally:
        build.discard()


def help_load(engine: ElasticsearchEngine, keys: list[str], sources: list[dict[str, Any]]) -> float:
    index = f"{engine.indices.prefix}-helper"
    engine.indices.create(index, shards=engine.shards, replicas=engine.replicas)
    try:
        client = engine.client.options(request_timeout=WRITE_SECONDS)
        actions = ({"_id": key, "_source": source} for key, source in zip(keys, sources, strict=True))
        started = time.perf_counter()
        bulk(client, actions, index=index)
        return time.perf_counter() - started
    finally:
        engine.indices.drop(index)


def built(engine: ElasticsearchEngine) -> Figure:
    """The first build, which a server that has just started takes while it compiles its own code."""
    report = rebuild(engine=engine)
    return rate("first build, on a server just started", report.documents, report.seconds)


def rebuilt(engine: ElasticsearchEngine) -> Figure:
    report = rebuild(engine=engine)
    return rate("rebuild on Elasticsearch", report.documents, report.seconds, REBUILD_SECONDS)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the clients saw together; ``times`` are milliseconds."""

    asked: int
    failed: int
    shrunk: int
    times: tuple[float, ...]
    troubles: tuple[str, ...]


def rebuilt_meanwhile(engine: ElasticsearchEngine, env: Mapping[str, str]) -> tuple[list[Figure], list[str]]:
    """A rebuild while four clients ask the running site; its figures, and what went wrong in words."""
    totals = known_totals(engine)
    with serving(env) as site, witnesses(site.port, totals) as seen:
        time.sleep(WARM_UP)
        report = rebuild(engine=engine)
    together = Witnessed(
        sum(one["asked"] for one in seen),
        sum(one["failed"] for one in seen),
        sum(one["shrunk"] for one in seen),
        tuple(milliseconds for one in seen for milliseconds in one["times"]),
        tuple(trouble for one in seen for trouble in one["troubles"]),
    )
    return _figures(report.documents, report.seconds, together), list(together.troubles)


def _figures(documents: int, seconds: float, seen: Witnessed) -> list[Figure]:
    return [
        rate(f"rebuild while {CLIENTS} clients ask the site", documents, seconds, REBUILD_SECONDS),
        Figure("queries of the clients meanwhile", str(seen.asked)),
        Figure("their answers, 95 % within", number(quantiles(seen.times, n=20)[-1], "ms", 0)),
        Figure("failed meanwhile", str(seen.failed), "0", seen.failed == 0),
        Figure("with a smaller total meanwhile", str(seen.shrunk), "0", seen.shrunk == 0),
    ]


def known_totals(engine: ElasticsearchEngine) -> dict[str, int]:
    """Path of the API → what the engine finds for it."""
    return {
        f"/api/v1/innovations?{query}".rstrip("?"): engine.search(request(query)).total
        for query in QUERIES.values()
    }


@contextmanager
def witnesses(port: int, totals: Mapping[str, int]) -> Iterator[list[dict[str, Any]]]:
    """Clients in processes of their own that ask while the block runs; then what each has seen."""
    command = [PYTHON, "-m", "scripts.bench.witness", str(port), json.dumps(totals)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes, cwd=ROOT) for _ in range(CLIENTS)]
    seen: list[dict[str, Any]] = []
    try:
        yield seen
    finally:
        # The end of its input is what ends a client.
        outputs = [witness.communicate(timeout=60)[0] for witness in started]
    if not all(outputs):
        raise Stop("A client that watched the rebuild ended with an error.")
    seen += map(json.loads, outputs)
