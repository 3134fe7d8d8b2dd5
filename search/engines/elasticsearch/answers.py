"""One search: a single request for hits, total, every facet and other spellings.

Only where nothing is found exactly, further requests ask what to try instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from search import query as reading
from search import text
from search.engines.advice import best_advice
from search.engines.counting import MANY, Counts, facet_result, groups, selected_values, wanted_facets
from search.engines.elasticsearch import layout as names
from search.engines.elasticsearch import spelling
from search.engines.elasticsearch.documents import Kept
from search.engines.elasticsearch.layout import Layout
from search.engines.elasticsearch.queries import NOTHING, Part, Queries, only_live
from search.facets import Facet
from search.highlight import Highlighter
from search.types import FacetResult, Hit, SearchRequest, SearchResponse, Sort

Ask = Callable[..., Mapping[str, Any]]
"""Sends a search's body, given as keyword arguments, and returns the answer."""

SELECTED: Final = " selected"


class Answer:
    """A request on its way to the cluster and back."""

    def __init__(self, layout: Layout, request: SearchRequest, ask: Ask) -> None:
        self.layout = layout
        self.request = request
        self.ask = ask
        self.queries = Queries(layout)
        self.synonyms = layout.definition.synonyms()
        self.query = reading.parse(request.query, self.synonyms)
        self.filters = self.queries.filters(request)
        self.match = self._match(self.query)
        self.wanted = wanted_facets(request, layout.facets)

    def response(self, engine: str) -> SearchResponse:
        answer = self.ask(**self.body())
        total = answer["hits"]["total"]["value"]
        suggestion, advice = None, None
        if not total or self.query.minimum < len(self.query.optional):
            suggestion = self._suggestion(answer)
        if not total:
            counts = self._count_without()
            advice = best_advice(self.request, self.layout.facets, counts)
        return SearchResponse(
            hits=self._hits(answer["hits"]["hits"]),
            total=total,
            facets=self._facets(answer.get("aggregations", {})),
            engine=engine,
            suggestion=suggestion,
            advice=advice,
        )

    def body(self) -> dict[str, Any]:
        """The request the search page sends, as keyword arguments of the client's ``search``."""
        size = self.request.size
        body: dict[str, Any] = {
            "query": self.scored(),
            "sort": self.order(),
            "from_": (self.request.page - 1) * size,
            "size": size,
            "track_total_hits": True,
            "source": [names.STORED, names.TEXTS] if self.query else [names.STORED],
        }
        if self.filters:
            body["post_filter"] = only_live(self.filters.values())
        if aggregations := self._aggregations():
            body["aggregations"] = aggregations
        if words := self.query.plain_words:
            body["suggest"] = spelling.request(words)
        return body

    def scored(self) -> Part:
        """What the words ask for, without the filters: facets are counted over it, each with its own."""
        live = only_live(self.match)
        if self.query and self.request.sort is Sort.RELEVANCE:
            live["bool"]["should"] = self.queries.scores(self.query, self.request.language)
        return live

    def found(self) -> Part:
        """What the words and all filters leave; scored where the order needs it."""
        scored = self.scored()
        scored["bool"]["filter"] = [*self.match, *self.filters.values()]
        return scored

    def order(self) -> list[Any]:
        """Sort keys; the last one is the record's own, so that pages neither repeat nor lose a record."""
        sort = self.request.sort
        if sort is Sort.RELEVANCE and self.query:
            return ["_score", {names.TIE: "asc"}]
        name = Sort.NEWEST.value if sort is Sort.RELEVANCE else sort.value
        if sort is Sort.TITLE:
            name = f"{name}.{self.request.language}"
        return [{names.sort_field(name): "asc"}]

    def _match(self, query: reading.Query) -> list[Part]:
        """Nothing to match without a query; a query without a single word matches nothing."""
        if query:
            return self.queries.match(query)
        return [NOTHING] if text.clean(self.request.query).strip() else []

    def _hits(self, found: Iterable[Mapping[str, Any]]) -> tuple[Hit, ...]:
        highlighter = (
            Highlighter(self.query, self.layout.shown, self.request.language) if self.query else None
        )
        hits = []
        for item in found:
            kept = Kept.of(item, self.layout)
            marks = highlighter.highlights(kept.texts) if highlighter else {}
            hits.append(Hit(kept.key, item["_score"] or 0.0, kept.stored, marks))
        return tuple(hits)

    def _aggregations(self) -> dict[str, Any]:
        found = {}
        for own, codes in groups(self.wanted, self.filters).items():
            others = [part for code, part in self.filters.items() if code != own]
            inside: dict[str, Any] = {}
            for code in codes:
                inside |= self._terms(code)
            if inside:
                found[own or "all"] = {"filter": only_live(others), "aggs": inside}
        return found

    def _terms(self, code: str) -> dict[str, Any]:
        only, selected = self.request.facet_only.get(code), selected_values(code, self.request)
        found = {}
        if only is None or only:
            found[code] = _terms(code, self.wanted[code], only)
        if selected:
            found[code + SELECTED] = _terms(code, len(selected), selected)
        return found

    def _facets(self, aggregations: Mapping[str, Any]) -> dict[str, FacetResult]:
        by_code = {name: answer for group in aggregations.values() for name, answer in group.items()}
        return {code: self._facet(self.layout.facets[code], by_code) for code in self.wanted}

    def _facet(self, facet: Facet, answers: Mapping[str, Any]) -> FacetResult:
        answer = answers.get(facet.code, {"buckets": (), "sum_other_doc_count": 0})
        rare = answers.get(facet.code + SELECTED, {"buckets": ()})
        others: int = answer["sum_other_doc_count"]
        return facet_result(facet, self.request, _counts(answer), others, _counts(rare))

    def _suggestion(self, answer: Mapping[str, Any]) -> str | None:
        """Another spelling, when no record has every word and the other spelling finds some."""
        near = spelling.neighbours(answer.get("suggest", {}))
        if not near:
            return None
        known = self._count({word: [self.queries.word(word)] for word in self.query.plain_words})
        other = spelling.corrected(self.request.query, self.query, near, {w for w, n in known.items() if n})
        if other is None:
            return None
        match = self._match(reading.parse(other, self.synonyms))
        return other if self._count({"": [*match, *self.filters.values()]})[""] else None

    def _count_without(self) -> dict[str, int]:
        """How many records are found without each filter, or without the words where that helps nowhere."""
        without = {
            own: [*self.match, *(part for code, part in self.filters.items() if code != own)]
            for own in self.filters
        }
        if self.match:
            without["q"] = list(self.filters.values())
        counts = self._count(without)
        if any(count for code, count in counts.items() if code != "q"):
            counts.pop("q", None)
        return counts

    def _count(self, conditions: Mapping[str, list[Part]]) -> Counts:
        """Name → how many live records satisfy its conditions: one request for all."""
        if not conditions:
            return {}
        filters = {f"c{number}": only_live(parts) for number, parts in enumerate(conditions.values())}
        answer = self.ask(
            query=only_live(),
            size=0,
            track_total_hits=False,
            aggregations={"counts": {"filters": {"filters": filters}}},
        )
        buckets = answer["aggregations"]["counts"]["buckets"]
        return {name: buckets[f"c{number}"]["doc_count"] for number, name in enumerate(conditions)}


def _terms(code: str, size: int, only: Iterable[str] | None) -> dict[str, Any]:
    """The ``size`` values with most records, those with equally many in the order of values.

    Each shard hands over ``MANY``, so that counts are exact on several.
    """
    terms: dict[str, Any] = {"field": names.facet_field(code), "size": size, "shard_size": MANY}
    if only is not None:
        terms["include"] = sorted(only)
    return {"terms": terms}


def _counts(answer: Mapping[str, Any]) -> Counts:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}


def value_terms(code: str, values: Iterable[str]) -> dict[str, Any]:
    """An aggregation that counts each of ``values``; those without any record are left out."""
    return _terms(code, MANY, values)
