"""Every engine behind one fixture: a dictionary, the embedded one in a folder of its own, a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.engines.embedded import EmbeddedEngine
from search.models import Follower
from search.rebuild import rebuild
from tests import cluster
from tests.doubles import FaultyEngine, MemoryEngine, Records, definition


@pytest.fixture
def records() -> Records:
    return Records()


ENGINES = ["memory", "embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=ENGINES)
def engine(request, records, tmp_path) -> Iterator[FaultyEngine]:
    """An engine without an index."""
    if request.param == "elasticsearch":
        with cluster.engine(definition(records)) as inner:
            yield FaultyEngine(inner)
    elif request.param == "memory":
        yield FaultyEngine(MemoryEngine(definition(records)))
    else:
        yield FaultyEngine(EmbeddedEngine(definition(records), tmp_path / "index"))


@pytest.fixture
def follower(db, engine) -> Follower:
    """The follower of an index that was built while there were no records."""
    return Follower.objects.get(name=rebuild(engine=engine).generation)
