"""The production engine: thin, its parts do the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

from elasticsearch import Elasticsearch

from search.engines.base import IndexBuild, SearchEngine
from search.engines.elasticsearch import discovery, writer
from search.engines.elasticsearch import layout as names
from search.engines.elasticsearch.answers import Answer
from search.engines.elasticsearch.client import answering, connect, following
from search.engines.elasticsearch.deadline import one_call
from search.engines.elasticsearch.indices import Indices
from search.engines.elasticsearch.layout import Layout
from search.engines.elasticsearch.queries import only_live
from search.engines.elasticsearch.scan import Scan
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

PREFIX: Final = "innovations"


class ElasticsearchEngine(SearchEngine):
    """Elasticsearch 9 over one alias. Safe to share between threads and, once made, after a fork."""

    name = "elasticsearch"

    def __init__(
        self,
        definition: IndexDefinition,
        client: Elasticsearch,
        *,
        prefix: str = PREFIX,
        shards: int = 1,
        replicas: str = "0-1",
    ) -> None:
        super().__init__(definition)
        self.client = client
        self.layout = Layout(definition)
        self.indices = Indices(client, prefix, self.layout)
        self.shards, self.replicas = shards, replicas

    @classmethod
    def from_options(cls, definition: IndexDefinition, options: Mapping[str, Any]) -> Self:
        return cls(
            definition,
            connect(options),
            prefix=options.get("PREFIX", PREFIX),
            shards=options.get("SHARDS", 1),
            replicas=options.get("REPLICAS", "0-1"),
        )

    @property
    def place(self) -> str:
        """The same for every host: a cluster is shared."""
        return self.indices.prefix

    def name_place(self) -> None:
        """Nothing to do: the settings have named it."""

    @one_call
    def answer(self, request: SearchRequest) -> SearchResponse:
        return Answer(self.layout, request, self._ask).response(self.name)

    def request_body(self, request: SearchRequest) -> dict[str, Any]:
        """What ``search`` sends for ``request``, as keyword arguments of the client's own ``search``.

        For those who want to see it, or send it without the engine around it. Raises ``RequestRefused`` for a
        facet that is not declared.
        """
        return Answer(self.layout, request, self._ask).body()

    def all_keys(self, request: SearchRequest) -> Iterator[str]:
        asked = Answer(self.layout, request, self._ask)
        scan = Scan(self.client, self.indices.alias, asked.found(), asked.order(), goes_on=True)
        return (hit["_id"] for hit in scan.hits())

    @one_call
    def suggest(self, text: str, language: str, limit: int = 5) -> tuple[SuggestionGroup, ...]:
        return discovery.suggest(self.layout, self._ask, text, language, limit)

    @one_call
    def similar(self, key: str, language: str, limit: int = 5) -> tuple[SimilarHit, ...]:
        return discovery.similar(self.layout, self._ask, self._term_counts, key, language, limit)

    @one_call
    def alike(self, written: str, language: str, limit: int = 5) -> tuple[Hit, ...]:
        return discovery.alike(self.layout, self._ask, self._term_counts, written, language, limit)

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        if not changes:
            return []
        bulk = writer.Bulk(self.client, self.indices.current(), self.layout)
        return bulk.send(changes, refresh=True)

    def start_build(self) -> IndexBuild:
        return writer.ElasticsearchBuild(
            self.client, self.indices, self.layout, shards=self.shards, replicas=self.replicas
        )

    def keys(self) -> Iterator[tuple[str, int]]:
        versions = {"docvalue_fields": [names.VERSION]}
        scan = Scan(self.client, self.indices.alias, only_live(), ["_doc"], goes_on=False, **versions)
        return ((hit["_id"], hit["fields"][names.VERSION][0]) for hit in scan.hits())

    @one_call
    def health(self) -> Health:
        try:
            generation = self.indices.current()
            with answering():
                documents = self.client.count(index=self.indices.alias, query=only_live())["count"]
        except SearchUnavailable as error:
            return Health(error.state, self.name, reason=str(error))
        return Health(IndexState.READY, self.name, generation, documents)

    def verify(self) -> list[str]:
        try:
            self.indices.current()
        except SearchUnavailable as error:
            if error.state is IndexState.UNREACHABLE:
                raise
            return [str(error)]
        with answering():
            return self.indices.problems()

    def _ask(self, **body: Any) -> Mapping[str, Any]:
        """One search; raises ``SearchUnavailable`` rather than answer from a part of the shards."""
        options: dict[str, Any] = {"index": self.indices.alias, "allow_partial_search_results": False}
        with answering():
            answer = following(lambda: self.client.search(**options, **body))
        found: Mapping[str, Any] = answer.body
        return found

    def _term_counts(self, field: str, text: str) -> Mapping[str, int]:
        asked: dict[str, Any] = {
            "index": self.indices.alias,
            "doc": {field: text},
            "fields": [field],
            "term_statistics": True,
            "field_statistics": False,
            "positions": False,
            "offsets": False,
        }
        with answering():
            answer = following(lambda: self.client.termvectors(**asked))
        terms = answer["term_vectors"].get(field, {"terms": {}})["terms"]
        return {stem: found.get("doc_freq", 0) for stem, found in terms.items()}
