"""Reading: the generation that answers, as of its last commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import tantivy

from search.engines.embedded import files
from search.engines.embedded.layout import Layout
from search.engines.embedded.queries import Queries, TantivyQuery
from search.errors import SearchUnavailable
from search.types import IndexState

ATTEMPTS = 3
"""A generation may be replaced while it is being opened; then the pointer is read again."""

T = TypeVar("T")
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Snapshot:
    """One commit of one generation. ``remembered`` keeps what is derived from it, such as its words."""

    generation: str
    searcher: tantivy.Searcher
    queries: Queries
    layout: Layout
    remembered: dict[str, Any] = field(default_factory=dict)

    def count(self, parts: Iterable[TantivyQuery]) -> int:
        """How many live records satisfy all of ``parts``."""
        return total(self.searcher.search(self.queries.only_live(parts), limit=1))

    def remember(self, name: str, make: Callable[[], T]) -> T:
        """``make()``, computed once a commit."""
        if name not in self.remembered:
            self.remembered[name] = make()
        found: T = self.remembered[name]
        return found


def total(found: tantivy.SearchResult) -> int:
    """The number of all hits, which the library's annotations leave out."""
    count: int = found.count  # type: ignore[attr-defined]
    return count


@contextmanager
def readable() -> Iterator[None]:
    """Turns tantivy's own errors into ``SearchUnavailable``: with well-formed queries they mean damage.

    Its panics are ``BaseException`` and would otherwise end the thread that serves a visitor.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        raise files.unavailable("the index is unreadable", error) from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise SearchUnavailable(f"the index is damaged: {error}", IndexState.DAMAGED) from error


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class Reader:
    """Gives the newest snapshot; opened at first use and shared by all threads."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self.folder = folder
        self.layout = layout
        self._lock = Lock()
        self._pointer_stamp: Stamp | None = None
        self._commit_stamp: Stamp | None = None
        self._commit_file = folder
        self._generation = ""
        self._index: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """The index as of the last commit of any process.

        Raises ``SearchUnavailable`` when it is missing, damaged or of another schema version.
        """
        snapshot = self._snapshot
        if snapshot is not None and self._is_fresh():
            return snapshot
        with self._lock:
            if self._snapshot is None or not self._is_fresh():
                self._refresh()
            snapshot = self._snapshot
            if snapshot is None:
                raise SearchUnavailable("the index was closed while it was opened")
            return snapshot

    def _is_fresh(self) -> bool:
        return (
            self._pointer_stamp is not None
            and self._pointer_stamp == _stamp(self.folder / files.POINTER)
            and self._commit_stamp is not None
            and self._commit_stamp == _stamp(self._commit_file)
        )

    def _refresh(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            pointer_stamp = _stamp(self.folder / files.POINTER)
            try:
                if self._index is None or pointer_stamp != self._pointer_stamp:
                    self._index = self._open()
                self._snapshot = self._reload(self._index)
            except SearchUnavailable:
                self._index = self._snapshot = self._pointer_stamp = None
                if attempt == ATTEMPTS or pointer_stamp == _stamp(self.folder / files.POINTER):
                    raise
            else:
                self._pointer_stamp = pointer_stamp
                return

    def _open(self) -> tantivy.Index:
        generation = self.folder / files.current_generation(self.folder)
        files.require_schema(generation, self.layout.fingerprint)
        index = open_index(generation)
        self._commit_file = generation / files.INDEX / "meta.json"
        self._generation = generation.name
        return index

    def _reload(self, index: tantivy.Index) -> Snapshot:
        stamp = _stamp(self._commit_file)
        if stamp is None:
            raise SearchUnavailable(f"{self._generation} has lost its files", IndexState.DAMAGED)
        with readable():
            index.reload()
            searcher = index.searcher()
        queries = Queries(self.layout, index.schema)
        self._commit_stamp = stamp
        return Snapshot(self._generation, searcher, queries, self.layout)


def open_index(generation: Path) -> tantivy.Index:
    """The tantivy index of a generation, reloaded by hand.

    Raises ``SearchUnavailable`` when it cannot be opened.
    """
    with readable():
        index = tantivy.Index.open(str(generation / files.INDEX))
        index.config_reader(reload_policy="manual")
        return index
