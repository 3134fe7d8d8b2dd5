"""Engines on the real Elasticsearch of this run, each with indices of its own that are removed at the end."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.elasticsearch import ElasticsearchEngine
from search.registry import IndexDefinition

PATIENCE = 20.0
"""Seconds a request may take on a busy machine; what a visitor waits for is the engine's own affair."""


def address() -> str:
    return os.environ["TEST_ELASTICSEARCH_URL"]


def client(url: str = "") -> Elasticsearch:
    """A patient one, at ``url`` or at the server of this run."""
    return Elasticsearch(url or address(), request_timeout=PATIENCE)


@contextmanager
def engine(definition: IndexDefinition, *, url: str = "", prefix: str = "") -> Iterator[ElasticsearchEngine]:
    """An engine without an index, at ``url`` (a proxy, say) or at the server itself."""
    prefix = prefix or f"test-{uuid.uuid4().hex}"
    with client(url) as asked:
        yield ElasticsearchEngine(definition, asked, prefix=prefix)
    remove(prefix)


def remove(prefix: str) -> None:
    """Every index of a prefix."""
    with client() as server:
        for index in server.indices.get_alias(index=f"{prefix}-*", allow_no_indices=True):
            server.indices.delete(index=index)


def engines(*, url: str, prefix: str, copy: Path | None = None) -> dict[str, dict[str, Any]]:
    """``SEARCH_ENGINES`` of a site on the cluster at ``url``, whose hosts commas separate.

    ``copy`` is its own index's folder.
    """
    return {
        "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": copy},
        "elasticsearch": {
            "CLASS": "search.engines.elasticsearch.ElasticsearchEngine",
            "HOSTS": url.split(","),
            "PREFIX": prefix,
            "COPY": "embedded" if copy else None,
        },
    }
