"""An engine on the real cluster, a proxy before it, a follower and a copy: for the tests of a cluster."""

from __future__ import annotations

import pytest

from search import changes
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.client import connect
from search.rebuild import rebuild
from tests import cluster
from tests.doubles import MemoryEngine, definition
from tests.fault_proxy import proxy
from tests.search.clustered.steps import follower_of


@pytest.fixture
def faults():
    with proxy(cluster.address()) as made:
        yield made


@pytest.fixture
def server(records):
    """An engine at the server itself, for what a test does behind the proxy's back."""
    with cluster.engine(definition(records)) as engine:
        yield engine


@pytest.fixture
def engine(records, server, faults) -> ElasticsearchEngine:
    """The engine as the site makes it, with the site's own limits, through the proxy."""
    options = {"HOSTS": [faults.url], "READ_SECONDS": 1.0}
    return ElasticsearchEngine(definition(records), connect(options), prefix=server.indices.prefix)


@pytest.fixture
def job(engine):
    job = follower_of(engine)
    yield job
    job.close()


@pytest.fixture
def copy(records):
    engine = MemoryEngine(definition(records))
    rebuild(engine=engine)
    return engine


def edit(records, number: int = 1) -> list[str]:
    keys = records.add(number)
    changes.record(keys)
    return keys
