"""Elasticsearch keeps the contract of every engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from search.engines.elasticsearch import ElasticsearchEngine
from search.registry import IndexDefinition
from tests.contract.suite import EngineContract

pytestmark = pytest.mark.elasticsearch


def engine(definition: IndexDefinition, folder: Path) -> ElasticsearchEngine:
    client = Elasticsearch(os.environ["TEST_ELASTICSEARCH_URL"], request_timeout=10)
    prefix = "test-" + folder.parent.name.lower().replace("_", "-") + "-" + folder.name
    return ElasticsearchEngine(definition, client, prefix=prefix)


class TestElasticsearch(EngineContract):
    engine_factory = staticmethod(engine)
