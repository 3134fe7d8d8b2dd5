"""Facet counts on their way from an engine to a response: what is asked for, what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from search.errors import RequestRefused
from search.facets import Facet, FacetRegistry
from search.types import FacetResult, FacetValue, SearchRequest

MANY: Final = 65_000
"""Most values of a facet that an engine counts at once."""

Counts = dict[str, int]
Wanted = dict[str, int]


def wanted_facets(request: SearchRequest, facets: FacetRegistry) -> Wanted:
    """Facet code → how many values; raises ``RequestRefused`` for a facet that is not declared."""
    for code in (*(request.facet_sizes or ()), *request.facet_only):
        if facets.get(code) is None:
            raise RequestRefused(f"no facet is called {code!r}")
    if request.facet_sizes is None:
        return {facet.code: facet.size for facet in facets}
    return {code: min(size, MANY) for code, size in request.facet_sizes.items() if size > 0}


def groups(wanted: Wanted, filtered: Mapping[str, object]) -> dict[str, list[str]]:
    """Facets that share one set of records: ``""`` for all that are not narrowed, each other by itself."""
    found: dict[str, list[str]] = {}
    for code in wanted:
        found.setdefault(code if code in filtered else "", []).append(code)
    return found


def selected_values(code: str, request: SearchRequest) -> frozenset[str]:
    """Selected values that must be shown whatever their count; a search inside a facet may hide them."""
    selected = frozenset(request.selections.get(code, ()))
    only = request.facet_only.get(code)
    return selected if only is None else selected & only


def facet_result(
    facet: Facet, request: SearchRequest, counts: Counts, others: int, rare: Counts
) -> FacetResult:
    """The values shown: ``counts`` in their order and every selected one.

    ``others`` is the sum of what ``counts`` leaves out, ``rare`` counts the selected values.
    """
    selected = selected_values(facet.code, request)
    if missing := selected.difference(counts):
        others -= sum(rare.get(value, 0) for value in missing)
        counts = counts | {value: rare.get(value, 0) for value in missing}
        counts = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    label, language = facet.vocabulary().label, request.language
    values = [
        FacetValue(value, label(value, language), count, value in selected) for value, count in counts.items()
    ]
    return FacetResult(tuple(values), truncated=others > 0)
