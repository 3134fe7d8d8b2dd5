"""The embedded engine: thin, its parts do the work."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from search import text
from search.engines.base import IndexBuild, SearchEngine
from search.engines.embedded import discovery, files, writer
from search.engines.embedded import layout as names
from search.engines.embedded.answers import Answer
from search.engines.embedded.layout import Layout
from search.engines.embedded.reader import Reader, readable
from search.errors import SearchUnavailable
from search.registry import IndexDefinition
from search.types import (
    Acknowledgement,
    Change,
    Health,
    Hit,
    IndexState,
    SearchRequest,
    SearchResponse,
    SimilarHit,
    SuggestionGroup,
)


class EmbeddedEngine(SearchEngine):
    """tantivy in the process, over files in ``folder``. Safe to share between threads.

    Readers see what any process has committed; ``apply`` and builds are for the worker and commands.
    """

    name = "embedded"

    def __init__(self, definition: IndexDefinition, folder: Path | str) -> None:
        super().__init__(definition)
        self.folder = Path(folder)
        self.layout = Layout(definition)
        self._reader = Reader(self.folder, self.layout)

    @classmethod
    def from_options(cls, definition: IndexDefinition, options: Mapping[str, Any]) -> Self:
        return cls(definition, options["DIR"])

    @property
    def place(self) -> str:
        """The folder's own name; without one, where nothing was ever built, that of the host and the path."""
        return files.identity(self.folder) or f"{socket.gethostname()}:{self.folder.absolute()}"[-255:]

    def name_place(self) -> None:
        files.give_identity(self.folder)

    def answer(self, request: SearchRequest) -> SearchResponse:
        snapshot = self._reader.snapshot()
        with readable():
            return Answer(snapshot, request).response(self.name)

    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        snapshot = self._reader.snapshot()
        with readable():
            return iter(Answer(snapshot, request).keys())

    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        snapshot = self._reader.snapshot()
        with readable():
            return discovery.suggest(snapshot, text, language, limit)

    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        snapshot = self._reader.snapshot()
        with readable():
            return discovery.similar(snapshot, key, language, limit)

    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        snapshot = self._reader.snapshot()
        with readable():
            return discovery.alike(snapshot, written, language, limit)

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return writer.apply(self.folder, self.layout, changes)

    def start_build(self) -> IndexBuild:
        return writer.EmbeddedBuild(self.folder, self.layout)

    def keys(self) -> Iterator[tuple[str, int]]:
        snapshot = self._reader.snapshot()
        with readable():
            live = snapshot.queries.only_live(())
            found = snapshot.searcher.terms_with_prefix(names.KEY_VERSION, "", filter_query=live)
        for term, _ in found:
            key, _, version = term.rpartition(text.SEPARATOR)
            yield key, int(version)

    def health(self) -> Health:
        try:
            snapshot = self._reader.snapshot()
            with readable():
                documents = snapshot.count(())
        except SearchUnavailable as error:
            return Health(error.state, self.name, reason=str(error))
        return Health(IndexState.READY, self.name, snapshot.generation, documents)

    def verify(self) -> list[str]:
        problems: list[str] = []
        try:
            with files.FolderLock(self.folder / files.WRITE_LOCK).held(files.LOCK_SECONDS):
                generation = self.folder / files.current_generation(self.folder)
                files.require_schema(generation, self.layout.fingerprint)
                problems = files.damage(generation)
            with readable():
                self._reader.snapshot().count(())
        except (SearchUnavailable, OSError) as error:
            found = files.unavailable("the index cannot be checked", error)
            if found.state is IndexState.UNREACHABLE:
                raise found from error
            problems.append(str(found))
        return problems
