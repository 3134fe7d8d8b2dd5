"""Query parameters for the OpenAPI document, from the same declarations the forms are made of."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy

from catalogue.api.forms import DEFAULT_FACET_SIZE, MAX_FACET_SIZE, NO_FACETS
from catalogue.facets import FACETS
from search.facets import Facet, FixedVocabulary, FlagFacet, RangeFacet, Text
from search.forms import DEFAULT_SIZE, MAX_QUERY_LENGTH, SIZES, SORT_LABELS
from search.types import LANGUAGES, MAX_WINDOW

Parameter = dict[str, Any]


def parameter(name: str, description: Text, **schema: Any) -> Parameter:
    return {"in": "query", "name": name, "required": False, "description": description, "schema": schema}


LANG = parameter(
    "lang",
    "Language of labels and messages. The Accept-Language header is not asked.",
    type="string",
    enum=list(LANGUAGES),
    default=LANGUAGES[0],
)
PAGE = parameter(
    "page", f"page × size is at most {MAX_WINDOW}.", type="integer", minimum=1, maximum=MAX_WINDOW, default=1
)
SIZE = parameter("size", "Results a page.", type="integer", enum=list(SIZES), default=DEFAULT_SIZE)


def search_parameters() -> list[Parameter]:
    """Those of the search page, and what only the API has."""
    listed = [
        parameter("q", "Words, with phrases in quotation marks.", type="string", maxLength=MAX_QUERY_LENGTH)
    ]
    for facet in FACETS.facets:
        listed.append(_facet(facet))
        if isinstance(facet, RangeFacet):
            start, end = facet.range_parameters
            bounds = {"type": "integer", "minimum": 1900, "maximum": 2100}
            listed.append(parameter(start, "First year, inclusive.", **bounds))
            listed.append(parameter(end, "Last year, inclusive.", **bounds))
    sorts = [str(sort) for sort in SORT_LABELS]
    listed.append(parameter("sort", "Order of the results.", type="string", enum=sorts, default=sorts[0]))
    return [*listed, PAGE, SIZE, LANG, *_facet_parameters()]


def _facet(facet: Facet) -> Parameter:
    """Any of the values given; across facets all must hold."""
    vocabulary = facet.vocabulary if isinstance(facet, FlagFacet) else None
    items: dict[str, Any] = {"type": "string"}
    if vocabulary is not None:
        fixed = vocabulary()
        if isinstance(fixed, FixedVocabulary):
            items["enum"] = sorted(fixed.labels)
    # Evaluated where the document is written, in its language.
    described_as = format_lazy("{title}. Repeat for any of several.", title=facet.title)
    described = parameter(facet.code, described_as, type="array", items=items)
    return {**described, "style": "form", "explode": True}


def _facet_parameters() -> list[Parameter]:
    codes = [NO_FACETS, *(facet.code for facet in FACETS.facets)]
    wanted = parameter(
        "facets",
        "Facets to count, all unless said otherwise.",
        type="array",
        items={"type": "string", "enum": codes},
    )
    size = parameter(
        "facet_size",
        "Most values a facet.",
        type="integer",
        minimum=1,
        maximum=MAX_FACET_SIZE,
        default=DEFAULT_FACET_SIZE,
    )
    return [size, {**wanted, "style": "form", "explode": True}]


def described(*parameters: Parameter) -> dict[str, Any]:
    """For ``openapi_extra`` of an operation."""
    return {"parameters": list(parameters)}
