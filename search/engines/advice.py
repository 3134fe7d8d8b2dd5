"""For a search that found nothing: which one filter to drop, on every engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from search import text
from search.facets import FacetRegistry, RangeFacet
from search.types import Advice, SearchRequest

LABEL_CHARACTERS: Final = 80
"""Longest piece of a query that is repeated as the name of a filter."""


def best_advice(request: SearchRequest, facets: FacetRegistry, without: Mapping[str, int]) -> Advice | None:
    """The filter that hides most; ``without`` says how many records are found without each of them."""
    code = max(without, key=lambda code: without[code], default="")
    count = without.get(code, 0)
    if not count:
        return None
    value, label = _named(request, facets, code)
    return Advice(code, value, label, count)


def _named(request: SearchRequest, facets: FacetRegistry, code: str) -> tuple[str | None, str]:
    """The value of a filter, when it is a single one, and what to call it."""
    if code == "q":
        return None, text.clean(request.query).strip()[:LABEL_CHARACTERS]
    facet = facets[code]
    values, bounds = request.selections.get(code, ()), request.ranges.get(code)
    vocabulary = facet.vocabulary()
    labels = [vocabulary.label(value, request.language) for value in values]
    if isinstance(facet, RangeFacet) and bounds:
        labels.append(f"{bounds.start or ''}–{bounds.end or ''}")
    return (values[0] if len(values) == 1 and not bounds else None), ", ".join(labels)
