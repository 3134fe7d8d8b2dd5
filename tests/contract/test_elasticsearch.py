"""Elasticsearch keeps the contract of every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.engines.elasticsearch import ElasticsearchEngine
from search.registry import IndexDefinition
from tests import cluster
from tests.contract.suite import EngineContract

pytestmark = pytest.mark.elasticsearch
_made: list[str] = []


def engine(definition: IndexDefinition, folder: Path) -> ElasticsearchEngine:
    """The same index for the same folder, as the embedded engine has."""
    prefix = f"test-{hashlib.blake2b(str(folder).encode(), digest_size=8).hexdigest()}"
    _made.append(prefix)
    client = Elasticsearch(cluster.address(), request_timeout=cluster.PATIENCE)
    return ElasticsearchEngine(definition, client, prefix=prefix)


class TestElasticsearch(EngineContract):
    engine_factory = staticmethod(engine)

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _removed(cls) -> Iterator[None]:
        yield
        for prefix in dict.fromkeys(_made):
            cluster.remove(prefix)
