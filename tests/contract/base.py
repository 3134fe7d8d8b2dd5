"""What the contract tests share: engines made by one attribute, filled once or per test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck

from search.engines.base import SearchEngine
from search.registry import IndexDefinition
from search.types import Document, SearchRequest, SearchResponse, Tombstone
from tests.contract.oracle import Oracle
from tests.contract.world import World

WORLD_SIZE = 2_200
EngineFactory = Callable[[IndexDefinition, Path], SearchEngine]

# One test, inherited by a class an engine, is what this suite is; two of them may run in one process. An
# example that failed on one engine is tried first on the next: that loses nothing.
INHERITED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


def fill(engine: SearchEngine, documents: Iterable[Document]) -> SearchEngine:
    """Give ``engine`` a generation with ``documents``."""
    build = engine.start_build()
    build.load(documents)
    build.activate()
    return engine


def keys_of(response: SearchResponse) -> list[str]:
    return [hit.key for hit in response.hits]


class EngineFixtures:
    """``engine_factory`` makes an engine from a definition and an empty folder."""

    engine_factory: EngineFactory

    @pytest.fixture(scope="class")
    @classmethod
    def world(cls) -> World:
        return World(WORLD_SIZE, seed=11)

    @pytest.fixture(scope="class")
    @classmethod
    def oracle(cls, world: World) -> Oracle:
        return Oracle(world.records.values())

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, world: World, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
        """An engine over the whole world, for tests that only read.

        It has a history: records came in several writes, some twice, and others were withdrawn.
        """
        records = list(world.records.values())
        withdrawn = [replace(record, key=f"{record.key}-withdrawn") for record in records[:300]]
        engine = cls.engine_factory(world.definition(), tmp_path_factory.mktemp("index"))
        fill(engine, [*records[:1_200], *withdrawn])
        for changes in (
            records[1_100:1_800],
            [Tombstone(record.key, 2) for record in withdrawn],
            records[1_800:],
            records[200:300],
        ):
            assert all(done.error is None for done in engine.apply(changes))
        return engine

    @pytest.fixture
    def make(self, tmp_path: Path) -> Callable[..., SearchEngine]:
        """Makes an engine of the test's own; called again it opens the same index anew."""

        def engine(*documents: Document, schema_version: str = "1") -> SearchEngine:
            opened = type(self).engine_factory(World(0).definition(schema_version), tmp_path / "index")
            return fill(opened, documents) if documents else opened

        return engine

    @staticmethod
    def found(engine: SearchEngine, query: str = "", **request: object) -> list[str]:
        """Keys of the hits of a query."""
        return keys_of(engine.search(SearchRequest(query=query, **request)))  # type: ignore[arg-type]
