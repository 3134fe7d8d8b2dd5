"""The plain data that crosses the line between the site and a search engine.

Nothing here knows an engine, a model or an innovation. All times are milliseconds, all counts are
numbers of records (one record is one ``key``, whatever the number of its translations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_WINDOW = 20_000
"""Largest allowed ``page * size``; above it a request is refused (400), on every engine."""

LANGUAGES = ("id", "en")


class Sort(StrEnum):
    """Orders of a result; each ends in the record's key, so it is stable.

    ``PUBLISHED`` is the order of feeds, the last published first; visitors choose among the others.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    REPLICATED = "replicated"
    COMPLETE = "complete"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive bounds on a number; ``None`` leaves an end open."""

    start: int | None = None
    end: int | None = None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One validated search.

    ``selections`` maps a facet's code to the values chosen (OR inside a facet, AND across facets);
    ``ranges`` maps a facet's code to bounds that hold as well as its selection.
    ``facet_sizes`` says how many values of which facets to count: ``None`` counts every facet at its
    own ``size``, an empty mapping counts none. ``facet_only`` restricts the values that are returned
    for a facet (a search inside it).
    """

    query: str = ""
    language: str = "id"
    selections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    facet_sizes: Mapping[str, int] | None = None
    facet_only: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a highlighted text; ``match`` pieces are shown in a ``<mark>``."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True)
class Highlight:
    """A snippet of one text field in one language."""

    field: str
    language: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. ``stored`` is the public payload its document carries."""

    key: str
    score: float
    stored: Mapping[str, Any]
    highlights: Mapping[str, Highlight] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FacetResult:
    """Values by count (highest first, then by value); the selected ones are always there."""

    values: tuple[FacetValue, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """For a search that found nothing: the one filter whose removal finds most, and how many.

    With a ``value`` that value alone is to be removed. ``None`` means everything of ``facet``: several
    values or a range; or the query itself, when no filter's removal helps (``facet`` is then ``q``).
    """

    facet: str
    value: str | None
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResponse:
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, FacetResult]
    engine: str
    suggestion: str | None = None
    advice: Advice | None = None
    degraded: bool = False
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``key`` is a record's key for a title, a facet value's code otherwise."""

    text: str
    key: str
    count: int = 1
    stored: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """``kind`` is ``title`` or the code of a facet; titles come first."""

    kind: str
    items: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records are alike: ``kind`` is ``words`` or a facet's code."""

    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimilarHit:
    hit: Hit
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What an index holds of one live and public record: an allow-list, nothing else.

    ``texts``: field → language → text. ``facets``: facet code → values (a tree's value comes with all
    its ancestors). ``numbers``: facet code → whole number, for ranges. ``sorts``: name of an order
    (``title.id`` for a language's own) → string that sorts ascending and ends in the key.
    ``stored``: JSON-able public payload handed back with a hit.
    """

    key: str
    version: int
    texts: Mapping[str, Mapping[str, str]]
    facets: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    sorts: Mapping[str, str]
    stored: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A record that is gone (deleted, withdrawn, restricted) as of ``version``."""

    key: str
    version: int


Change = Document | Tombstone


class Refusal(StrEnum):
    """Why an index does not take a record, as far as that is known."""

    FIELD = "field"
    """A value is not what its field in the index holds, or there is no such field."""
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    """The record could not be read, or not be made a document: a fault of the site's own."""
    SILENT = "silent"
    """The engine did not say what became of it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of one change; ``error`` is set when the engine refused it (it is then parked).

    ``error`` is shown to staff and logged, so it holds nothing of the record; ``refusal`` says its kind.
    ``later`` means that the engine could not take it now, for no fault of the change: its turn comes again.
    """

    key: str
    version: int
    error: str | None = None
    later: bool = False
    refusal: Refusal = Refusal.OTHER


class IndexState(StrEnum):
    """How an index stands. All but the first and the last are mended by a rebuild, and by nothing else.

    ``UNREACHABLE`` says that nothing is known of the index: its server is away, or its files can't be opened
    for a reason that lies outside of them. It may be whole, so it is waited for and never rebuilt.
    """

    READY = "ready"
    MISSING = "missing"
    OTHER_SCHEMA = "other-schema"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Health:
    """How the index stands; ``reason`` says it in a sentence for logs when it doesn't answer."""

    state: IndexState
    engine: str
    generation: str | None = None
    documents: int = 0
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the index answers."""
        return self.state is IndexState.READY
