"""What of a request means the same on every engine: which facets narrow it, and what weighs more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from search.errors import RequestRefused
from search.facets import FacetRegistry, RangeFacet
from search.types import LANGUAGES, Range, SearchRequest

OTHER_LANGUAGE: Final = 0.4
"""Weight of words in another language than the page's."""
EXACT: Final = 2.0
"""Weight of the word as typed beside that of its stem."""
SYNONYM: Final = 0.7
LARGEST: Final = 2**63 - 1
"""Largest number an index can hold; bounds beyond it mean the same."""

Part = TypeVar("Part")


def language_weights(language: str) -> dict[str, float]:
    """Language → weight of its words for a page in ``language``."""
    return {other: 1.0 if other == language else OTHER_LANGUAGE for other in LANGUAGES}


def within_reach(bound: int | None) -> int | None:
    """A bound as an index can hold it."""
    return None if bound is None else max(-LARGEST, min(bound, LARGEST))


def filters(
    request: SearchRequest,
    facets: FacetRegistry,
    *,
    values: Callable[[str, Iterable[str]], Part],
    bounds: Callable[[str, Range], Part],
    every: Callable[[Iterable[Part]], Part],
) -> dict[str, Part]:
    """One condition a facet that narrows the request, made of an engine's own.

    Raises ``RequestRefused`` for a facet that is not declared or has no range.
    """
    parts: dict[str, list[Part]] = {}
    for code, chosen in request.selections.items():
        if facets.get(code) is None:
            raise RequestRefused(f"no facet is called {code!r}")
        if chosen:
            parts.setdefault(code, []).append(values(code, chosen))
    for code, ends in request.ranges.items():
        if not isinstance(facets.get(code), RangeFacet):
            raise RequestRefused(f"no facet with a range is called {code!r}")
        if ends:
            parts.setdefault(code, []).append(bounds(code, ends))
    return {code: own[0] if len(own) == 1 else every(own) for code, own in parts.items()}
