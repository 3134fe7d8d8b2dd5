"""A search engine in a dictionary, records in another, and faults to switch on around any engine."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.engines.base import IndexBuild, SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.errors import SearchUnavailable
from search.facets import FacetRegistry, FixedVocabulary, TermsFacet
from search.registry import IndexDefinition, TextField
from search.types import (
    Acknowledgement,
    Change,
    Document,
    Health,
    Hit,
    IndexState,
    SearchRequest,
    SearchResponse,
    SimilarHit,
    SuggestionGroup,
)
from tests import cluster

ORDERS = ("newest", "oldest", "replicated", "complete", "published", "title.id", "title.en")
SECTORS = FixedVocabulary({"health": {"id": "Kesehatan", "en": "Health"}})


@dataclass
class Records:
    """The committed, public records: key → title. ``broken`` ones cannot be read."""

    titles: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    on_read: Callable[[Sequence[str]], object] = lambda keys: None

    def documents(self, keys: Sequence[str], versions: Mapping[str, int]) -> Iterable[Document]:
        self.on_read(keys)
        for key in keys:
            if key in self.broken:
                raise ValueError(f"record {key} has a broken row")
            if key in self.titles:
                yield document(key, versions[key], self.titles[key])

    def public_keys(self) -> Iterator[str]:
        return iter(list(self.titles))

    def add(self, count: int = 1, title: str = "Judul") -> list[str]:
        """New records; returns their keys."""
        keys = [str(uuid.uuid4()) for _ in range(count)]
        self.titles |= dict.fromkeys(keys, title)
        return keys


def document(key: str, version: int, title: str) -> Document:
    return Document(
        key=key,
        version=version,
        texts={"title": {"id": title}},
        facets={"sector": ("health",)},
        numbers={},
        sorts=dict.fromkeys(ORDERS, f"{title}{key}"),
        stored={"title": {"id": title}},
    )


def definition(records: Records) -> IndexDefinition:
    return IndexDefinition(
        schema_version="1",
        texts=(TextField("title", weight=1, title=True),),
        facets=FacetRegistry((TermsFacet("sector", "Sector", lambda: SECTORS),)),
        source=records,
    )


class MemoryBuild(IndexBuild):
    def __init__(self, engine: MemoryEngine) -> None:
        self.engine = engine
        self.name = f"memory-{uuid.uuid4().hex[:8]}"
        engine.generations[self.name] = {}

    def load(self, documents: Iterable[Document]) -> int:
        loaded = {document.key: document for document in documents}
        self.engine.generations[self.name] |= loaded
        return len(loaded)

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return write(self.engine.generations[self.name], changes)

    def activate(self) -> None:
        kept = self.engine.generations[self.name]
        self.engine.current = self.name
        self.engine.generations = {self.name: kept}

    def discard(self) -> None:
        self.engine.generations.pop(self.name, None)


class MemoryEngine(SearchEngine):
    """Every generation is a dictionary from key to its last change."""

    name = "memory"

    def __init__(self, definition: IndexDefinition) -> None:
        super().__init__(definition)
        self.current: str | None = None
        self.generations: dict[str, dict[str, Change]] = {}
        self.identity = uuid.uuid4().hex

    @property
    def place(self) -> str:
        return self.identity

    def name_place(self) -> None:
        """It has its name."""

    def answer(self, request: SearchRequest) -> SearchResponse:
        found = [change for change in self._answering().values() if isinstance(change, Document)]
        hits = tuple(Hit(change.key, 1.0, change.stored) for change in found)
        return SearchResponse(hits, len(hits), {}, self.name)

    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        return iter([key for key, _ in self.keys()])

    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        return ()

    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        return ()

    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        return ()

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return write(self._answering(), changes)

    def start_build(self) -> IndexBuild:
        for name in [name for name in self.generations if name != self.current]:
            del self.generations[name]
        return MemoryBuild(self)

    def keys(self) -> Iterator[tuple[str, int]]:
        for change in self._answering().values():
            if isinstance(change, Document):
                yield change.key, change.version

    def health(self) -> Health:
        if self.current is None:
            return Health(IndexState.MISSING, self.name, reason="the index is missing")
        return Health(IndexState.READY, self.name, self.current, len(list(self.keys())))

    def verify(self) -> list[str]:
        return []

    def _answering(self) -> dict[str, Change]:
        if self.current is None:
            raise SearchUnavailable("the index is missing", IndexState.MISSING)
        return self.generations[self.current]


def write(index: dict[str, Change], changes: Sequence[Change]) -> list[Acknowledgement]:
    for change in changes:
        if change.key not in index or index[change.key].version <= change.version:
            index[change.key] = change
    return [Acknowledgement(change.key, change.version) for change in changes]


class FaultyEngine(SearchEngine):
    """Another engine with faults around it.

    ``down`` is a server that is away: it refuses everything and tells nothing of its index. ``refused`` keys
    are acknowledged with an error, ``exploding`` ones raise. ``before_apply`` and ``after_apply`` are called
    around each write with its changes.
    """

    name = "faulty"

    def __init__(self, inner: SearchEngine) -> None:
        super().__init__(inner.definition)
        self.inner = inner
        self.down = False
        self.refused: set[str] = set()
        self.exploding: set[str] = set()
        self.damage: list[str] = []
        self.before_apply: Callable[[Sequence[Change]], object] = lambda changes: None
        self.after_apply: Callable[[Sequence[Change]], object] = lambda changes: None
        self.applied: list[list[Change]] = []

    @property
    def place(self) -> str:
        return self.inner.place

    def name_place(self) -> None:
        self._reach()
        self.inner.name_place()

    def lose(self) -> None:
        """The index is gone, as when somebody deletes its files."""
        if isinstance(self.inner, MemoryEngine):
            self.inner.current = None
        elif isinstance(self.inner, EmbeddedEngine):
            shutil.rmtree(self.inner.folder)
        else:
            cluster.remove(self.inner.indices.prefix)

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        self._reach()
        if exploding := self.exploding & {change.key for change in changes}:
            raise ValueError(f"cannot encode {min(exploding)}")
        self.before_apply(changes)
        good = [change for change in changes if change.key not in self.refused]
        acknowledged = self.inner.apply(good)
        self.applied.append(list(good))
        self.after_apply(changes)
        return acknowledged + [
            Acknowledgement(change.key, change.version, "400 document refused")
            for change in changes
            if change.key in self.refused
        ]

    def answer(self, request: SearchRequest) -> SearchResponse:
        self._reach()
        return self.inner.answer(request)

    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        self._reach()
        return self.inner.all_keys(request)

    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        self._reach()
        return self.inner.suggest(text, language, limit)

    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        self._reach()
        return self.inner.similar(key, language, limit)

    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        self._reach()
        return self.inner.alike(written, language, limit)

    def _reach(self) -> None:
        if self.down:
            raise SearchUnavailable("connection refused")

    def start_build(self) -> IndexBuild:
        self._reach()
        return self.inner.start_build()

    def keys(self) -> Iterator[tuple[str, int]]:
        self._reach()
        return self.inner.keys()

    def health(self) -> Health:
        if self.down:
            return Health(IndexState.UNREACHABLE, self.name, reason="connection refused")
        return self.inner.health()

    def verify(self) -> list[str]:
        self._reach()
        return [*self.damage, *self.inner.verify()]
