"""`make services`: PostgreSQL and Elasticsearch for development, as containers or as processes."""

from __future__ import annotations

import os
from collections.abc import Callable

from . import containers, elasticsearch, postgres
from .checks import read_number
from .console import Stop, say
from .elasticsearch import FIRST_PORT
from .postgres import SERVICE_PORT

MOST_NODES = 5


def start() -> int:
    """Start both; one that can't start doesn't keep the other from it. 1 when any failed."""
    nodes = read_number(os.environ, "NODES", 1, lowest=1, highest=MOST_NODES)
    if not containers.engine_runs():
        return attempt(postgres.start_service, lambda: elasticsearch.start_service(nodes))
    if nodes == 1:
        return attempt(lambda: start_containers("postgresql", "elasticsearch"))
    # A cluster is for trying what happens when nodes end: processes are easier to end than containers.
    return attempt(lambda: start_containers("postgresql"), lambda: elasticsearch.start_service(nodes))


def start_elasticsearch() -> None:
    """One node for the site that is being started."""
    if containers.engine_runs():
        start_containers("elasticsearch")
    else:
        elasticsearch.start_service(1)


def start_containers(*services: str) -> None:
    containers.start(services)
    say("The containers run. Use them with:")
    if "postgresql" in services:
        address = f"catalogue:{containers.password()}@127.0.0.1:{SERVICE_PORT}/catalogue"
        say(f"  export DATABASE_URL=postgres://{address}")
    if "elasticsearch" in services:
        say(f"  export SEARCH_ENGINE=elasticsearch ELASTICSEARCH_URL=http://127.0.0.1:{FIRST_PORT}")


def stop() -> int:
    steps = [postgres.stop_service, elasticsearch.stop_service]
    return attempt(*([containers.stop] if containers.engine_runs() else []), *steps)


def attempt(*steps: Callable[[], None]) -> int:
    failed = 0
    for step in steps:
        try:
            step()
        except Stop as stop:
            say(f"✗ {stop}")
            failed = 1
    return failed
