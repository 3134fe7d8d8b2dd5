"""Agencies with the number of their public innovations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Router

from catalogue.addresses import agency_path
from catalogue.api import parameters, payloads
from catalogue.api.answers import answer
from catalogue.api.forms import AgencyForm, validated
from catalogue.api.innovations import READ
from catalogue.api.language import speaking
from catalogue.api.schemas import AgencyListShape, responses
from catalogue.models.terms import Scheme
from catalogue.vocabulary import LEVEL_PREFIX, Snapshot, snapshot
from search.engines import get_engine
from search.types import SearchRequest

router = Router(tags=["Agencies"])
Q = parameters.parameter(
    "q", "Words of the name, each may be shortened at its end.", type="string", maxLength=200
)
LEVEL = parameters.parameter("level", "Level of government, a code of agency-level.", type="string")


@router.api_operation(
    READ,
    "/agencies",
    response=responses(AgencyListShape, 400, 429, 503),
    operation_id="listAgencies",
    summary="Agencies by name",
    description="Every agency that has not been merged into another, also those without an innovation.",
    openapi_extra=parameters.described(Q, LEVEL, parameters.PAGE, parameters.SIZE, parameters.LANG),
)
def list_agencies(request: HttpRequest) -> HttpResponse:
    with speaking(request) as language:
        form = AgencyForm(request.GET)
        validated(form)
        labels = snapshot()
        codes = _chosen(labels, form.cleaned_data["q"], form.cleaned_data["level"], language)
        page, size = form.bounds()
        shown = codes[(page - 1) * size : page * size]
        counts = agency_counts(labels)
        results = [_agency(code, labels, counts, language, request) for code in shown]
    payload = {
        "total": len(codes),
        "page": page,
        "size": size,
        "results": results,
        "links": payloads.links(request, lambda number: _query(form, number), page, size, len(codes)),
    }
    return answer(request, payload)


def agency_counts(labels: Snapshot) -> dict[str, int]:
    """Agency or level → public innovations of it and everything below; those without any are left out."""
    request = SearchRequest(size=1, facet_sizes={"agency": max(1, len(labels.agencies.entries))})
    found = get_engine().search(request).facets["agency"]
    return {item.value: item.count for item in found.values}


def _chosen(labels: Snapshot, words: str, level: str, language: str) -> list[str]:
    agencies = labels.agencies
    codes = list(agencies.matching(words, language))
    codes = [code for code in codes if not code.startswith(LEVEL_PREFIX)]
    if level:
        codes = [code for code in codes if agencies.ancestors(code)[:1] == (LEVEL_PREFIX + level,)]
    return sorted(codes, key=lambda code: (agencies.label(code, language).casefold(), code))


def _agency(
    code: str, labels: Snapshot, counts: Mapping[str, int], language: str, request: HttpRequest
) -> dict[str, Any]:
    agencies = labels.agencies
    level = agencies.ancestors(code)[0].removeprefix(LEVEL_PREFIX)
    parent = agencies.entries[code].parent or ""
    return {
        "code": code,
        "label": agencies.label(code, language),
        "level": payloads.coded(labels.terms[Scheme.AGENCY_LEVEL], level, language),
        "parent": None if parent.startswith(LEVEL_PREFIX) else parent,
        "region": payloads.coded(labels.regions, labels.agency_regions.get(code), language),
        "innovations": counts.get(code, 0),
        "url": request.build_absolute_uri(agency_path(language, code)),
    }


def _query(form: AgencyForm, number: int) -> str:
    chosen = {name: form.data.get(name) for name in ("q", "level", "size", "lang")}
    pairs = [(name, value) for name, value in chosen.items() if value]
    return urlencode([*pairs, *([("page", number)] if number > 1 else [])])
