"""Whole public records, read in bulk: what the API, exports and dumps show of an innovation.

An allow-list, like the index: live source-language pages without a private ancestor, their live public
translations, and of the rows beside them only what is public. Some fifteen queries, whatever the number
of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_pages, public_records
from catalogue.models.terms import Scheme
from catalogue.record_rows import read_rows
from catalogue.vocabulary import CodeList, Snapshot, snapshot

TEXTS = (
    "title",
    "acronym",
    "summary",
    "overview",
    "problem",
    "affected_group",
    "goal",
    "solution",
    "legal_basis",
    "novelty",
    "benefits",
    "challenges",
    "drivers",
    "prerequisites",
    "lessons",
    "replication_potential",
    "institutional_sustainability",
    "managerial_sustainability",
    "social_sustainability",
    "collaborators",
)
"""Texts of a record, a set a language."""

SCHEMES: Mapping[str, tuple[str, Scheme]] = {
    "sector": ("sector_id", Scheme.SECTOR),
    "matter": ("matter_id", Scheme.MATTER),
    "type": ("innovation_type_id", Scheme.TYPE),
    "stage": ("stage_id", Scheme.STAGE),
    "status": ("status_id", Scheme.STATUS),
    "originality": ("originality_id", Scheme.ORIGINALITY),
    "cost_band": ("cost_band_id", Scheme.COST_BAND),
    "lab_stage": ("lab_stage_id", Scheme.LAB_STAGE),
}
"""Name of a coded fact → its column and its vocabulary."""

_FACTS = (
    "status_confirmed_on",
    "is_digital",
    "year_started",
    "initiated_on",
    "trialled_on",
    "implemented_on",
    "batch",
    "willing_to_share",
    "peer_feedback",
    "origin",
    "source",
    "source_url",
    "source_id",
)
_PAGE = ("pk", "translation_key", "url_path", "locale__language_code")
_DATES = ("first_published_at", "last_published_at")
_PLACES = ("agency_id", "region_id", "programme_id", "laboratory_id")


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """One innovation as anybody may read it. Codes are current ones; labels are looked up when shown."""

    key: str
    language: str
    paths: Mapping[str, str]
    """Language → path of its page."""
    texts: Mapping[str, Mapping[str, str]]
    """Language → name → text; empty texts are left out."""
    codes: Mapping[str, str]
    """Name of a coded fact (``agency``, ``sector``, …) → code."""
    facts: Mapping[str, Any]
    published: datetime | None
    updated: datetime | None
    rows: Mapping[str, list[Any]] = field(default_factory=dict)
    """Name of rows (``outcomes``, ``tags``, …) → the rows, each plain data."""

    def text(self, name: str, language: str) -> str:
        """A text in ``language``, empty where it has none."""
        return self.texts.get(language, {}).get(name, "")

    def shown_in(self, language: str) -> str:
        """The language a reader of ``language`` gets to see."""
        return language if language in self.paths else self.language


def read(keys: Iterable[str | UUID]) -> list[PublicRecord]:
    """The public records among ``keys``, in the order of ``keys``; the others are left out.

    Raises ``ValueError`` for a key that is no UUID.
    """
    wanted = [key if isinstance(key, UUID) else UUID(key) for key in keys]
    columns = (*_PAGE, *_DATES, *_FACTS, *_PLACES, *(column for column, _ in SCHEMES.values()), *TEXTS)
    pages = {
        page["translation_key"]: page
        for page in public_records().filter(translation_key__in=wanted).order_by().values(*columns)
    }
    if not pages:
        return []
    labels, prefixes = snapshot(), url_prefixes()
    translations = _translations(list(pages))
    rows = read_rows([page["pk"] for page in pages.values()], labels)
    found = [pages[key] for key in wanted if key in pages]
    return [
        _record(page, translations.get(page["translation_key"], []), rows[page["pk"]], labels, prefixes)
        for page in found
    ]


Stories = Mapping[str, Mapping[str, list[str]]]


def stories(keys: Iterable[str | UUID]) -> Stories:
    """Key → language → the words of the free story, a piece a block; records without one are left out."""
    pages = public_pages().filter(translation_key__in=list(keys)).exclude(story="[]")
    found: dict[str, dict[str, list[str]]] = {}
    for page in pages.select_related("locale").only("story", "translation_key", "locale__language_code"):
        words = [text.strip() for block in page.story for text in _words(block)]
        if any(words):
            texts = [text for text in words if text]
            found.setdefault(str(page.translation_key), {})[page.locale.language_code] = texts
    return found


def _words(block: Any) -> list[str]:
    pieces: list[str] = block.block.get_searchable_content(block.value)
    return [str(piece) for piece in pieces]


def _translations(keys: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    pages = public_pages().filter(is_source=False, translation_key__in=keys).order_by()
    found: dict[UUID, list[dict[str, Any]]] = {}
    for page in pages.values(*_PAGE, "last_published_at", *TEXTS):
        found.setdefault(page["translation_key"], []).append(page)
    return found


def _record(
    page: Mapping[str, Any],
    translations: Sequence[Mapping[str, Any]],
    rows: Mapping[str, list[Any]],
    labels: Snapshot,
    prefixes: Mapping[str, str],
) -> PublicRecord:
    pages = {found["locale__language_code"]: found for found in (*translations, page)}
    changed = [found["last_published_at"] for found in pages.values() if found["last_published_at"]]
    return PublicRecord(
        key=str(page["translation_key"]),
        language=page["locale__language_code"],
        paths={language: page_path(found, prefixes) for language, found in pages.items()},
        texts={
            language: {name: found[name] for name in TEXTS if found[name]}
            for language, found in pages.items()
        },
        codes=_codes(page, labels),
        facts={name: page[name] for name in _FACTS},
        published=page["first_published_at"],
        updated=max(changed, default=None),
        rows=rows,
    )


def _codes(page: Mapping[str, Any], labels: Snapshot) -> dict[str, str]:
    codes = {name: labels.term_codes.get(page[column]) for name, (column, _scheme) in SCHEMES.items()}
    codes["agency"] = agency = labels.agencies.codes.get(page["agency_id"])
    codes["region"] = labels.regions.codes.get(page["region_id"]) or labels.agency_regions.get(agency or "")
    codes["programme"] = labels.programmes.codes.get(page["programme_id"])
    codes["lab"] = labels.laboratories.codes.get(page["laboratory_id"])
    return {name: code for name, code in codes.items() if code}


def codes_of(labels: Snapshot, name: str) -> CodeList:
    """The vocabulary of a coded fact."""
    if name in SCHEMES:
        return labels.terms[SCHEMES[name][1]]
    lists: dict[str, CodeList] = {
        "agency": labels.agencies,
        "region": labels.regions,
        "programme": labels.programmes,
        "lab": labels.laboratories,
    }
    return lists[name]
