"""What the catalogue adds to pages of the CMS: the first page, the index of records, collections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from catalogue.facets import FACETS
from catalogue.figures import HOME_COUNTRY, figures
from catalogue.models import (
    CollectionIndexPage,
    CollectionPage,
    InnovationIndexPage,
    InnovationPage,
    InnovationSectionPage,
)
from catalogue.models.terms import Scheme
from catalogue.views import listing
from catalogue.vocabulary import snapshot
from home.contributions import page_context
from home.models import HomePage
from home.visibility import is_open
from search import presenting
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.forms import MAX_QUERY_LENGTH, SearchForm
from search.numbers import grouped, total_text
from search.types import Hit, SearchRequest, Sort

EXAMPLES = 3
SHOWN = 4
DOOR_SIZE = 6
_DOOR_ICONS = {"sector": "grid", "region": "geo-alt", "matter": "journal-text", "programme": "mortarboard"}


@page_context(HomePage)
def home(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """Examples that find something, doors with counts, the newest and the best measured records.

    While search is down the page stands without them.
    """
    language = get_language() or "id"
    now = figures()
    numbers = {"records": grouped(now.records), "agencies": grouped(now.agencies)}
    try:
        return {"numbers": numbers, **_from_index(page, language)}
    except SearchUnavailable:
        return {"numbers": numbers, "search_down": True}


def _newest(language: str) -> SearchRequest:
    """The newest records, with the counts of the doors: provinces and matters, not their parents."""
    labels = snapshot()
    matters = labels.terms[Scheme.MATTER]
    return SearchRequest(
        language=language,
        sort=Sort.NEWEST,
        size=5 * SHOWN,
        facet_sizes={**dict.fromkeys(_DOOR_ICONS, DOOR_SIZE), "measured": 1},
        facet_only={
            "region": frozenset(labels.regions.children.get(HOME_COUNTRY, ())),
            "matter": frozenset(code for code, entry in matters.entries.items() if entry.parent),
        },
    )


def _best_measured(language: str) -> SearchRequest:
    measured = {"measured": ("true",)}
    return SearchRequest(
        language=language, selections=measured, sort=Sort.COMPLETE, size=5 * SHOWN, facet_sizes={}
    )


def _from_index(page: HomePage, language: str) -> dict[str, Any]:
    engine = get_engine()
    newest = engine.search(_newest(language))
    measured = engine.search(_best_measured(language))
    best = _featured(sorted(measured.hits, key=_starts_at_zero))
    form = SearchForm(QueryDict(""), registry=FACETS, language=language)
    form.is_valid()
    doors = [
        {"code": code, "title": FACETS[code].title, "icon": icon, "rows": listing.values(form, newest, code)}
        for code, icon in _DOOR_ICONS.items()
    ]
    return {
        "examples": _examples(page, language),
        "doors": [door for door in doors if door["rows"]],
        "newest": presenting.cards(_featured(newest.hits, best), language),
        "measured": presenting.cards(best, language),
        "measured_total": total_text(measured.total),
        "measured_url": reverse("search:results") + "?measured=true&sort=complete",
        "newest_url": reverse("search:results") + "?sort=newest",
        "degraded": newest.degraded,
        "search_engine": newest.engine,
    }


def _featured(hits: Iterable[Hit], shown: Sequence[Hit] = ()) -> list[Hit]:
    """The first ones fit for the first page and not ``shown`` on it: a real demonstration record only with
    a link to its source."""
    elsewhere = {hit.key for hit in shown}
    return [
        hit
        for hit in hits
        if hit.key not in elsewhere
        and (hit.stored.get("linked") or hit.stored.get("origin") != InnovationPage.Origin.DEMO_REAL)
    ][:SHOWN]


def _starts_at_zero(hit: Hit) -> bool:
    """Whether the outcome of a record says what was done rather than what it changed."""
    return not (hit.stored.get("outcome") or {}).get("baseline")


def _examples(page: HomePage, language: str) -> list[dict[str, str]]:
    """The editors' example problems that find something now."""
    found = []
    for text in page.example_problem_list()[: 2 * EXAMPLES]:
        words = text[:MAX_QUERY_LENGTH]
        response = get_engine().search(SearchRequest(query=words, language=language, size=1, facet_sizes={}))
        if response.total:
            url = f"{reverse('search:results')}?{urlencode({'q': words})}"
            found.append({"text": text, "url": url, "total": grouped(response.total)})
        if len(found) == EXAMPLES:
            break
    return found


@page_context(InnovationIndexPage)
@page_context(InnovationSectionPage)
def index(page: InnovationIndexPage | InnovationSectionPage, request: HttpRequest) -> dict[str, Any]:
    """The public sections below; the records themselves are found by the search."""
    sections = InnovationSectionPage.objects.child_of(page).live().filter(is_open())
    ways = [
        {"title": FACETS[code].title, "url": reverse("catalogue:browse_facet", args=[code])}
        for code in ("sector", "region", "matter", "type", "tag", "value", "sdg", "award", "programme", "lab")
    ]
    return {"sections": [{"title": s.title, "url": s.get_url(request)} for s in sections], "ways": ways}


@page_context(CollectionIndexPage)
def collections(page: CollectionIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The live and public collections of this language."""
    found = CollectionPage.objects.child_of(page).live().filter(is_open()).order_by("title")
    return {
        "collections": [
            {"title": item.title, "introduction": item.introduction, "url": item.get_url(request)}
            for item in found
        ]
    }


@page_context(CollectionPage)
def collection(page: CollectionPage, request: HttpRequest) -> dict[str, Any]:
    """The records an editor's query finds now, in the order it names."""
    language = get_language() or "id"
    try:
        form, response = listing.search(request, page.query, language, sizes={})
    except listing.NotAPage as problem:
        return {"problem": ", ".join(problem.form.errors)}
    except SearchUnavailable:
        return {"search_down": True}
    return listing.context(form, response)
