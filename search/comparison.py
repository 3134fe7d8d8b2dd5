"""The same searches on two engines, and what differs.

Without a query, and with an Indonesian one, sets of records and all counts are equal; English ones may differ
by the words of ``stems_that_differ``. Orders are compared only without a query: scores are each engine's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from search import query as reading
from search.engines.base import SearchEngine
from search.facets import FacetRegistry
from search.types import FacetResult, SearchRequest, Sort

SHOWN_KEYS: Final = 5
ORDERED: Final = 1_000
"""Records from the first whose order is compared."""
_STEMS: Final = Path(__file__).parent / "data" / "stems_that_differ_en.txt"

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two answers to ``request`` differ, in words."""

    request: SearchRequest
    what: str
    excused: bool = False
    """Whether the query has a word whose stems are known to differ."""


@cache
def stems_that_differ() -> frozenset[str]:
    """English words that Elasticsearch and this site stem differently."""
    return frozenset(_STEMS.read_text(encoding="utf-8").split())


def compare(
    one: SearchEngine, other: SearchEngine, requests: Iterable[SearchRequest]
) -> Iterator[Difference]:
    """Every difference between the two engines' answers; raises ``SearchUnavailable`` when one is away."""
    for request in requests:
        excused = bool(stems_that_differ() & set(_words(request)))
        for what in _differences(one, other, request):
            yield Difference(request, what, excused)


def _differences(one: SearchEngine, other: SearchEngine, request: SearchRequest) -> Iterator[str]:
    every = replace(request, facet_sizes=_all_sizes(one.definition.facets), size=1, page=1)
    first, second = one.search(every), other.search(every)
    if first.total != second.total:
        yield f"total: {first.total} and {second.total}"
    keys, others = list(one.all_keys(request)), list(other.all_keys(request))
    if missing := set(keys) ^ set(others):
        named = ", ".join(sorted(missing)[:SHOWN_KEYS])
        yield f"records: {len(missing)} are found by one alone, such as {named}"
    elif not request.query and keys[:ORDERED] != others[:ORDERED]:
        place = next(n for n, pair in enumerate(zip(keys, others, strict=True)) if len(set(pair)) > 1)
        yield f"order: other records from place {place + 1}"
    for code in first.facets:
        if line := _counts_differ(first.facets[code], second.facets[code]):
            yield f"{code}: {line}"


def _counts_differ(first: FacetResult, second: FacetResult) -> str:
    one, other = ({value.value: value.count for value in found.values} for found in (first, second))
    values = sorted(value for value in {*one, *other} if one.get(value) != other.get(value))
    shown = (f"{value} {one.get(value, 0)} and {other.get(value, 0)}" for value in values[:SHOWN_KEYS])
    return ", ".join(shown)


def _all_sizes(facets: FacetRegistry) -> dict[str, int]:
    return {facet.code: 5_000 for facet in facets}


def _words(request: SearchRequest) -> Iterator[str]:
    for clause in reading.parse(request.query).clauses:
        for option in clause.options:
            yield from option.words


def sample(
    facets: FacetRegistry, values: Mapping[str, list[str]], words: Iterable[str]
) -> list[SearchRequest]:
    """Requests of every kind: each order, each word, each facet's most frequent value, pairs of those."""
    plain = [SearchRequest(sort=sort) for sort in Sort]
    typed = [SearchRequest(query=word) for word in words]
    chosen = [
        SearchRequest(selections={facet.code: tuple(values[facet.code][:1])})
        for facet in facets
        if values.get(facet.code)
    ]
    pairs = [
        replace(one, selections={**one.selections, **other.selections}) for one, other in pairwise(chosen)
    ]
    both = [replace(one, query=word.query) for one, word in zip(chosen, typed, strict=False)]
    return [*plain, *typed, *chosen, *pairs, *both]
