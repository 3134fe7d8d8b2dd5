"""Both engines behind one fixture: a dictionary, and the embedded one in a folder of its own."""

from __future__ import annotations

import pytest

from search.engines.embedded import EmbeddedEngine
from search.models import Follower
from search.rebuild import rebuild
from tests.doubles import FaultyEngine, MemoryEngine, Records, definition


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture(params=["memory", "embedded"])
def engine(request, records, tmp_path) -> FaultyEngine:
    """An engine without an index."""
    if request.param == "memory":
        return FaultyEngine(MemoryEngine(definition(records)))
    return FaultyEngine(EmbeddedEngine(definition(records), tmp_path / "index"))


@pytest.fixture
def follower(db, engine) -> Follower:
    """The follower of an index that was built while there were no records."""
    return Follower.objects.get(name=rebuild(engine=engine).generation)
