"""The engine in the process itself: tantivy over a folder that the worker writes and all processes read."""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
