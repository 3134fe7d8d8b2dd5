"""Writing: only the worker and commands come here, never a web process."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import tantivy

from search.engines.base import IndexBuild
from search.engines.embedded import files
from search.engines.embedded import layout as names
from search.engines.embedded.documents import encode
from search.engines.embedded.layout import Layout
from search.engines.embedded.reader import open_index, readable
from search.errors import RebuildRunning, SearchUnavailable
from search.refusals import refused
from search.types import Acknowledgement, Change, Document

APPLY_HEAP: Final = 50_000_000
BUILD_HEAP: Final = 100_000_000
"""Bytes of new documents tantivy holds in memory before it writes a segment."""
REFUSALS = (TypeError, ValueError, OverflowError)

log = logging.getLogger(__name__)


class Writer:
    """Writes to one generation. Close it to let its merges finish and keep the checksums."""

    def __init__(self, generation: Path, layout: Layout, heap: int) -> None:
        self.generation = generation
        self.layout = layout
        self._index = open_index(generation)
        with readable():
            self._index.reload()
            self._searcher = self._index.searcher()
            self._writer = self._index.writer(heap, 1)
        self._pending: dict[str, int] = {}

    def add(self, encoded: tantivy.Document) -> None:
        """Add an encoded document whose key the generation does not have."""
        self._writer.add_document(encoded)

    def put(self, change: Change) -> Acknowledgement:
        """Write a change unless the generation has a newer version of its record."""
        newest = self._version(change.key)
        if newest is not None and newest > change.version:
            return Acknowledgement(change.key, change.version)
        try:
            encoded = encode(change, self.layout)
        except REFUSALS as error:
            return refused(key=change.key, version=change.version, error=error)
        self._writer.delete_documents_by_term(names.KEY, change.key)
        self._writer.add_document(encoded)
        self._pending[change.key] = change.version
        return Acknowledgement(change.key, change.version)

    def _version(self, key: str) -> int | None:
        """The version last written for ``key``, also if that was a tombstone."""
        if key in self._pending:
            return self._pending[key]
        query = tantivy.Query.term_query(self._index.schema, names.KEY, key, "basic")
        hits = self._searcher.search(query, limit=1, count=False).hits
        if not hits:
            return None
        found = self._searcher.fast_field_values(names.VERSION, [hits[0][1]])[0]
        return None if found is None else int(found)

    def commit(self) -> None:
        with readable():
            self._writer.commit()
            self._index.reload()
            self._searcher = self._index.searcher()
        self._pending.clear()

    def close(self) -> None:
        with readable():
            self._writer.wait_merging_threads()
        files.record_checksums(self.generation)


def apply(folder: Path, layout: Layout, changes: Sequence[Change]) -> list[Acknowledgement]:
    """Write changes to the generation that answers.

    Raises ``SearchUnavailable``, with nothing acknowledged, when it cannot be written.
    """
    if not changes:
        return []
    try:
        with files.FolderLock(folder / files.WRITE_LOCK).held(files.LOCK_SECONDS):
            generation = folder / files.current_generation(folder)
            files.require_schema(generation, layout.fingerprint)
            return _apply(generation, layout, changes)
    except (TimeoutError, OSError) as error:
        raise SearchUnavailable(f"the index cannot be written: {error}") from error


def _apply(generation: Path, layout: Layout, changes: Sequence[Change]) -> list[Acknowledgement]:
    writer = Writer(generation, layout, APPLY_HEAP)
    with readable():
        acknowledged = [writer.put(change) for change in changes]
    writer.commit()
    writer.close()
    return acknowledged


class EmbeddedBuild(IndexBuild):
    """A new generation folder. The build lock is held until it is activated or discarded."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder = folder
        self.layout = layout
        self._lock = files.FolderLock(folder / files.BUILD_LOCK)
        try:
            self._lock.acquire(timeout=0)
        except TimeoutError as error:
            raise RebuildRunning(str(error)) from error
        try:
            files.remove_other_generations(folder)
            self.generation = files.create_generation(folder, layout.fingerprint)
            self.name = self.generation.name
            with readable():
                tantivy.Index(layout.build_schema(), path=str(self.generation / files.INDEX))
            self._writer = Writer(self.generation, layout, BUILD_HEAP)
        except (SearchUnavailable, OSError) as error:
            self._lock.release()
            raise SearchUnavailable(f"a new index cannot be begun: {error}") from error

    def load(self, documents: Iterable[Document]) -> int:
        """Add documents of keys not loaded before; those that cannot be indexed are left out and logged."""
        count = 0
        for document in documents:
            try:
                encoded = encode(document, self.layout)
            except REFUSALS as error:
                told = refused(key=document.key, version=document.version, error=error)
                log.error("record %s cannot be indexed: %s", document.key, told.error)
                continue
            with readable():
                self._writer.add(encoded)
            count += 1
        return count

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        self._writer.commit()
        with readable():
            acknowledged = [self._writer.put(change) for change in changes]
        self._writer.commit()
        return acknowledged

    def activate(self) -> None:
        try:
            self._writer.commit()
            self._writer.close()
            with files.FolderLock(self.folder / files.WRITE_LOCK).held(files.LOCK_SECONDS):
                files.point_to(self.folder, self.generation)
        except OSError as error:
            raise SearchUnavailable(f"the new index cannot be put in place: {error}") from error
        files.remove_other_generations(self.folder)
        self._lock.release()

    def discard(self) -> None:
        shutil.rmtree(self.generation, ignore_errors=True)
        self._lock.release()
