"""How a definition's documents lie in an index, whatever the engine: names of fields, tiers of texts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from search.facets import FacetRegistry, RangeFacet
from search.registry import IndexDefinition, TextField
from search.types import LANGUAGES, Sort


def sort_names() -> tuple[str, ...]:
    """The orders a document has a string for; relevance has none."""
    plain = [sort.value for sort in Sort if sort not in (Sort.RELEVANCE, Sort.TITLE)]
    return (*plain, *(f"{Sort.TITLE.value}.{language}" for language in LANGUAGES))


def sort_field(name: str) -> str:
    return "sort_" + name.replace(".", "_")


def facet_field(code: str) -> str:
    return f"facet_{code}"


def number_field(code: str) -> str:
    return f"number_{code}"


def all_field(language: str) -> str:
    """Stems of all texts of a language: what decides whether a record matches."""
    return f"all_{language}"


@dataclass(frozen=True, slots=True)
class Tier:
    """Text fields of the same weight, ranked as one. The title has a tier of its own."""

    number: int
    weight: float
    names: tuple[str, ...]

    def exact(self, language: str) -> str:
        return f"exact_{self.number}_{language}"

    def stems(self, language: str) -> str:
        return f"stems_{self.number}_{language}"


@dataclass(frozen=True)
class Layout:
    """Everything about the index that follows from the definition alone.

    ``FORMAT`` is raised when an engine's own part or the reading of text changes, so that older indexes are
    rebuilt.
    """

    FORMAT: ClassVar[str] = "1"

    definition: IndexDefinition
    facets: FacetRegistry = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "facets", self.definition.facets)

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        by_rank: dict[tuple[float, bool], list[str]] = {}
        for text in self.definition.texts:
            by_rank.setdefault((text.weight, text.title), []).append(text.name)
        ranked = sorted(by_rank.items(), key=lambda item: item[0], reverse=True)
        return tuple(Tier(n, weight, tuple(names)) for n, ((weight, _), names) in enumerate(ranked))

    @cached_property
    def title(self) -> TextField:
        return next((text for text in self.definition.texts if text.title), self.definition.texts[0])

    @cached_property
    def title_tier(self) -> Tier:
        return next(tier for tier in self.tiers if self.title.name in tier.names)

    @cached_property
    def shown(self) -> tuple[tuple[str, bool], ...]:
        """(field, is it the title) in the order in which a highlight is looked for."""
        ranked = sorted(self.definition.texts, key=lambda text: (text.title, text.snippet, text.weight))
        return tuple((text.name, text.title) for text in reversed(ranked))

    @cached_property
    def text_slots(self) -> tuple[tuple[str, str], ...]:
        """(field, language) in the order in which the payload keeps the texts."""
        return tuple((text.name, language) for text in self.definition.texts for language in LANGUAGES)

    @cached_property
    def ranges(self) -> tuple[str, ...]:
        return tuple(facet.code for facet in self.facets if isinstance(facet, RangeFacet))

    @cached_property
    def alike(self) -> tuple[str, ...]:
        """Codes of the facets by which records are alike."""
        return tuple(facet.code for facet in self.facets if facet.similar)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the definition's version, texts, facets and orders, and with the engine's format."""
        texts = [(text.name, text.weight, text.title) for text in self.definition.texts]
        facets = [(facet.code, facet.similar, facet.code in self.ranges) for facet in self.facets]
        shape = repr((texts, facets, sort_names(), LANGUAGES)).encode()
        digest = hashlib.blake2b(shape, digest_size=6).hexdigest()
        return f"{self.FORMAT}.{self.definition.schema_version}.{digest}"
