"""A server for the benchmarks, and this process's site on it.

The server is that of ``TEST_ELASTICSEARCH_URL``, or a throw-away one where one is installed, run as a lasting
one is. Every index made here carries a prefix of its own and goes at the end.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.test.utils import override_settings
from elasticsearch import Elasticsearch

from scripts.tooling import elasticsearch
from scripts.tooling.console import Progress
from scripts.tooling.elasticsearch_node import wait_for
from scripts.tooling.services import missing_for_elasticsearch
from search import followers
from search.engines import get_engine, get_index
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.fallback import FallbackEngine
from search.models import Follower

NAME = "elasticsearch"
PATIENCE = 20.0
"""Seconds a request of this process may take: a slow one is to be measured, not refused."""


def left_out() -> str | None:
    """Why there is nothing to measure on; ``None`` where a server can be had."""
    return None if os.environ.get("TEST_ELASTICSEARCH_URL") else missing_for_elasticsearch()


@contextmanager
def server() -> Iterator[str]:
    """The address of a server; raises ``Stop`` when it doesn't answer."""
    url = os.environ.get("TEST_ELASTICSEARCH_URL")
    if url:
        wait_for(url)
        yield url
    else:
        with elasticsearch.throw_away(measured=True, wait=False) as cluster:
            with Progress("Starting Elasticsearch"):
                cluster.wait()
            yield cluster.url


@contextmanager
def chosen(url: str) -> Iterator[ElasticsearchEngine]:
    """The site on Elasticsearch without a copy behind it, so that nothing is hidden; its index is removed."""
    prefix = f"bench-{secrets.token_hex(4)}"
    own = {"HOSTS": [url], "PREFIX": prefix, "COPY": None, "READ_SECONDS": PATIENCE}
    options = {**settings.SEARCH_ENGINES[NAME], **own}
    engines = {**settings.SEARCH_ENGINES, NAME: options}
    with override_settings(SEARCH_ENGINE=NAME, SEARCH_ENGINES=engines):
        engine = cast(ElasticsearchEngine, get_index(NAME))
        try:
            yield engine
        finally:
            site = get_engine()
            if isinstance(site, FallbackEngine):
                site.breaker.close()
            followers.drop(Follower.objects.filter(engine=NAME))
            remove(url, f"{prefix}-*")


def remove(url: str, pattern: str) -> None:
    """Every index whose name fits ``pattern``."""
    with Elasticsearch(url, request_timeout=60) as client:
        for index in client.indices.get(index=pattern, allow_no_indices=True):
            client.indices.delete(index=index)


def environment(url: str, engine: ElasticsearchEngine) -> dict[str, str]:
    """What makes another process of the site use the same index."""
    return {
        "SEARCH_ENGINE": NAME,
        "ELASTICSEARCH_URL": url,
        "ELASTICSEARCH_PREFIX": engine.indices.prefix,
        "SEARCH_COPY": "false",
    }
