"""A cluster with a copy on this host behind it: while the cluster is away the copy answers, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from search.breaker import LOOK_SECONDS, Breaker
from search.engines.base import IndexBuild, SearchEngine
from search.errors import SearchUnavailable
from search.types import (
    Acknowledgement,
    Change,
    Health,
    Hit,
    SearchRequest,
    SearchResponse,
    SimilarHit,
    SuggestionGroup,
)

T = TypeVar("T")


class FallbackEngine(SearchEngine):
    """Reads from ``primary``, and from ``copy`` while the primary does not answer.

    The first request that meets trouble waits for the primary's own time limit; those after it don't wait at
    all, until the primary answers again. Without a copy, or while that can't answer either, a read raises
    ``SearchUnavailable``. Writes, keys and health are the primary's: the copy is followed like any index.
    """

    def __init__(
        self, primary: SearchEngine, copy: SearchEngine | None, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        super().__init__(primary.definition)
        self.primary = primary
        self.copy = copy
        self.breaker = Breaker(primary.name, self._probe, (SearchUnavailable,), seconds=look_seconds)

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.primary.name

    @property
    def place(self) -> str:
        return self.primary.place

    def name_place(self) -> None:
        self.primary.name_place()

    def answer(self, request: SearchRequest) -> SearchResponse:
        response, degraded = self._read(lambda engine: engine.answer(request))
        return replace(response, degraded=True) if degraded else response

    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        return self._read(lambda engine: engine.all_keys(request))[0]

    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        return self._read(lambda engine: engine.suggest(text, language, limit))[0]

    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        return self._read(lambda engine: engine.similar(key, language, limit))[0]

    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        return self._read(lambda engine: engine.alike(written, language, limit))[0]

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return self.primary.apply(changes)

    def start_build(self) -> IndexBuild:
        return self.primary.start_build()

    def keys(self) -> Iterator[tuple[str, int]]:
        return self.primary.keys()

    def health(self) -> Health:
        return self.primary.health()

    def verify(self) -> list[str]:
        return self.primary.verify()

    def standby(self) -> SearchEngine | None:
        return self.copy

    def _read(self, work: Callable[[SearchEngine], T]) -> tuple[T, bool]:
        """What ``work`` gives, and whether it came from the copy."""
        if self.breaker.is_open:
            return self._from_copy(work, SearchUnavailable(f"{self.name} is left out until it answers again"))
        try:
            return work(self.primary), False
        except SearchUnavailable as error:
            self.breaker.trip(error)
            return self._from_copy(work, error)

    def _from_copy(self, work: Callable[[SearchEngine], T], error: SearchUnavailable) -> tuple[T, bool]:
        if self.copy is None:
            raise error
        return work(self.copy), True

    def _probe(self) -> None:
        """What visitors need: a search. An index that is missing is away as much as a server that is."""
        self.primary.search(SearchRequest(size=1, facet_sizes={}))
