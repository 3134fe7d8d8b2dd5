"""The list of agencies with public records, and one page an agency."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue.addresses import agency_path, browse_path
from catalogue.facets import FACETS
from catalogue.views import listing
from catalogue.vocabulary import LEVEL_PREFIX, Snapshot, snapshot
from search import panels
from search.errors import SearchUnavailable
from search.views import bad_request, unavailable

ALL_AGENCIES = 2000
BESIDE = {"year": 200, "sector": 8, "stage": 6, "measured": 1}
NAME_LENGTH = 200


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Agencies with public records by level of government; ``q`` searches their names."""
    language, labels = get_language() or "id", snapshot()
    name = " ".join(request.GET.get("q", "").split())[:NAME_LENGTH]
    only = {"agency": frozenset(labels.agencies.matching(name, language))} if name else None
    try:
        form, response = listing.search(request, "", language, sizes={"agency": ALL_AGENCIES}, only=only)
    except listing.NotAPage as problem:
        return bad_request(request, problem.form)
    except SearchUnavailable:
        return unavailable(request)
    rows = [
        row for row in listing.values(form, response, "agency") if not row["value"].startswith(LEVEL_PREFIX)
    ]
    levels = _by_level(rows, labels, language, flat=bool(name))
    context = {
        "levels": levels,
        "name": name,
        "agencies": sum(len(level["rows"]) for level in levels),
        "degraded": response.degraded,
        "search_engine": response.engine,
    }
    return render(request, "pages/catalogue/agencies.html", context)


def _by_level(
    rows: list[dict[str, Any]], labels: Snapshot, language: str, *, flat: bool
) -> list[dict[str, Any]]:
    """Rows under their level. Units stand on their government's page, or here when a name was searched."""
    levels: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        line = labels.agencies.ancestors(row["value"])
        if flat or len(line) <= 1:
            levels.setdefault(line[0] if line else "", []).append(row)
    order = [code for code in labels.agencies.roots() if code in levels]
    return [
        {"label": labels.agencies.label(code, language), "code": code, "rows": levels[code]} for code in order
    ]


@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """An agency's facts, units, totals and records. A merged code leads to its heir."""
    language, labels = get_language() or "id", snapshot()
    current = labels.agencies.resolve(code)
    if current is None or current.startswith(LEVEL_PREFIX):
        raise Http404
    if current != code:
        return redirect("catalogue:agency", current, permanent=True)
    units = frozenset(labels.agencies.children.get(current, ()))
    sizes = {**BESIDE, "agency": len(units)} if units else BESIDE
    try:
        form, response = listing.search(
            request, f"agency={current}&sort=newest", language, sizes=sizes, only={"agency": units}
        )
        nearest = _nearest(request, current, labels, language) if not response.total else None
    except listing.NotAPage as problem:
        return bad_request(request, problem.form)
    except SearchUnavailable:
        return unavailable(request)
    context = {
        **listing.context(form, response),
        "label": labels.agencies.label(current, language),
        "facts": _facts(current, labels, language),
        "units": listing.values(form, response, "agency", sorted(units)),
        "histogram": panels.histogram(response.facets["year"]),
        "measured": next((value.count for value in response.facets["measured"].values), 0),
        "beside": [
            {"title": FACETS[name].title, "rows": rows}
            for name in ("sector", "stage")
            if (rows := listing.values(form, response, name))
        ],
        "nearest": nearest,
    }
    return render(request, "pages/catalogue/agency.html", context)


def _facts(code: str, labels: Snapshot, language: str) -> list[dict[str, str]]:
    """Level, government above and region of an agency: kind, label and address."""
    line = labels.agencies.ancestors(code)
    facts = []
    if line:
        level = line[0]
        url = f"{reverse('search:results')}?agency={level}"
        facts.append({"kind": "level", "label": labels.agencies.label(level, language), "url": url})
    for above in line[1:]:
        url = agency_path(language, above)
        facts.append({"kind": "parent", "label": labels.agencies.label(above, language), "url": url})
    region = labels.agency_regions.get(code)
    for part in labels.regions.with_ancestors(region) if region else ():
        url = browse_path(language, "region", part)
        facts.append({"kind": "region", "label": labels.regions.label(part, language), "url": url})
    return facts


def _nearest(request: HttpRequest, code: str, labels: Snapshot, language: str) -> dict[str, Any] | None:
    """The government with most records in the nearest region around an agency without one: one more
    search, over the province or country that holds it."""
    region = labels.agency_regions.get(code)
    around = labels.regions.with_ancestors(region)[:2] if region else ()
    for place in reversed(around):
        form, response = listing.search(request, f"region={place}", language, sizes={"agency": 40})
        rows = [
            row
            for row in listing.values(form, response, "agency")
            if len(labels.agencies.ancestors(row["value"])) == 1 and row["value"] != code
        ]
        if rows:
            return rows[0]
    return None
