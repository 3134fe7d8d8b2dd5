"""What the site searches: one definition, registered by the application that owns the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.facets import FacetRegistry
from search.types import Document


@dataclass(frozen=True, slots=True)
class TextField:
    """A searched text. ``weight`` orders fields by importance (title highest); ``snippet`` fields may
    be shown as a highlighted extract; ``title`` is the field of suggestions and of the title sort."""

    name: str
    weight: float
    snippet: bool = False
    title: bool = False


class RecordSource(Protocol):
    """Reads committed records for an index."""

    def documents(self, keys: Sequence[str], versions: Mapping[str, int]) -> Iterable[Document]:
        """A document for each key whose record is live and public now; the others are left out."""

    def public_keys(self) -> Iterator[str]:
        """Keys of every live and public record."""


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """``schema_version`` must change whenever a document's shape does: older indexes are rebuilt.

    ``synonyms`` gives the groups of words or phrases that mean the same; called once a query, so it must
    be cheap.
    """

    schema_version: str
    texts: tuple[TextField, ...]
    facets: FacetRegistry
    source: RecordSource
    synonyms: Callable[[], Sequence[Sequence[str]]] = tuple


_definition: IndexDefinition | None = None


def register(definition: IndexDefinition) -> None:
    """Make ``definition`` the site's index; called once, when the owning application is ready."""
    global _definition  # noqa: PLW0603 - one registration a process, as with apps
    _definition = definition


def definition() -> IndexDefinition:
    """The registered definition.

    Raises ``RuntimeError`` when no application has registered one.
    """
    if _definition is None:
        raise RuntimeError("no application has registered a search index")
    return _definition
