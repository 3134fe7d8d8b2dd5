"""The embedded engine keeps the contract of every engine."""

from __future__ import annotations

from search.engines.embedded import EmbeddedEngine
from tests.contract.suite import EngineContract


class TestEmbedded(EngineContract):
    engine_factory = EmbeddedEngine
