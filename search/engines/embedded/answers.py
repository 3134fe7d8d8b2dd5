"""One search: hits, total, facet counts and, where nothing is found, what to try instead."""

from __future__ import annotations

from collections.abc import Mapping

from search import query as reading
from search import text
from search.engines.advice import best_advice
from search.engines.embedded import layout as names
from search.engines.embedded.counts import FacetCounts
from search.engines.embedded.queries import TantivyQuery
from search.engines.embedded.ranking import (
    Scored,
    all_by_column,
    all_by_relevance,
    page_by_column,
    page_by_relevance,
    read_hits,
    sort_column,
)
from search.engines.embedded.reader import Snapshot
from search.engines.embedded.spelling import corrected
from search.engines.encoding import tie
from search.errors import SearchUnavailable
from search.types import Advice, SearchRequest, SearchResponse


class Answer:
    """A request on its way through one snapshot."""

    def __init__(self, snapshot: Snapshot, request: SearchRequest) -> None:
        self.snapshot = snapshot
        self.request = request
        self.synonyms = snapshot.layout.definition.synonyms()
        self.query = reading.parse(request.query, self.synonyms)
        self.filters = snapshot.queries.filters(request)
        self.match = self._match(self.query)

    def response(self, engine: str) -> SearchResponse:
        counts = FacetCounts(self.snapshot, self.request, self.match, self.filters)
        page, total = self._page()
        return SearchResponse(
            hits=read_hits(self.snapshot, page, self.query, self.request.language),
            total=total,
            facets=counts.results(),
            engine=engine,
            suggestion=self._suggestion(total),
            advice=None if total else self._advice(),
        )

    def _match(self, query: reading.Query) -> list[TantivyQuery]:
        """Nothing to match without a query; a query without a single word matches nothing."""
        if query:
            return [self.snapshot.queries.match(query)]
        return [self.snapshot.queries.nothing()] if text.clean(self.request.query).strip() else []

    def keys(self) -> list[str]:
        """The key of every hit, in the order of the request.

        Hits carry no key that can be read without their whole document, so the keys come from the term
        dictionary and the order from the hits; the number that breaks ties brings them together.
        """
        searcher, found = self.snapshot.searcher, self._found()
        keys = [key for key, _ in searcher.terms_with_prefix(names.KEY, "", filter_query=found)]
        by_tie: dict[object, str] = {tie(key): key for key in keys}
        column = sort_column(self.request, has_query=bool(self.query))
        if column is not None:
            addresses = all_by_column(searcher, found, column, len(keys))
        else:
            addresses = all_by_relevance(searcher, self._ranked(), len(keys))
        try:
            return [by_tie[number] for number in searcher.fast_field_values(names.TIE, addresses)]
        except KeyError as error:
            raise SearchUnavailable("the index is damaged: a hit without its key") from error

    def _found(self) -> TantivyQuery:
        return self.snapshot.queries.only_live([*self.match, *self.filters.values()])

    def _ranked(self) -> TantivyQuery:
        return self.snapshot.queries.ranked(self.query, self.request.language, self.filters.values())

    def _page(self) -> tuple[list[Scored], int]:
        searcher = self.snapshot.searcher
        column = sort_column(self.request, has_query=bool(self.query))
        if column is not None:
            return page_by_column(searcher, self._found(), column, self.request)
        return page_by_relevance(searcher, self._ranked(), self.request)

    def _count(self, match: list[TantivyQuery], filters: Mapping[str, TantivyQuery]) -> int:
        return self.snapshot.count([*match, *filters.values()])

    def _suggestion(self, total: int) -> str | None:
        """Another spelling, when no record has every word and the other spelling finds some."""
        if not self.query or (total and self.query.minimum == len(self.query.optional)):
            return None
        other = corrected(self.snapshot, self.request.query, self.query, self.request.language)
        if other is None:
            return None
        match = self._match(reading.parse(other, self.synonyms))
        return other if self._count(match, self.filters) > 0 else None

    def _advice(self) -> Advice | None:
        """The one filter whose removal finds most; the words typed only when no filter's removal helps."""
        without = {}
        for code in self.filters:
            others = {other: query for other, query in self.filters.items() if other != code}
            without[code] = self._count(self.match, others)
        if self.match and not any(without.values()):
            without["q"] = self._count([], self.filters)
        return best_advice(self.request, self.snapshot.layout.facets, without)
