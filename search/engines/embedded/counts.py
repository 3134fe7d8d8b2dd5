"""Facet counts: exact, and each facet without its own selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import tantivy

from search.engines.embedded import layout as names
from search.engines.embedded.queries import TantivyQuery
from search.engines.embedded.reader import Snapshot
from search.errors import RequestRefused
from search.facets import Facet
from search.types import FacetResult, FacetValue, SearchRequest

MANY: Final = 65_000
"""Most buckets tantivy gives. Also the values each segment hands to the sum, so that sums are exact."""
SPARE: Final = 8
"""Values asked for beyond those shown, to see whether the last one shown ties with others."""

Counts = dict[str, int]
Wanted = dict[str, int]


def wanted_facets(request: SearchRequest, snapshot: Snapshot) -> Wanted:
    """Facet code → how many values; raises ``RequestRefused`` for a facet that is not declared."""
    facets = snapshot.layout.facets
    for code in (*(request.facet_sizes or ()), *request.facet_only):
        if facets.get(code) is None:
            raise RequestRefused(f"no facet is called {code!r}")
    if request.facet_sizes is None:
        return {facet.code: facet.size for facet in facets}
    return {code: size for code, size in request.facet_sizes.items() if size > 0}


def facet_results(
    snapshot: Snapshot,
    request: SearchRequest,
    match: list[TantivyQuery],
    filters: Mapping[str, TantivyQuery],
) -> dict[str, FacetResult]:
    """All facets that are not narrowed in one aggregation, and one for each that is."""
    wanted = wanted_facets(request, snapshot)
    groups: dict[str, list[str]] = {}
    for code in wanted:
        groups.setdefault(code if code in filters else "", []).append(code)
    results: dict[str, FacetResult] = {}
    for own, codes in groups.items():
        others = [query for code, query in filters.items() if code != own]
        query = snapshot.queries.only_live([*match, *others])
        found = _count(snapshot.searcher, query, request, {code: wanted[code] for code in codes})
        for code in codes:
            facet = snapshot.layout.facets[code]
            results[code] = _result(facet, found[code], wanted[code], request)
    return {code: results[code] for code in wanted}


def _count(
    searcher: tantivy.Searcher, query: TantivyQuery, request: SearchRequest, sizes: Wanted
) -> dict[str, Counts]:
    aggregations: dict[str, Any] = {}
    for code, size in sizes.items():
        aggregations[code] = _terms(code, size + SPARE, request.facet_only.get(code))
        if selected := _selected(code, request):
            aggregations[f"{code} selected"] = _terms(code, len(selected), selected)
    answer = searcher.aggregate(query, aggregations)
    again = {code for code, size in sizes.items() if _is_cut_in_a_tie(answer[code]["buckets"], size)}
    if again:
        complete = {code: _terms(code, MANY, request.facet_only.get(code)) for code in again}
        answer |= searcher.aggregate(query, complete)
    return {code: _counts(answer, code) for code in sizes}


def _terms(code: str, size: int, only: Iterable[str] | None) -> dict[str, Any]:
    terms: dict[str, Any] = {"field": names.facet_field(code), "size": size, "segment_size": MANY}
    if only is not None:
        terms["include"] = list(only)
    return {"terms": terms}


def _selected(code: str, request: SearchRequest) -> frozenset[str]:
    """Selected values that must be shown whatever their count; a search inside a facet may hide them."""
    selected = frozenset(request.selections.get(code, ()))
    only = request.facet_only.get(code)
    return selected if only is None else selected & only


def _is_cut_in_a_tie(buckets: list[dict[str, Any]], size: int) -> bool:
    """Whether values left out have the same count as the last one shown: their order is then unknown."""
    return len(buckets) == size + SPARE and buckets[size - 1]["doc_count"] == buckets[-1]["doc_count"]


def _counts(answer: Mapping[str, Any], code: str) -> Counts:
    counts = {bucket["key"]: bucket["doc_count"] for bucket in answer[code]["buckets"]}
    for bucket in answer.get(f"{code} selected", {}).get("buckets", ()):
        counts[bucket["key"]] = bucket["doc_count"]
    return counts


def _result(facet: Facet, counts: Counts, size: int, request: SearchRequest) -> FacetResult:
    selected = _selected(facet.code, request)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    shown = ranked[:size]
    if selected and not selected.issubset(shown):
        present = selected.union(shown)
        shown = sorted(present, key=lambda value: (-counts.get(value, 0), value))
    vocabulary = facet.vocabulary()
    values = tuple(
        FacetValue(value, vocabulary.label(value, request.language), counts.get(value, 0), value in selected)
        for value in shown
    )
    return FacetResult(values, truncated=not counts.keys() <= set(shown))


def value_counts(snapshot: Snapshot, code: str, values: Iterable[str]) -> Counts:
    """How many live records have each of ``values``; those without any are left out."""
    aggregation = {code: _terms(code, MANY, values)}
    answer = snapshot.searcher.aggregate(snapshot.queries.only_live(()), aggregation)
    return _counts(answer, code)
