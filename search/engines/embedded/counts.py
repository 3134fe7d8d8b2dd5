"""Facet counts: exact, and each facet without its own selection."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Final

from search.engines.counting import MANY, Counts, facet_result, groups, selected_values, wanted_facets
from search.engines.embedded import layout as names
from search.engines.embedded.queries import TantivyQuery
from search.engines.embedded.reader import Snapshot
from search.facets import Facet
from search.types import FacetResult, SearchRequest

MAX_REMEMBERED: Final = 200
"""Counts over all records kept for a commit, of a few kilobytes each."""

Answer = dict[str, Any]


class FacetCounts:
    """The counts of a search: all facets that are not narrowed at once, and each that is by itself.

    They are begun in other threads when this is made, as tantivy works without the interpreter's lock:
    meanwhile the hits are read. ``results`` waits for them.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        request: SearchRequest,
        match: list[TantivyQuery],
        filters: Mapping[str, TantivyQuery],
    ) -> None:
        self._snapshot = snapshot
        self._request = request
        self._wanted = wanted_facets(request, snapshot.layout.facets)
        self._begun = [
            (codes, self._begin(codes, [*match, *(query for code, query in filters.items() if code != own)]))
            for own, codes in groups(self._wanted, filters).items()
        ]

    def results(self) -> dict[str, FacetResult]:
        """The facets in the order asked for."""
        results = {}
        for codes, answer in self._begun:
            found = answer()
            for code in codes:
                results[code] = _result(self._snapshot.layout.facets[code], found, self._request)
        return {code: results[code] for code in self._wanted}

    def _begin(self, codes: list[str], parts: list[TantivyQuery]) -> Callable[[], Answer]:
        aggregations: dict[str, Any] = {}
        for code in codes:
            aggregations[code] = _terms(code, self._wanted[code], self._request.facet_only.get(code))
            if selected := selected_values(code, self._request):
                aggregations[f"{code} selected"] = _terms(code, len(selected), selected)
        if not parts:
            return partial(_count_everything, self._snapshot, aggregations)
        query = self._snapshot.queries.only_live(parts)
        return _threads().submit(self._snapshot.searcher.aggregate, query, aggregations).result


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2), thread_name_prefix="facet-counts")


os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not live on in a forked process


def _count_everything(snapshot: Snapshot, aggregations: dict[str, Any]) -> Answer:
    """Counts over all records, which change only with a commit: made once a commit for each size asked.

    They are the dearest to make and the most often asked: the search page before anything is chosen.
    """
    known: Answer = snapshot.remember("everything", dict)
    answer = {name: known.get(repr(asked)) for name, asked in aggregations.items()}
    missing = {name: asked for name, asked in aggregations.items() if answer[name] is None}
    if missing:
        made = snapshot.searcher.aggregate(snapshot.queries.only_live(()), missing)
        answer |= made
        if len(known) < MAX_REMEMBERED:
            known |= {repr(asked): made[name] for name, asked in missing.items()}
    return answer


def _terms(code: str, size: int, only: Iterable[str] | None) -> dict[str, Any]:
    """The ``size`` values with most records; tantivy puts those with equally many in the order of values.

    Each segment hands ``MANY`` values to the sum, so that sums are exact.
    """
    terms: dict[str, Any] = {"field": names.facet_field(code), "size": size, "segment_size": MANY}
    if only is not None:
        terms["include"] = list(only)
    return {"terms": terms}


def _counts(buckets: Iterable[Mapping[str, Any]]) -> Counts:
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def _result(facet: Facet, answer: Answer, request: SearchRequest) -> FacetResult:
    found, selected = answer[facet.code], answer.get(f"{facet.code} selected", {"buckets": ()})
    others: int = found["sum_other_doc_count"]
    return facet_result(facet, request, _counts(found["buckets"]), others, _counts(selected["buckets"]))


def value_counts(snapshot: Snapshot, code: str, values: Iterable[str]) -> Counts:
    """How many live records have each of ``values``; those without any are left out."""
    aggregation = {code: _terms(code, MANY, values)}
    answer = snapshot.searcher.aggregate(snapshot.queries.only_live(()), aggregation)
    return _counts(answer[code]["buckets"])
