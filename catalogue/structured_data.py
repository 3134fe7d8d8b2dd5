"""A record in the words of schema.org, for search engines.

A record is described as what it is: a creative work about an innovation, made by an organisation, based on
a source. It is no product, no news and has no rating.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from catalogue.beside import beside
from catalogue.models import InnovationPage
from catalogue.models.terms import Scheme
from catalogue.vocabulary import LEVEL_PREFIX, Snapshot, snapshot
from home.contributions import page_context

_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_KINDS = {
    "state-firm": "Organization",
    "regional-firm": "Organization",
    "state-university": "CollegeOrUniversity",
}
"""Level of government → type, where it is no government organisation."""


def data_block(data: dict[str, Any]) -> SafeString:
    """JSON that can stand in a ``<script>`` data block: nothing in it ends the block or begins a tag."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - escaped in the line above


@page_context(InnovationPage)
def context(page: InnovationPage, request: HttpRequest) -> dict[str, Any]:
    """``json_ld`` for ``components/json_ld.html``."""
    language = get_language() or "id"
    return {"json_ld": data_block(innovation(page, request, language, snapshot()))}


def innovation(page: InnovationPage, request: HttpRequest, language: str, labels: Snapshot) -> dict[str, Any]:
    """The page's record; what it does not say is left out."""
    record = page.record
    tags = dict.fromkeys(labels.tags.codes.get(pk, "") for pk in beside(record, request, labels).tags)
    url = page.get_full_url(request)
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": f"urn:uuid:{page.translation_key}",
            "identifier": str(page.translation_key),
            "url": url,
            "name": page.title,
            "alternateName": page.acronym,
            "abstract": page.summary,
            "inLanguage": language,
            "about": _about(record, language, labels),
            "keywords": [labels.tags.label(code, language) for code in tags if code],
            "creator": _organisation(record, language, labels),
            "spatialCoverage": _place(record, language, labels),
            "dateCreated": str(record.year_started) if record.year_started else None,
            "datePublished": _day(page.first_published_at),
            "dateModified": _day(page.last_published_at),
            "creativeWorkStatus": _label(labels, Scheme.STAGE, record.stage_id, language),
            "isBasedOn": record.source_url,
            "citation": record.source,
            "isAccessibleForFree": True,
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "url": request.build_absolute_uri(reverse("data:catalog")),
            },
        }
    )


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _day(moment: Any) -> str | None:
    return moment.date().isoformat() if moment else None


def _code(codes: Mapping[int, str], pk: int | None) -> str | None:
    return codes.get(pk) if pk else None


def _label(labels: Snapshot, scheme: Scheme, pk: int | None, language: str) -> str | None:
    code = _code(labels.term_codes, pk)
    return labels.terms[scheme].label(code, language) if code else None


def _about(record: InnovationPage, language: str, labels: Snapshot) -> list[dict[str, str]]:
    found = []
    for scheme, pk in ((Scheme.SECTOR, record.sector_id), (Scheme.MATTER, record.matter_id)):
        code = _code(labels.term_codes, pk)
        if code:
            name = labels.terms[scheme].label(code, language)
            found.append({"@type": "DefinedTerm", "termCode": code, "name": name})
    return found


def _organisation(record: InnovationPage, language: str, labels: Snapshot) -> dict[str, Any] | None:
    code = _code(labels.agencies.codes, record.agency_id)
    if code is None:
        return None
    line = labels.agencies.ancestors(code)
    level = line[0].removeprefix(LEVEL_PREFIX) if line else ""
    parents = [above for above in line if not above.startswith(LEVEL_PREFIX)]
    kind = _KINDS.get(level, "GovernmentOrganization")
    found = {"@type": kind, "identifier": code, "name": labels.agencies.label(code, language)}
    if parents:
        parent = {"@type": kind, "identifier": parents[-1]}
        return {
            **found,
            "parentOrganization": {**parent, "name": labels.agencies.label(parents[-1], language)},
        }
    return found


def _place(record: InnovationPage, language: str, labels: Snapshot) -> dict[str, str] | None:
    agency = _code(labels.agencies.codes, record.agency_id) or ""
    code = _code(labels.regions.codes, record.region_id) or labels.agency_regions.get(agency)
    if not code:
        return None
    name = ", ".join(
        labels.regions.label(step, language) for step in (code, *reversed(labels.regions.ancestors(code)))
    )
    return {"@type": "Place", "identifier": code, "name": name}
