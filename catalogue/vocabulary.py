"""Every label of every vocabulary in memory, renewed as soon as one of them changes.

Facets, cards, forms and the index ask for labels thousands of times a page. Each process keeps one
snapshot of all codes (some 2 000 rows) and compares its stamp with the database once a request, so a
rename shows at once at the price of one query a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.db.models import Model

from catalogue.lineage import last_heirs, parent_of
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
    """One code with all that is shown or searched of it.

    ``parent`` and ``heir`` are current codes: an entry with an heir was merged, its heir never was.
    """

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
    """Primary key → current code, for rows that hold the key: that of a merged item is its heir's."""

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.entries}

    def resolve(self, value: str) -> str | None:
        """The current code for ``value``, following merges; ``None`` when unknown."""
        code = self._folded.get(value.casefold())
        return self.entries[code].heir or code if code else None

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
        while entry and entry.parent and entry.parent not in (value, *path):
            path.insert(0, entry.parent)
            entry = self.entries.get(entry.parent)
        return tuple(path)

    def with_ancestors(self, value: str) -> tuple[str, ...]:
        return (*self.ancestors(value), value)

    @cached_property
    def children(self) -> dict[str | None, tuple[str, ...]]:
        """Parent code (``None`` for roots) → codes below it, in order; merged codes are left out."""
        found: dict[str | None, list[str]] = {}
        for code, entry in self.entries.items():
            if entry.heir is None:
                found.setdefault(entry.parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    def roots(self) -> tuple[str, ...]:
        return self.children.get(None, ())


class TermKey(NamedTuple):
    """What names a term; ``year`` is 0 in a scheme that doesn't change by year."""

    scheme: str
    code: str
    year: int


@dataclass(frozen=True)
class Snapshot:
    """All vocabularies as of one stamp."""

    stamp: UUID | None
    terms: Mapping[str, CodeList]
    term_keys: Mapping[int, TermKey]
    """Primary key of a term of any scheme → the current term: that of a merged one is its heir's."""
    heirs: Mapping[type[Model], Mapping[int, int]]
    """Model → primary key of each merged item → that of its heir."""
    regions: CodeList
    agencies: CodeList
    agency_regions: Mapping[str, str]
    """Agency code → code of its region, or of the nearest agency above it that has one."""
    tags: CodeList
    programmes: CodeList
    laboratories: CodeList
    indicators: CodeList

    @cached_property
    def term_codes(self) -> Mapping[int, str]:
        """Primary key of a term of any scheme → current code."""
        return {pk: key.code for pk, key in self.term_keys.items()}

    @cached_property
    def term_places(self) -> dict[int, int]:
        """Primary key of a term → its place in the order of all terms."""
        return {pk: place for place, pk in enumerate(self.term_codes)}


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
_TREE = (*_COLUMNS, "parent_id", "merged_into_id")
_Row = tuple[Any, ...]


def load(stamp: UUID | None) -> Snapshot:
    """Read every vocabulary: seven queries."""
    terms, term_keys, term_heirs = _terms()
    regions, region_heirs = _code_list(Region.objects.order_by("code").values_list(*_TREE))
    agencies, agency_regions, agency_heirs = _agencies(terms[Scheme.AGENCY_LEVEL], regions)
    tags, tag_heirs = _tags()
    return Snapshot(
        stamp=stamp,
        terms=terms,
        term_keys=term_keys,
        heirs={Term: term_heirs, Region: region_heirs, Agency: agency_heirs, Tag: tag_heirs},
        regions=regions,
        agencies=agencies,
        agency_regions=agency_regions,
        tags=tags,
        programmes=_flat(Programme),
        laboratories=_flat(Laboratory),
        indicators=_flat(OutcomeIndicator),
    )


def _code_list(rows: Iterable[_Row]) -> tuple[CodeList, dict[int, int]]:
    """The vocabulary of rows (``_TREE``), and who inherited whom. An heir outside the rows is none."""
    rows = list(rows)
    codes = {row[0]: row[1] for row in rows}
    parents = {row[0]: row[5] for row in rows}
    heirs = last_heirs({row[0]: row[6] for row in rows if row[6] in codes})
    current = {pk: codes[heirs.get(pk, pk)] for pk in codes}
    entries: dict[str, Entry] = {}
    for pk, code, label_id, label_en, synonyms, _parent, _heir in rows:
        heir = current[pk] if current[pk] != code else None
        if heir and code in entries:
            continue  # the same code of another year
        above = codes.get(parent_of(pk, parents, heirs) or 0)
        entries[code] = Entry(code, label_id, label_en, split_synonyms(synonyms), above, heir)
    return CodeList(entries, current), heirs


def _terms() -> tuple[dict[str, CodeList], dict[int, TermKey], dict[int, int]]:
    """A vocabulary a scheme; the current term of each key; who inherited whom."""
    rows: dict[str, list[_Row]] = {scheme.value: [] for scheme in Scheme}
    own = {}
    ordered = Term.objects.order_by("scheme", "position", "code")
    for *row, scheme, year in ordered.values_list(*_TREE, "scheme", "year"):
        rows[scheme].append(tuple(row))
        own[row[0]] = TermKey(scheme, row[1], year)
    terms: dict[str, CodeList] = {}
    heirs: dict[int, int] = {}
    for scheme, found in rows.items():
        terms[scheme], inherited = _code_list(found)
        heirs |= inherited
    return terms, {pk: own[heirs.get(pk, pk)] for pk in own}, heirs


def _flat(model: Any) -> CodeList:
    return _code_list((*row, None, None) for row in model.objects.values_list(*_COLUMNS))[0]


def _tags() -> tuple[CodeList, dict[int, int]]:
    columns = ("pk", "slug", "name", "label_en", "synonyms", "merged_into_id", "state")
    rows = list(Tag.objects.order_by("slug").values_list(*columns))
    tags, heirs = _code_list((*row[:5], None, row[5]) for row in rows)
    proposed = {row[1] for row in rows if row[6] == Tag.State.PROPOSED}
    entries = {code: replace(entry, proposed=code in proposed) for code, entry in tags.entries.items()}
    return CodeList(entries, tags.codes), heirs


def _agencies(levels: CodeList, regions: CodeList) -> tuple[CodeList, dict[str, str], dict[int, int]]:
    """Agencies under their level of government, the region each one lies in, and who inherited whom."""
    rows = list(Agency.objects.order_by("label_id").values_list(*_TREE, "level_id", "region_id"))
    plain, heirs = _code_list(row[:7] for row in rows)
    level_of = {row[1]: LEVEL_PREFIX + levels.codes[row[7]] for row in rows}
    entries = {LEVEL_PREFIX + code: _level(entry) for code, entry in levels.entries.items()}
    for code, entry in plain.entries.items():
        entries[code] = replace(entry, parent=entry.parent or level_of[code])
    agencies = CodeList(entries, plain.codes)
    own_regions = {row[1]: regions.codes.get(row[8]) for row in rows}
    found = {}
    for code in own_regions:
        line = (code, *reversed(agencies.ancestors(code)))
        if region := next(filter(None, map(own_regions.get, line)), None):
            found[code] = region
    return agencies, found, heirs


def _level(entry: Entry) -> Entry:
    """A level of government as the agency facet has it."""
    heir = LEVEL_PREFIX + entry.heir if entry.heir else None
    return replace(entry, code=LEVEL_PREFIX + entry.code, parent=None, heir=heir)
