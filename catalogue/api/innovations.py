"""Innovations: the search of the site as JSON, and whole public records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from catalogue import records
from catalogue.api import parameters, payloads, problems
from catalogue.api.answers import answer
from catalogue.api.forms import ApiSearchForm, validated
from catalogue.api.language import speaking
from catalogue.api.schemas import RecordShape, SearchShape, responses
from catalogue.facets import FACETS
from catalogue.vocabulary import snapshot
from search.engines import get_engine
from search.forms import DEFAULT_SIZE
from search.types import SearchResponse

router = Router(tags=["Innovations"])
READ = ["GET", "HEAD"]


@router.api_operation(
    READ,
    "/innovations",
    response=responses(SearchShape, 400, 429, 503),
    operation_id="searchInnovations",
    summary="Search innovations by words and facets",
    description=(
        "The search of the site: the same parameters, totals and counts. Values of one facet widen a result, "
        "different facets narrow it, and a facet's counts ignore its own selection. An unknown code is an "
        "error; an unknown parameter is ignored."
    ),
    openapi_extra=parameters.described(*parameters.search_parameters()),
)
def search_innovations(request: HttpRequest) -> HttpResponse:
    with speaking(request) as language:
        form = ApiSearchForm(request.GET, registry=FACETS, language=language)
        validated(form)
        found = get_engine().search(form.request())
        payload = _search_payload(request, form, found)
    return answer(request, payload, volatile={"took_ms": found.took_ms})


def _search_payload(request: HttpRequest, form: ApiSearchForm, found: SearchResponse) -> dict[str, Any]:
    page, size = form.cleaned_data["page"] or 1, form.cleaned_data["size"] or DEFAULT_SIZE
    absolute, labels = request.build_absolute_uri, snapshot()
    return {
        "total": found.total,
        "page": page,
        "size": size,
        "engine": found.engine,
        "degraded": found.degraded,
        "suggestion": found.suggestion,
        "advice": payloads.advice(found.advice),
        "results": [payloads.hit(hit, form.language, labels, absolute) for hit in found.hits],
        "facets": {code: payloads.facet(result) for code, result in found.facets.items()},
        "links": payloads.links(request, form.page_query, page, size, found.total),
    }


@router.api_operation(
    READ,
    "/innovations/{id}",
    response=responses(RecordShape, 400, 404, 429),
    operation_id="getInnovation",
    summary="One innovation, whole",
    description="Every public text in every language, every public row. A draft or private record is a 404.",
    openapi_extra=parameters.described(parameters.LANG),
)
def get_innovation(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 - the name in the contract
    with speaking(request) as language:
        found = records.read([_key(id)])
        if not found:
            raise problems.not_found()
        stories = records.stories([found[0].key])
        payload = payloads.record(found[0], stories, language, snapshot(), request.build_absolute_uri)
    return answer(request, payload)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise problems.not_found() from None
