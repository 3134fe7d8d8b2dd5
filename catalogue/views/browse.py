"""One page a facet, one page a facet value: the search, pre-filtered, at a lasting address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue.facets import FACETS
from catalogue.views import listing
from search import panels
from search.errors import SearchUnavailable
from search.facets import Facet, RangeFacet
from search.types import SearchResponse
from search.views import bad_request, unavailable

AGENCY = "agency"
"""The facet whose values have pages of their own."""
ALL_VALUES = 1000
BESIDE = {"year": 200, "sector": 6, "agency": 6, "region": 6}
"""Facets counted beside the records of one value, with how many values of each."""


def _facet(code: str) -> Facet:
    found = FACETS.get(code)
    if found is None or not found.has_page:
        raise Http404
    return found


@require_safe
def facet(request: HttpRequest, code: str) -> HttpResponse:
    """Every value of a facet that has a public record, with its count."""
    if code == AGENCY:
        return redirect("catalogue:agencies", permanent=True)
    chosen = _facet(code)
    try:
        form, response = listing.search(request, "", _language(), sizes={code: ALL_VALUES})
    except listing.NotAPage as problem:
        return bad_request(request, problem.form)
    except SearchUnavailable:
        return unavailable(request)
    rows = listing.values(form, response, code)
    context = {
        "facet": chosen,
        "rows": _in_order(chosen, rows),
        "degraded": response.degraded,
        "search_engine": response.engine,
    }
    return render(request, "pages/catalogue/browse_facet.html", context)


def _in_order(chosen: Facet, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Years from the latest; anything else as counted, with the depth in its tree."""
    if isinstance(chosen, RangeFacet):
        return sorted(rows, key=lambda row: row["value"], reverse=True)
    vocabulary = chosen.vocabulary()
    return [{**row, "depth": len(vocabulary.ancestors(row["value"]))} for row in rows]


@require_safe
def value(request: HttpRequest, code: str, value: str) -> HttpResponse:
    """The records of one value. A merged code leads to its heir; an unknown one is a 404."""
    if code == AGENCY:
        return redirect("catalogue:agency", value, permanent=True)
    chosen, language = _facet(code), _language()
    vocabulary = chosen.vocabulary()
    current = vocabulary.resolve(value)
    if current is None:
        raise Http404
    if current != value:
        return redirect("catalogue:browse_value", code, current, permanent=True)
    sizes = {name: size for name, size in BESIDE.items() if name != code}
    try:
        form, response = listing.search(request, f"{code}={current}&sort=newest", language, sizes=sizes)
    except listing.NotAPage as problem:
        return bad_request(request, problem.form)
    except SearchUnavailable:
        return unavailable(request)
    above = [
        {"label": vocabulary.label(parent, language), "value": parent}
        for parent in vocabulary.ancestors(current)
    ]
    context = {
        **listing.context(form, response),
        "facet": chosen,
        "label": vocabulary.label(current, language),
        "above": above,
        "nearest": above[-1] if above else None,
        "histogram": panels.histogram(response.facets["year"]) if "year" in response.facets else None,
        "beside": _beside(form, response, sizes),
    }
    return render(request, "pages/catalogue/browse_value.html", context)


def _beside(form: Any, response: SearchResponse, sizes: dict[str, int]) -> list[dict[str, Any]]:
    groups = []
    for name in sizes:
        rows = listing.values(form, response, name) if name != "year" else []
        if len(rows) > 1:
            groups.append({"title": FACETS[name].title, "rows": rows})
    return groups


def _language() -> str:
    return get_language() or "id"
