"""Wagtail's own search beside ours: `search()` and one `facet()` a field, as its documentation shows it.

Compared is one page of results with every facet counted. Ours is one engine call that returns 20 hits, the
total, and every value of each of our 17 facets. Wagtail's way is `search()` for 20 hits, their total, and
`facet()` once for each field that it can count: 15 of ours, as awards are rows of a child table and a
measured outcome is no field. On Elasticsearch it hands back ten values a field.

The fields that Wagtail needs are declared on the model in this process alone, and only while it is measured:
the texts that our index holds, and one FilterField a facet. On Elasticsearch it fills an index of its own on
the same server. The database backend searches the index it has, in which records have their title alone:
that is less than ours searches, so the comparison favours it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from django.db.models import QuerySet
from modelsearch.backends.elasticsearch9 import Elasticsearch9SearchBackend
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.query import MATCH_ALL

from catalogue.documents import BODY
from catalogue.models import InnovationPage
from catalogue.models.terms import Scheme, Term
from scripts.bench.beside import clock
from scripts.bench.engine import request, within_a_request
from scripts.bench.figures import Figure, at_least, plain, table
from search.engines.base import SearchEngine
from search.engines.counting import MANY
from search.types import SearchResponse

FASTER, FASTER_THAN_DATABASE = 2.0, 20.0
HITS, CHUNK = 20, 1000
TEXTS = ("acronym", "summary", "problem", *BODY)
FACETS = (
    "sector_id",
    "region_id",
    "agency_id",
    "year_started",
    "status_id",
    "matter_id",
    "innovation_type_id",
    "is_digital",
    "stage_id",
    "tags",
    "core_values",
    "sdgs",
    "programme_id",
    "laboratory_id",
    "locale_id",
)
TITLE_BOOST = 4.0


@dataclass(frozen=True, slots=True)
class Case:
    """The same search twice: as our query string, and as words and filters for Wagtail's."""

    query: str
    words: str = ""
    terms: tuple[tuple[str, str, str], ...] = ()
    """(Field, scheme, code) of each filter."""

    def pages(self) -> QuerySet[InnovationPage]:
        found = InnovationPage.objects.live().public().filter(is_source=True)
        for field, scheme, code in self.terms:
            found = found.filter(**{field: Term.objects.get(scheme=scheme, code=code).pk})
        return found


CASES = {
    "nothing asked": Case(""),
    "common word": Case("q=pelayanan", "pelayanan"),
    "three words": Case("q=antrean+puskesmas+daring", "antrean puskesmas daring"),
    "two facets": Case(
        "sector=health&stage=implemented",
        terms=(("sector_id", Scheme.SECTOR, "health"), ("stage_id", Scheme.STAGE, "implemented")),
    ),
}
ON_DATABASE = ("nothing asked", "common word")
"""A search and its facets take many seconds there, so there are two, each asked once."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds of both, the median of their ratios, and how many facet values each returned."""

    name: str
    ours: float
    theirs: float
    ratio: float
    our_values: int
    their_values: int


@contextmanager
def declared() -> Iterator[None]:
    """Wagtail's search fields on the model, while the block runs."""
    own = vars(InnovationPage).get("search_fields")
    texts = [index.SearchField(name) for name in TEXTS]
    filters = [index.FilterField(name.removesuffix("_id")) for name in (*FACETS, "is_source")]
    # Without our own word for kinds of pages, which only the database backend is asked for.
    inherited = [field for field in Page.search_fields if field.field_name != "title"]
    title = [index.SearchField("title", boost=TITLE_BOOST), index.FilterField("title")]
    InnovationPage.search_fields = [*inherited, *title, *texts, *filters]
    try:
        yield
    finally:
        if own is None:
            del InnovationPage.search_fields
        else:
            InnovationPage.search_fields = own


def fill(backend: Any) -> float:
    """Index every public record as `rebuild_modelsearch_index` does; seconds."""
    started = time.perf_counter()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(InnovationPage))
    into = rebuilder.start()
    into.add_model(InnovationPage)
    pages = Case("").pages().order_by("pk").prefetch_related("core_values", "sdgs", "tags")
    keys = list(pages.values_list("pk", flat=True))
    for first in range(0, len(keys), CHUNK):
        into.add_items(InnovationPage, list(pages.filter(pk__in=keys[first : first + CHUNK])))
    rebuilder.finish()
    return time.perf_counter() - started


def search(backend: Any, case: Case) -> int:
    """One page of results and every facet; the number of facet values."""
    asked = {"operator": "and"} if case.words else {}
    found = backend.search(case.words or MATCH_ALL, case.pages(), **asked)
    list(found[:HITS])
    found.count()
    return sum(len(found.facet(name)) for name in FACETS)


def compare(name: str, engine: SearchEngine, backend: Any, rounds: int, warm_up: int) -> Compared:
    """Ours and Wagtail's in turns."""
    case = CASES[name]
    ours, theirs = [], []
    values: list[int] = []
    for turn in range(warm_up + rounds):
        with within_a_request():
            asked = request(case.query)
            every = replace(asked, facet_sizes={facet.code: MANY for facet in engine.definition.facets})
            answers: list[SearchResponse] = []
            our_time = clock(lambda: answers.append(engine.search(every)))  # noqa: B023 - called at once
            their_time = clock(lambda: values.append(search(backend, case)))
        if turn >= warm_up:
            ours.append(our_time)
            theirs.append(their_time)
    return Compared(
        name,
        median(ours),
        median(theirs),
        median(there / here for here, there in zip(ours, theirs, strict=True)),
        sum(len(facet.values) for facet in answers[0].facets.values()),
        values[-1],
    )


@dataclass(frozen=True, slots=True)
class Stock:
    """What was found on each of Wagtail's backends, and how long its Elasticsearch index took, in seconds."""

    filled: float
    records: int
    elasticsearch: Sequence[Compared]
    database: Sequence[Compared]


def measure(engine: SearchEngine, url: str, prefix: str, rounds: int) -> Stock:
    """Fill Wagtail's index on the server at ``url``, which stays there, and ask both backends."""
    backend = Elasticsearch9SearchBackend({"URLS": [url], "INDEX_PREFIX": prefix, "TIMEOUT": 60})
    with declared():
        seconds = fill(backend)
        on_server = [compare(name, engine, backend, rounds, warm_up=2) for name in CASES]
        database = get_search_backend()
        on_database = [compare(name, engine, database, rounds=1, warm_up=0) for name in ON_DATABASE]
        return Stock(seconds, Case("").pages().count(), on_server, on_database)


def figures(found: Stock) -> list[Figure]:
    every = [*found.elasticsearch, *found.database]
    ours, theirs = (sum(getattr(one, side) for one in every) for side in ("our_values", "their_values"))
    return [
        at_least(
            "Wagtail's search and facets, same server ÷ engine", _middle(found.elasticsearch), FASTER, "×"
        ),
        at_least(
            "Wagtail's search and facets, database ÷ engine",
            _middle(found.database),
            FASTER_THAN_DATABASE,
            "×",
            0,
        ),
        Figure("facet values returned, ours and Wagtail's", f"{ours} and {theirs}"),
        plain("Wagtail's index on the server, records/s", found.records / found.filled, digits=0),
    ]


def _middle(found: Sequence[Compared]) -> float:
    return median(one.ratio for one in found)


def breakdown(found: Stock) -> str:
    rows = [
        (
            f"{one.name}, {where}",
            f"{one.ours:.1f}",
            f"{one.theirs:.0f}",
            f"{one.ratio:.1f}",
            str(one.our_values),
            str(one.their_values),
        )
        for where, ones in (("Elasticsearch", found.elasticsearch), ("database", found.database))
        for one in ones
    ]
    heads = ("query, Wagtail's backend", "ours ms", "Wagtail ms", "ratio", "our values", "Wagtail's")
    return table(
        "Every facet counted: one engine call beside search() and facet() each (medians)", rows, heads
    )
