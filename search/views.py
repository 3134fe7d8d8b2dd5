"""The search page and its parts: parse the query string, ask the engine once, render."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search import back, panels, presenting, site_pages
from search.engines import get_engine
from search.errors import RequestRefused, SearchUnavailable
from search.facets import Facet, RangeFacet
from search.forms import DEFAULT_SIZE, SearchForm
from search.numbers import total_text
from search.registry import definition
from search.types import LANGUAGES, Advice, SearchResponse, SuggestionGroup

RETRY_AFTER_SECONDS = 5
FACET_PAGE_VALUES = 300
MAX_SUGGEST_LENGTH = 200


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The catalogue: hits and facets of a query string; for htmx only the part that changes."""
    form = _form(request)
    if not form.is_valid():
        return bad_request(request, form)
    try:
        response = get_engine().search(form.to_request())
    except SearchUnavailable:
        return unavailable(request)
    except RequestRefused as refused:
        return bad_request(request, form, str(refused))
    partial = bool(getattr(request, "htmx", False)) and not request.headers.get("HX-History-Restore-Request")
    context = {**results_context(request, form, response), "swapped": partial}
    page = render(request, "search/body.html" if partial else "search/results.html", context)
    patch_vary_headers(page, ["HX-Request"])
    if partial:
        query = form.links.page(form.cleaned_data["page"] or 1)
        page["HX-Push-Url"] = (request.path + query).rstrip("?")
    return page


def results_context(request: HttpRequest, form: SearchForm, response: SearchResponse) -> dict[str, Any]:
    """Everything the templates of a result page show, as text and plain data."""
    shown, others = panels.groups(form, response)
    words, number = form.cleaned_data["q"], form.cleaned_data["page"] or 1
    size = form.cleaned_data["size"] or DEFAULT_SIZE
    chips = panels.chips(form)
    here = form.links.page(number)
    return {
        "form": form,
        "words": words,
        "total": response.total,
        "total_text": total_text(response.total),
        "groups": shown,
        "others": others,
        "others_chosen": sum(group.chosen for group in others),
        "chips": chips,
        "cards": presenting.cards(response.hits, form.language),
        "pages": panels.pagination(number, size, response.total, form.links.page),
        "back": f"?{back.PARAMETER}={quote(here[1:])}" if here != "?" else "",
        "sorts": panels.sorts(form),
        "size": form.cleaned_data["size"],
        "links": form.links,
        "canonical": form.links.canonical(),
        "suggestion": response.suggestion,
        "suggestion_url": form.links.query(response.suggestion) if response.suggestion else "",
        "advice": advice(form, response.advice),
        "site_pages": site_pages.found(request, words, form.language) if number == 1 else [],
        "degraded": response.degraded,
        "search_engine": response.engine,
    }


def advice(form: SearchForm, found: Advice | None) -> dict[str, str] | None:
    """For a search without a hit: what to drop, what that finds, and the link."""
    if found is None:
        return None
    url = form.links.query("") if found.facet == "q" else form.links.remove(found.facet, found.value)
    return {"label": found.label, "total": total_text(found.count), "url": url, "facet": found.facet}


@require_safe
def facet(request: HttpRequest, code: str) -> HttpResponse:
    """All values of one facet within the search, and a search inside them (``facet_q``)."""
    form = _form(request)
    chosen: Facet | None = form.registry.get(code)
    if chosen is None or isinstance(chosen, RangeFacet):
        raise Http404
    if not form.is_valid():
        return bad_request(request, form)
    text = " ".join(request.GET.get("facet_q", "").replace("\x00", " ").split())[:MAX_SUGGEST_LENGTH]
    only = {}
    if text:
        # What is chosen stays in sight, so that it can be taken back.
        found_by_name = chosen.vocabulary().matching(text, form.language)
        only[code] = frozenset({*found_by_name, *form.selections.get(code, ())})
    engine_request = form.to_request(facet_sizes={code: FACET_PAGE_VALUES}, facet_only=only)
    try:
        response = get_engine().search(engine_request)
    except SearchUnavailable:
        return unavailable(request)
    found = response.facets[code]
    context = {
        "facet": chosen,
        "facet_q": text,
        "options": panels.options(chosen, found.values),
        "truncated": found.truncated,
        "hidden": form.links.hidden(without=[code]),
        "back": reverse("search:results") + form.links.canonical(),
        "degraded": response.degraded,
        "search_engine": response.engine,
        "total_text": total_text(response.total),
    }
    return render(request, "search/facet.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """JSON: completions of ``q`` in groups, titles first, each with the address it leads to."""
    text = request.GET.get("q", "").strip()
    if len(text) > MAX_SUGGEST_LENGTH:
        return JsonResponse({"parameter": "q", "detail": _("The text is too long.")}, status=400)
    try:
        groups = get_engine().suggest(text, _language()) if text else ()
    except SearchUnavailable:
        answer = JsonResponse({"detail": _("Search is not available at the moment.")}, status=503)
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    return JsonResponse({"groups": [_suggestions(group) for group in groups]})


def _suggestions(group: SuggestionGroup) -> dict[str, Any]:
    language, found = _language(), definition().facets.get(group.kind)
    label = str(found.title) if found else _("Innovations")
    items = []
    for item in group.items:
        addresses = item.stored.get("url", {})
        url = addresses.get(language) or next(iter(addresses.values()), "")
        if found or not url:
            url = f"{reverse('search:results')}?{group.kind}={item.key}"
        items.append({"text": item.text, "url": url, "count": item.count})
    return {"kind": group.kind, "label": label, "items": items}


def bad_request(request: HttpRequest, form: SearchForm, reason: str = "") -> HttpResponse:
    """A 400 that names each parameter and what is wrong with it."""
    problems = [
        {
            "parameter": name,
            "title": form.fields[name].label if name in form.fields else "",
            "texts": list(texts),
        }
        for name, texts in form.errors.items()
    ]
    context = {"problems": problems, "reason": reason}
    return render(request, "search/bad_request.html", context, status=400)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A 503 that says search is down and when to try again; never an empty list."""
    answer = render(request, "search/unavailable.html", status=503)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def _form(request: HttpRequest) -> SearchForm:
    return SearchForm(request.GET, registry=definition().facets, language=_language())


def _language() -> str:
    active = get_language() or LANGUAGES[0]
    return active if active in LANGUAGES else LANGUAGES[0]
