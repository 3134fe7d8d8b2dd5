"""Engines on the real Elasticsearch of this run, each with indices of its own that are removed at the end."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from search.engines.elasticsearch import ElasticsearchEngine
from search.registry import IndexDefinition

PATIENCE = 20.0
"""Seconds a request may take on a busy machine; what a visitor waits for is the engine's own affair."""


def address() -> str:
    return os.environ["TEST_ELASTICSEARCH_URL"]


@contextmanager
def engine(definition: IndexDefinition, *, url: str = "", prefix: str = "") -> Iterator[ElasticsearchEngine]:
    """An engine without an index, at ``url`` (a proxy, say) or at the server itself."""
    prefix = prefix or f"test-{uuid.uuid4().hex}"
    with Elasticsearch(url or address(), request_timeout=PATIENCE) as client:
        yield ElasticsearchEngine(definition, client, prefix=prefix)
    remove(prefix)


def remove(prefix: str) -> None:
    """Every index of a prefix."""
    with Elasticsearch(address(), request_timeout=PATIENCE) as client:
        for index in client.indices.get_alias(index=f"{prefix}-*", allow_no_indices=True):
            client.indices.delete(index=index)
