"""Every label of every vocabulary in memory, renewed as soon as one of them changes.

Facets, cards, forms and the index ask for labels thousands of times a page. Each process keeps one
snapshot of all codes (some 2 000 rows) and compares its stamp with the database once a request, so a
rename shows at once at the price of one query a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from asgiref.local import Local
from django.core.signals import request_finished, request_started

from catalogue.models.places import Agency, Region
from catalogue.models.registers import Laboratory, OutcomeIndicator, Programme
from catalogue.models.tags import Tag
from catalogue.models.terms import Scheme, Term
from catalogue.models.vocabulary import VocabularyStamp, split_synonyms
from search.text import clean, words

LEVEL_PREFIX = "level-"
"""Codes of levels of government in the agency facet, where they are the parents of agencies."""


@dataclass(frozen=True)
class Entry:
    """One code with all that is shown or searched of it."""

    code: str
    label_id: str
    label_en: str
    synonyms: tuple[str, ...] = ()
    parent: str | None = None
    heir: str | None = None
    proposed: bool = False
    """A tag that no curator has accepted yet; it may belong to drafts only."""

    def label(self, language: str) -> str:
        return self.label_en if language == "en" and self.label_en else self.label_id

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of labels and synonyms, folded as the search folds them."""
        return frozenset(words(clean(" ".join((self.code, self.label_id, self.label_en, *self.synonyms)))))


@dataclass(frozen=True)
class CodeList:
    """One vocabulary: what a facet needs of it (see ``search.facets.Vocabulary``)."""

    entries: Mapping[str, Entry]
    codes: Mapping[int, str] = field(default_factory=dict)
    """Primary key → code, for rows that hold the key."""

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.entries}

    def resolve(self, value: str) -> str | None:
        """The current code for ``value``, following merges; ``None`` when unknown."""
        code = self._folded.get(value.casefold())
        for _step in range(20):  # a chain of merges; the bound only guards against a loop in the data
            heir = self.entries[code].heir if code else None
            if heir is None:
                return code
            code = heir
        return code

    def label(self, value: str, language: str) -> str:
        entry = self.entries.get(value)
        return entry.label(language) if entry else value

    def matching(self, text: str, language: str) -> Iterator[str]:
        """Codes with a word starting with each word of ``text``; merged codes are left out."""
        wanted = words(clean(text))
        for code, entry in self.entries.items():
            if entry.heir is None and all(any(w.startswith(want) for w in entry.words) for want in wanted):
                yield code

    def ancestors(self, value: str) -> tuple[str, ...]:
        """Codes above ``value``, root first."""
        path: list[str] = []
        entry = self.entries.get(value)
        while entry and entry.parent and entry.parent not in path:
            path.insert(0, entry.parent)
            entry = self.entries.get(entry.parent)
        return tuple(path)

    def with_ancestors(self, value: str) -> tuple[str, ...]:
        return (*self.ancestors(value), value)

    @cached_property
    def children(self) -> dict[str | None, tuple[str, ...]]:
        """Parent code (``None`` for roots) → codes below it, in order."""
        found: dict[str | None, list[str]] = {}
        for code, entry in self.entries.items():
            found.setdefault(entry.parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    def roots(self) -> tuple[str, ...]:
        return self.children.get(None, ())


@dataclass(frozen=True)
class Snapshot:
    """All vocabularies as of one stamp."""

    stamp: UUID | None
    terms: Mapping[str, CodeList]
    term_codes: Mapping[int, str]
    regions: CodeList
    agencies: CodeList
    agency_regions: Mapping[str, str]
    """Agency code → code of its region, or of the nearest agency above it that has one."""
    tags: CodeList
    programmes: CodeList
    laboratories: CodeList
    indicators: CodeList


class _Memory:
    """The snapshot this process keeps, and whether the running request has compared its stamp."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.request = Local()


_memory = _Memory()


def snapshot() -> Snapshot:
    """The vocabularies now. Within one request the database is asked once."""
    request = _memory.request
    found = _memory.snapshot
    if found is not None and getattr(request, "checked", False):
        return found
    stamp = VocabularyStamp.current()
    if found is None or found.stamp != stamp:
        found = _memory.snapshot = load(stamp)
    if getattr(request, "active", False):
        request.checked = True
    return found


def _begin(**_kwargs: Any) -> None:
    _memory.request.active, _memory.request.checked = True, False


def _end(**_kwargs: Any) -> None:
    _memory.request.active = _memory.request.checked = False


request_started.connect(_begin, dispatch_uid="vocabulary-begin")
request_finished.connect(_end, dispatch_uid="vocabulary-end")

_COLUMNS = ("pk", "code", "label_id", "label_en", "synonyms")


def load(stamp: UUID | None) -> Snapshot:
    """Read every vocabulary: seven queries."""
    terms = {scheme.value: CodeList({}) for scheme in Scheme}
    rows: dict[str, dict[str, Entry]] = {scheme: {} for scheme in terms}
    term_codes = {}
    columns = (*_COLUMNS, "parent__code", "merged_into__code", "scheme")
    for pk, *values, scheme in Term.objects.order_by("scheme", "position", "code").values_list(*columns):
        rows[scheme][values[0]] = _entry(values)
        term_codes[pk] = values[0]
    terms |= {scheme: CodeList(entries) for scheme, entries in rows.items()}
    agencies, agency_regions = _agencies(rows[Scheme.AGENCY_LEVEL])
    return Snapshot(
        stamp=stamp,
        terms=terms,
        term_codes=term_codes,
        regions=_tree(Region),
        agencies=agencies,
        agency_regions=agency_regions,
        tags=_tags(),
        programmes=_flat(Programme),
        laboratories=_flat(Laboratory),
        indicators=_flat(OutcomeIndicator),
    )


def _entry(values: Iterable[Any]) -> Entry:
    code, label_id, label_en, synonyms, parent, heir = values
    return Entry(code, label_id, label_en, split_synonyms(synonyms), parent, heir)


def _flat(model: Any) -> CodeList:
    rows = list(model.objects.values_list(*_COLUMNS))
    return CodeList(
        {row[1]: _entry((*row[1:], None, None)) for row in rows}, {row[0]: row[1] for row in rows}
    )


def _tree(model: Any) -> CodeList:
    columns = (*_COLUMNS, "parent__code", "merged_into__code")
    rows = list(model.objects.order_by("code").values_list(*columns))
    return CodeList({row[1]: _entry(row[1:]) for row in rows}, {row[0]: row[1] for row in rows})


def _tags() -> CodeList:
    columns = ("pk", "slug", "name", "label_en", "synonyms", "merged_into__slug", "state")
    rows = list(Tag.objects.order_by("slug").values_list(*columns))
    entries = {
        row[1]: replace(_entry((*row[1:5], None, row[5])), proposed=row[6] == Tag.State.PROPOSED)
        for row in rows
    }
    return CodeList(entries, {row[0]: row[1] for row in rows})


def _agencies(levels: Mapping[str, Entry]) -> tuple[CodeList, dict[str, str]]:
    """Agencies under their level of government, and the region each one lies in."""
    entries = {
        LEVEL_PREFIX + code: Entry(LEVEL_PREFIX + code, level.label_id, level.label_en, level.synonyms)
        for code, level in levels.items()
    }
    columns = (*_COLUMNS, "parent__code", "merged_into__code", "level__code", "region__code")
    codes, own_regions = {}, {}
    for pk, *values, level_code, region in Agency.objects.order_by("label_id").values_list(*columns):
        code, label_id, label_en, synonyms, parent, heir = values
        above = parent or LEVEL_PREFIX + level_code
        entries[code] = Entry(code, label_id, label_en, split_synonyms(synonyms), above, heir)
        codes[pk], own_regions[code] = code, region
    agencies = CodeList(entries, codes)
    regions = {}
    for code in own_regions:
        line = (code, *reversed(agencies.ancestors(code)))
        if found := next((own_regions[c] for c in line if own_regions.get(c)), None):
            regions[code] = found
    return agencies, regions
