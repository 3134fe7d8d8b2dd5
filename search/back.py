"""The way back from a record to the search that led to it."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from search.forms import SearchForm
from search.registry import definition

PARAMETER = "from"
"""Carries the query string of a search on the links to its records."""


def link(request: HttpRequest, language: str) -> tuple[str, str] | None:
    """Address and words of the search in ``?from=``; ``None`` without one that this site could have made."""
    given = request.GET.get(PARAMETER, "")
    if not given or len(given) > 4000:
        return None
    form = SearchForm(QueryDict(given), registry=definition().facets, language=language)
    if not form.is_valid():
        return None
    query = form.links.page(form.cleaned_data["page"] or 1)
    return reverse("search:results") + query, form.cleaned_data["q"]
