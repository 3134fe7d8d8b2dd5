"""Rules about search that Django checks before it starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from search.engines.base import SearchEngine
from search.facets import Facet, FixedVocabulary, RangeFacet
from search.registry import IndexDefinition, definition
from search.types import LANGUAGES

RESERVED_PARAMETERS = frozenset({"q", "sort", "page", "size", "lang", "facet_q"})


@register()
def index_is_defined(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``search.E001``: nothing says what is searched. ``E002`` to ``E004``: what is said is unsound."""
    try:
        found = definition()
    except RuntimeError as error:
        hint = "Call search.registry.register() when the application that owns the records is ready."
        return [Error(f"Nothing is searched: {error}.", hint=hint, id="search.E001")]
    return [*_titles(found), *_parameters(found), *_texts(found)]


@register(Tags.database)
def fixed_labels_are_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``search.E005``: a value known in code has no label in one of the languages.

    Asked with the database's checks, because a facet's vocabulary may be rows.
    """
    if not kwargs.get("databases"):
        return []
    return [
        Error(
            f"Value {code!r} of the facet {facet.code!r} has no label in {language!r}.",
            hint="Add it to the facet's vocabulary.",
            obj=facet,
            id="search.E005",
        )
        for facet in definition().facets.facets
        for code, labels in _fixed_labels(facet).items()
        for language in LANGUAGES
        if not labels.get(language)
    ]


@register()
def engine_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``search.E006``: SEARCH_ENGINE names no engine that can be loaded."""
    name, engines = settings.SEARCH_ENGINE, settings.SEARCH_ENGINES
    hint = f"Set SEARCH_ENGINE to one of: {', '.join(engines)}."
    if name not in engines:
        return [Error(f"SEARCH_ENGINE={name} is unknown.", hint=hint, id="search.E006")]
    try:
        found = import_string(str(engines[name]["CLASS"]))
    except (ImportError, KeyError) as error:
        return [Error(f"SEARCH_ENGINE={name} cannot be loaded: {error}.", hint=hint, id="search.E006")]
    if isinstance(found, type) and issubclass(found, SearchEngine):
        return []
    return [Error(f"SEARCH_ENGINE={name} is no SearchEngine.", hint=hint, id="search.E006")]


@register()
def sqlite_writes_at_once(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """``search.E007``: SQLite doesn't take its write lock when a transaction begins.

    Leases, turns and change rows read and then write in one transaction; without the lock another
    process could write in between, and SQLite would refuse the second write.
    """
    databases: dict[str, dict[str, Any]] = settings.DATABASES
    return [
        Error(
            f"The SQLite database {alias!r} doesn't begin its transactions with IMMEDIATE.",
            hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE".',
            id="search.E007",
        )
        for alias, database in databases.items()
        if database["ENGINE"].endswith("sqlite3")
        and database.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE"
    ]


def _fixed_labels(facet: Facet) -> Mapping[str, Mapping[str, str]]:
    try:
        vocabulary = facet.vocabulary()
    except DatabaseError:  # ``migrate`` asks before the tables are there; rows aren't what is checked
        return {}
    return vocabulary.labels if isinstance(vocabulary, FixedVocabulary) else {}


def _titles(found: IndexDefinition) -> Iterator[CheckMessage]:
    for facet in found.facets.facets:
        if not isinstance(facet.title, Promise):
            yield Error(
                f"The title of the facet {facet.code!r} can't be translated.",
                hint="Mark it with gettext_lazy.",
                obj=facet,
                id="search.E002",
            )


def _parameters(found: IndexDefinition) -> Iterator[CheckMessage]:
    taken = set(RESERVED_PARAMETERS)
    for facet in found.facets.facets:
        names = (facet.code, *(facet.range_parameters if isinstance(facet, RangeFacet) else ()))
        for name in taken.intersection(names):
            yield Error(
                f"The facet {facet.code!r} uses the parameter {name!r}, which means something else.",
                hint="Give it another code.",
                obj=facet,
                id="search.E003",
            )
        taken.update(names)


def _texts(found: IndexDefinition) -> Iterator[CheckMessage]:
    titles = [text.name for text in found.texts if text.title]
    if len(titles) != 1:
        yield Error(
            f"{len(titles)} text fields are the title; suggestions and the title sort need exactly one.",
            hint="Set title=True on one TextField.",
            id="search.E004",
        )
