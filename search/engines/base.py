"""What every search engine can do; a subclass only talks to its server or files."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from search.errors import RequestRefused
from search.registry import IndexDefinition
from search.types import (
    MAX_WINDOW,
    Acknowledgement,
    Change,
    Document,
    Health,
    Hit,
    SearchRequest,
    SearchResponse,
    SimilarHit,
    SuggestionGroup,
)


class IndexBuild(ABC):
    """A new generation of an index, invisible to searches until it is activated."""

    name: str
    """The generation's name; the follower that fills it carries the same name."""

    @abstractmethod
    def load(self, documents: Iterable[Document]) -> int:
        """Add documents in bulk and return how many."""

    def load_later(self, documents: Iterable[Document]) -> Callable[[], int]:
        """Begin to load, and return what waits for the end: it returns, or raises, what ``load`` does.

        The documents are taken before this returns, so that the caller can read the next ones meanwhile.
        """
        loaded = self.load(documents)
        return lambda: loaded

    @abstractmethod
    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        """Replay changes made since the build began."""

    @abstractmethod
    def activate(self) -> None:
        """Make this generation the one that answers, atomically, and drop the old one."""

    @abstractmethod
    def discard(self) -> None:
        """Throw the generation away."""


class SearchEngine(ABC):
    """One way to answer searches. ``search()`` is one engine call, whatever it does inside."""

    name: ClassVar[str]

    def __init__(self, definition: IndexDefinition) -> None:
        self.definition = definition

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the index is kept: a name of at most 255 characters, alike for every process that keeps this
        index and for no other index. Rebuilds of one place exclude each other, those of two don't meet."""

    @abstractmethod
    def name_place(self) -> None:
        """Give the place its name where it has none yet; called before a rebuild.

        Raises ``SearchUnavailable`` when that can't be done.
        """

    @classmethod
    def from_options(cls, definition: IndexDefinition, options: Mapping[str, Any]) -> Self:
        """An engine as its entry in ``settings.SEARCH_ENGINES`` describes it."""
        return cls(definition)

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request``.

        Raises ``RequestRefused`` beyond the paging bound (an engine may abort the whole process on a
        huge offset) and ``SearchUnavailable`` when the index cannot answer.
        """
        if request.page < 1 or request.size < 1 or request.page * request.size > MAX_WINDOW:
            raise RequestRefused(f"page × size must be between 1 and {MAX_WINDOW}")
        started = time.perf_counter()
        response = self.answer(request)
        return replace(response, took_ms=round((time.perf_counter() - started) * 1000, 2))

    @abstractmethod
    def answer(self, request: SearchRequest) -> SearchResponse:
        """Hits, total, facet counts with labels, suggestion and advice for a request within bounds."""

    @abstractmethod
    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        """The key of every hit of ``request`` in its order, as of now and beyond any paging bound.

        ``page``, ``size`` and everything about facets but the selections are ignored. For exports and
        feeds, which read the database by key. Raises ``SearchUnavailable`` before the first key.
        """

    @abstractmethod
    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        """Completions of ``text``: titles first, then values of the facets that offer them."""

    @abstractmethod
    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        """Records like ``key``, best first, with the reason; empty when ``key`` is not in the index."""

    @abstractmethod
    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        """Records like a text in ``language`` that is in no index, best first.

        They share its rare words: two at least, where the text has as many that any record has.
        """

    @abstractmethod
    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        """Write changes and make them visible, each acknowledged by itself.

        An older version never overwrites a newer one, also across a tombstone.
        """

    @abstractmethod
    def start_build(self) -> IndexBuild:
        """Begin a new generation, clearing up what a killed build left behind."""

    @abstractmethod
    def keys(self) -> Iterator[tuple[str, int]]:
        """(key, version) of every record that searches can find."""

    @abstractmethod
    def health(self) -> Health:
        """How the index stands; cheap, and never raises."""

    def standby(self) -> SearchEngine | None:
        """What answers reads while this engine doesn't; ``None`` for an engine that has nothing behind it."""
        return None

    @abstractmethod
    def verify(self) -> list[str]:
        """Damage found in the index's own files or settings, a sentence each; slow, for the checker.

        Raises ``SearchUnavailable`` when it can't be looked at, which says nothing of damage.
        """
