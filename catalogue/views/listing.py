"""Records of one value, as agency, browse and collection pages show them: the same engine, pre-filtered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from catalogue.addresses import agency_path, browse_path
from catalogue.facets import FACETS
from catalogue.vocabulary import LEVEL_PREFIX
from search import back, panels, presenting
from search.engines import get_engine
from search.facets import Facet
from search.forms import DEFAULT_SIZE, SearchForm
from search.numbers import total_text
from search.types import SearchResponse


class NotAPage(Exception):
    """``page`` of the query string is no page of a result, or the query an editor wrote is not valid."""

    def __init__(self, form: SearchForm) -> None:
        super().__init__(form.errors.as_text())
        self.form = form


def search(
    request: HttpRequest,
    query: str,
    language: str,
    *,
    sizes: Mapping[str, int],
    only: Mapping[str, frozenset[str]] | None = None,
) -> tuple[SearchForm, SearchResponse]:
    """One engine call for the query string ``query`` and the ``page`` of the request.

    Raises ``NotAPage`` for a page that cannot be and ``SearchUnavailable``.
    """
    data = QueryDict(query, mutable=True)
    data.setlist("page", request.GET.getlist("page")[-1:])
    form = SearchForm(data, registry=FACETS, language=language)
    if not form.is_valid():
        raise NotAPage(form)
    return form, get_engine().search(form.to_request(facet_sizes=sizes, facet_only=only))


def context(form: SearchForm, response: SearchResponse) -> dict[str, Any]:
    """What the templates of a list of records read."""
    number = form.cleaned_data["page"] or 1
    size = form.cleaned_data["size"] or DEFAULT_SIZE
    query = form.links.page(number)
    return {
        "total": response.total,
        "total_text": total_text(response.total),
        "cards": presenting.cards(response.hits, form.language),
        "pages": panels.pagination(number, size, response.total, _own_page),
        "back": "?" + urlencode({back.PARAMETER: query[1:]}),
        "search_url": reverse("search:results") + form.links.canonical(),
        "canonical": form.links.canonical(),
        "degraded": response.degraded,
        "search_engine": response.engine,
    }


def _own_page(number: int) -> str:
    return f"?page={number}" if number > 1 else "?"


def values(
    form: SearchForm, response: SearchResponse, code: str, only: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The counted values of a facet as rows with an address: the value's own page."""
    found = response.facets.get(code)
    if found is None:
        return []
    facet = FACETS[code]
    rows = []
    for value in found.values:
        if value.count and (only is None or value.value in only):
            url = _address(facet, value.value, form.language)
            rows.append({"label": value.label, "count": value.count, "url": url, "value": value.value})
    return rows


def _address(facet: Facet, value: str, language: str) -> str:
    """The value's own page; a search for a level of government, which has none."""
    if facet.has_page:
        return browse_path(language, facet.code, value)
    if facet.code == "agency" and not value.startswith(LEVEL_PREFIX):
        return agency_path(language, value)
    return f"{reverse('search:results')}?{facet.code}={value}"
