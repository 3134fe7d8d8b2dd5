"""What the API says of hits, facets and records, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.http import HttpRequest

from catalogue.models.terms import Scheme
from catalogue.records import SCHEMES, PublicRecord, Stories, codes_of
from catalogue.vocabulary import CodeList, Snapshot
from search.types import MAX_WINDOW, Advice, FacetResult, Highlight, Hit

Absolute = Callable[[str], str]
"""Makes an absolute address of a path."""

_CODED = ("agency", "region", *SCHEMES, "programme", "lab")
_ROW_VOCABULARIES: Mapping[str, Mapping[str, Scheme]] = {
    "resources": {"kind": Scheme.RESOURCE_KIND},
    "actors": {"type": Scheme.ACTOR_TYPE, "role": Scheme.ACTOR_ROLE},
    "awards": {"award": Scheme.AWARD},
    "status_history": {"status": Scheme.STATUS},
    "evidence": {"type": Scheme.EVIDENCE_TYPE},
}
_LISTS = ("outcomes", "milestones", "resources", "actors", "awards", "evidence", "status_history")


def coded(codes: CodeList, code: str | None, language: str) -> dict[str, str] | None:
    """A code with its label, ``None`` without a code."""
    return {"code": code, "label": codes.label(code, language)} if code else None


def hit(found: Hit, language: str, labels: Snapshot, absolute: Absolute) -> dict[str, Any]:
    """A result: its texts in ``language``, or in its own where it has no translation."""
    stored = found.stored
    shown = language if language in stored["url"] else stored["language"]
    terms = labels.terms
    return {
        "id": found.key,
        "url": absolute(stored["url"][shown]),
        "title": stored["title"][shown],
        "summary": stored["summary"].get(shown, ""),
        "language": shown,
        "languages": sorted(stored["url"]),
        "agency": coded(labels.agencies, stored.get("agency"), language),
        "region": coded(labels.regions, stored.get("region"), language),
        "sector": coded(terms[Scheme.SECTOR], stored.get("sector"), language),
        "type": coded(terms[Scheme.TYPE], stored.get("type"), language),
        "stage": coded(terms[Scheme.STAGE], stored.get("stage"), language),
        "status": coded(terms[Scheme.STATUS], stored.get("status"), language),
        "digital": stored["digital"],
        "year": stored["year"],
        "tags": stored["tags"],
        "values": stored["values"],
        "sdgs": stored["sdgs"],
        "outcomes": stored["outcomes"],
        "replicated": stored["replicated"],
        "origin": stored["origin"],
        "highlights": {name: marked(snippet) for name, snippet in found.highlights.items()},
    }


def marked(snippet: Highlight) -> str:
    """A snippet as HTML: escaped text, with ``<mark>`` around what the query found."""
    parts = [(escape(segment.text), segment.match) for segment in snippet.segments]
    return "".join(f"<mark>{text}</mark>" if match else text for text, match in parts)


def facet(result: FacetResult) -> dict[str, Any]:
    return {
        "values": [
            {"value": item.value, "label": item.label, "count": item.count, "selected": item.selected}
            for item in result.values
        ],
        "truncated": result.truncated,
    }


def advice(found: Advice | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"parameter": found.facet, "value": found.value, "label": found.label, "count": found.count}


def record(
    found: PublicRecord, stories: Stories, language: str, labels: Snapshot, absolute: Absolute
) -> dict[str, Any]:
    """A whole public record: every text in every language, labels in ``language``."""
    facts = found.facts
    shown = found.shown_in(language)
    codes = {name: coded(codes_of(labels, name), found.codes.get(name), language) for name in _CODED}
    return {
        "id": found.key,
        "url": absolute(found.paths[shown]),
        "urls": {code: absolute(path) for code, path in sorted(found.paths.items())},
        "title": found.text("title", shown),
        "summary": found.text("summary", shown),
        "language": found.language,
        "languages": sorted(found.paths),
        "texts": {code: dict(texts) for code, texts in sorted(found.texts.items())},
        "story": stories.get(found.key, {}),
        **codes,
        "digital": facts["is_digital"],
        "year": facts["year_started"],
        "initiated_on": facts["initiated_on"],
        "trialled_on": facts["trialled_on"],
        "implemented_on": facts["implemented_on"],
        "status_confirmed_on": facts["status_confirmed_on"],
        "batch": facts["batch"],
        "willing_to_share": facts["willing_to_share"],
        "peer_feedback": facts["peer_feedback"],
        **_many_valued(found, language, labels),
        **{name: [_row(name, row, language, labels) for row in found.rows.get(name, [])] for name in _LISTS},
        "replicates": [_link(row) for row in found.rows.get("replicates", [])],
        "replicated_by": [_link(row) for row in found.rows.get("replicated_by", [])],
        "origin": facts["origin"],
        "source": _source(facts),
        "published_at": found.published,
        "updated_at": found.updated,
    }


def _source(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": facts["source"],
        "url": facts["source_url"] or None,
        "id": facts["source_id"] or None,
    }


def _many_valued(found: PublicRecord, language: str, labels: Snapshot) -> dict[str, Any]:
    rows, terms = found.rows, labels.terms
    lists = {
        "tags": labels.tags,
        "values": terms[Scheme.VALUE],
        "aneka": terms[Scheme.ANEKA],
        "other_matters": terms[Scheme.MATTER],
    }
    return {
        **{name: [coded(own, code, language) for code in rows.get(name, [])] for name, own in lists.items()},
        "sdgs": [int(code) for code in rows.get("sdgs", [])],
        "classifications": [
            {**row, "label": terms[row["scheme"]].label(row["code"], language)}
            for row in rows.get("classifications", [])
        ],
    }


def _row(name: str, row: Mapping[str, Any], language: str, labels: Snapshot) -> dict[str, Any]:
    """A row with the labels of its codes."""
    shown = dict(row)
    for column, scheme in _ROW_VOCABULARIES.get(name, {}).items():
        shown[column] = coded(labels.terms[scheme], row[column], language)
    if name == "outcomes":
        shown["indicator"] = coded(labels.indicators, row["indicator"], language)
    if name == "actors":
        shown["agency"] = coded(labels.agencies, row["agency"], language)
    return shown


def _link(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "date", "changes", "evidence")}


def links(
    request: HttpRequest, query: Callable[[int], str], page: int, size: int, total: int
) -> dict[str, str | None]:
    """Absolute addresses of this page of a list and its neighbours; beyond the paging bound is no next."""

    def address(number: int) -> str:
        parameters = query(number)
        return request.build_absolute_uri(f"{request.path}?{parameters}" if parameters else request.path)

    has_next = page * size < total and (page + 1) * size <= MAX_WINDOW
    return {
        "self": address(page),
        "next": address(page + 1) if has_next else None,
        "prev": address(page - 1) if page > 1 else None,
    }
