"""Facets as objects: one declaration gives form field, aggregation, links, API parameter and schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Text: TypeAlias = str | StrPromise
else:
    Text = str


class Vocabulary(Protocol):
    """The values a facet may take, with labels in every language."""

    def resolve(self, value: str) -> str | None:
        """The current code for ``value`` (a merged code gives its heir), ``None`` if unknown."""

    def label(self, value: str, language: str) -> str:
        """The label shown for a code; the code itself where there is none."""

    def matching(self, text: str, language: str) -> Iterable[str]:
        """Codes of which a label or synonym has words starting with every word of ``text``."""

    def ancestors(self, value: str) -> tuple[str, ...]:
        """The codes above ``value``, root first; empty in a flat vocabulary."""


@dataclass(frozen=True)
class FixedVocabulary:
    """A vocabulary known in code, such as true and false: code → (Indonesian, English)."""

    labels: Mapping[str, Mapping[str, str]]

    def resolve(self, value: str) -> str | None:
        return value if value in self.labels else None

    def label(self, value: str, language: str) -> str:
        return self.labels.get(value, {}).get(language, value)

    def matching(self, text: str, language: str) -> Iterable[str]:
        words = text.casefold().split()
        for code, labels in self.labels.items():
            label = labels.get(language, code).casefold().split()
            if all(any(part.startswith(word) for part in label) for word in words):
                yield code

    def ancestors(self, value: str) -> tuple[str, ...]:
        return ()


class YearVocabulary:
    """Four-digit years between 1900 and 2100."""

    def resolve(self, value: str) -> str | None:
        is_year = value.isascii() and value.isdigit() and len(value) == 4
        return value if is_year and 1900 <= int(value) <= 2100 else None

    def label(self, value: str, language: str) -> str:
        return value

    def matching(self, text: str, language: str) -> Iterable[str]:
        text = text.strip()
        return [str(year) for year in range(1900, 2101) if str(year).startswith(text)] if text else []

    def ancestors(self, value: str) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Facet:
    """A way to narrow a search.

    ``code`` names the URL parameter, the index field and the API key alike. ``size`` is the number of
    values shown at first. ``vocabulary`` is called once a use, so labels are never stale.
    ``open`` facets are unfolded on the search page; the others sit under "more filters".
    """

    code: str
    title: Text
    vocabulary: Callable[[], Vocabulary]
    size: int = 8
    open: bool = False
    has_page: bool = True
    suggest: bool = False
    similar: bool = False


@dataclass(frozen=True)
class TermsFacet(Facet):
    """One or more codes a record."""


@dataclass(frozen=True)
class TreeFacet(Facet):
    """Codes in a tree: a document carries a value with all its ancestors, so a parent's count is the
    union of its children's."""

    size: int = 12


@dataclass(frozen=True)
class FlagFacet(Facet):
    """True or nothing: records that have a property."""

    size: int = 1


@dataclass(frozen=True)
class RangeFacet(Facet):
    """A whole number with ``<code>_from`` and ``<code>_to`` beside the values themselves."""

    @property
    def range_parameters(self) -> tuple[str, str]:
        return f"{self.code}_from", f"{self.code}_to"


@dataclass(frozen=True)
class YearFacet(RangeFacet):
    """Years, shown as a histogram. Records without a year are outside every year filter."""

    vocabulary: Callable[[], Vocabulary] = field(default=YearVocabulary)
    size: int = 200


@dataclass(frozen=True)
class FacetRegistry:
    """The facets of an index in the order shown."""

    facets: tuple[Facet, ...]
    by_code: dict[str, Facet] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_code = {facet.code: facet for facet in self.facets}
        if len(by_code) != len(self.facets):
            raise ValueError("two facets share a code")
        object.__setattr__(self, "by_code", by_code)

    def __iter__(self) -> Iterator[Facet]:
        return iter(self.facets)

    def __getitem__(self, code: str) -> Facet:
        return self.by_code[code]

    def get(self, code: str) -> Facet | None:
        return self.by_code.get(code)
