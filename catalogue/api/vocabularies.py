"""Controlled vocabularies: every code the catalogue uses, with labels, synonyms and validity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from catalogue.api import parameters, problems
from catalogue.api.answers import answer
from catalogue.api.innovations import READ
from catalogue.api.language import speaking
from catalogue.api.schemas import VocabularyListShape, VocabularyShape, responses
from catalogue.facets import FACETS
from catalogue.models import Agency, Laboratory, OutcomeIndicator, Programme, Region, Tag, Term
from catalogue.models.terms import Scheme
from catalogue.models.vocabulary import split_synonyms
from catalogue.vocabulary import snapshot
from search.facets import FixedVocabulary, Text
from search.types import LANGUAGES

router = Router(tags=["Vocabularies"])

_REGISTERS: Mapping[str, tuple[Text, type[Model]]] = {
    "region": (_("Region"), Region),
    "agency": (_("Agency"), Agency),
    "programme": (_("Programme"), Programme),
    "lab": (_("Innovation laboratory"), Laboratory),
    "indicator": (_("Outcome indicator"), OutcomeIndicator),
}
_COLUMNS = ("code", "label_id", "label_en", "synonyms", "valid_from", "valid_to", "confirmed")


def _fixed() -> dict[str, tuple[Text, FixedVocabulary]]:
    """Vocabularies that facets keep in code, such as true and false."""
    found: dict[str, tuple[Text, FixedVocabulary]] = {}
    for facet in FACETS.facets:
        if facet.code not in {*_REGISTERS, "tag", *Scheme.values}:
            vocabulary = facet.vocabulary()
            if isinstance(vocabulary, FixedVocabulary):
                found[facet.code] = facet.title, vocabulary
    return found


def vocabulary_names() -> dict[str, Text]:
    """Name → what it is called, in a fixed order."""
    names: dict[str, Text] = {scheme.value: scheme.label for scheme in Scheme}
    names |= {name: label for name, (label, _model) in _REGISTERS.items()}
    return names | {"tag": _("Tag")} | {name: label for name, (label, _values) in _fixed().items()}


@router.api_operation(
    READ,
    "/vocabularies",
    response=responses(VocabularyListShape, 400, 429),
    operation_id="listVocabularies",
    summary="The names of all vocabularies",
    openapi_extra=parameters.described(parameters.LANG),
)
def list_vocabularies(request: HttpRequest) -> HttpResponse:
    with speaking(request):
        base = request.build_absolute_uri(request.path)
        results = [
            {"name": name, "label": str(label), "url": f"{base}/{name}"}
            for name, label in vocabulary_names().items()
        ]
    return answer(request, {"results": results})


@router.api_operation(
    READ,
    "/vocabularies/{name}",
    response=responses(VocabularyShape, 400, 404, 429),
    operation_id="getVocabulary",
    summary="One vocabulary, whole",
    description=(
        "Codes never change their meaning. A merged code counts as the one in merged_into; one with valid_to "
        "in the past stays valid for older records."
    ),
    openapi_extra=parameters.described(parameters.LANG),
)
def get_vocabulary(request: HttpRequest, name: str) -> HttpResponse:
    with speaking(request) as language:
        label = vocabulary_names().get(name)
        if label is None:
            raise problems.not_found()
        current = _current_codes(name)
        items = [_item(row, language, current) for row in _rows(name)]
        return answer(request, {"name": name, "label": str(label), "total": len(items), "items": items})


def _rows(name: str) -> Iterable[Mapping[str, Any]]:
    if fixed := _fixed().get(name):
        return _fixed_rows(fixed[1])
    if name == "tag":
        return _tag_rows()
    if name in _REGISTERS:
        model = _REGISTERS[name][1]
        tree = ("parent__code",) if name in ("region", "agency") else ()
        return model._default_manager.order_by("code").values("pk", *_COLUMNS, *tree)
    terms = Term.objects.filter(scheme=name).order_by("year", "position", "code")
    return terms.values("pk", *_COLUMNS, "year", "parent__code")


def _tag_rows() -> Iterable[Mapping[str, Any]]:
    """Accepted tags only: a proposed one may belong to a draft."""
    columns = ("pk", "slug", "name", *_COLUMNS[2:])
    for row in Tag.objects.filter(state=Tag.State.ACCEPTED).order_by("slug").values(*columns):
        yield {**row, "code": row["slug"], "label_id": row["name"]}


def _fixed_rows(vocabulary: FixedVocabulary) -> Iterable[Mapping[str, Any]]:
    for code in vocabulary.labels:
        labels = {f"label_{language}": vocabulary.label(code, language) for language in LANGUAGES}
        yield {"code": code, **labels}


def _current_codes(name: str) -> Mapping[int, str]:
    """Primary key → the code that counts, which is another one for a merged item."""
    labels = snapshot()
    lists = {"region": labels.regions, "agency": labels.agencies, "tag": labels.tags}
    return lists[name].codes if name in lists else labels.term_codes if name in Scheme.values else {}


def _item(row: Mapping[str, Any], language: str, current: Mapping[int, str]) -> dict[str, Any]:
    labels = {code: row[f"label_{code}"] for code in LANGUAGES if row[f"label_{code}"]}
    heir = current.get(row.get("pk", 0), row["code"])
    return {
        "code": row["code"],
        "label": labels.get(language) or labels["id"],
        "labels": labels,
        "synonyms": list(split_synonyms(row.get("synonyms", ""))),
        "parent": row.get("parent__code"),
        "valid_from": row.get("valid_from"),
        "valid_to": row.get("valid_to"),
        "merged_into": heir if heir != row["code"] else None,
        "year": row.get("year") or None,
        "confirmed": row.get("confirmed", True),
    }
