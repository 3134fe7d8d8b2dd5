"""Judged queries sent to an engine, and what is to be said of its answers.

- The grades of the first ten records give nDCG@10. Where a search finds nothing and another spelling is
  offered, the records of that spelling count: they are what a visitor turns to.
- A misspelling is *recovered* when the spelling offered has the words that were meant, or when one of the
  first three records a visitor sees is clearly relevant (2) or better.
- A suggestion is *needless* when some record has every word exactly as typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean
from typing import Final

from search import query as reading
from search.engines.base import SearchEngine
from search.registry import RecordSource
from search.relevance.judgements import Judged, JudgementsRefused, same_words
from search.relevance.metric import DEPTH, ndcg
from search.types import SearchRequest, SearchResponse

CLEARLY: Final = 2
SEEN_AT_ONCE: Final = 3
_CHUNK: Final = 1_000

Keys = Mapping[str, str]
"""Name of a record → its key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine made of one judged query.

    ``found`` is the number of records with the words as typed, ``ndcg`` is between 0 and 1, ``recovered``
    is ``None`` for a query without a misspelling.
    """

    judged: Judged
    ndcg: float
    found: int
    suggestion: str | None
    needless: bool
    recovered: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some queries: how many, and the mean and the lowest of their nDCG@10."""

    queries: int
    mean: float
    lowest: float


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one engine, in the order of the judgements."""

    engine: str
    outcomes: tuple[Outcome, ...]

    @property
    def kinds(self) -> dict[str, Figures]:
        """Kind of query → its figures, in the order in which kinds first occur."""
        kinds = dict.fromkeys(outcome.judged.kind for outcome in self.outcomes)
        return {kind: _figures(self._of(kind)) for kind in kinds}

    @property
    def all(self) -> Figures:
        return _figures(self.outcomes)

    @property
    def misspelt(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.recovered is not None)

    @property
    def recovered(self) -> float:
        """Share of the misspelt queries, 0 to 1, that were recovered; 1 when there are none."""
        return fmean(bool(outcome.recovered) for outcome in self.misspelt) if self.misspelt else 1.0

    @property
    def needless(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.needless)

    def _of(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.judged.kind == kind]


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    values = [outcome.ndcg for outcome in outcomes]
    return Figures(len(values), fmean(values), min(values))


def measure(engine: SearchEngine, judgements: Iterable[Judged], keys: Keys) -> Report:
    """Ask ``engine`` every judged query; raises ``SearchUnavailable`` when it is away."""
    return Report(engine.name, tuple(_outcome(engine, judged, keys) for judged in judgements))


def record_keys(source: RecordSource, judgements: Iterable[Judged]) -> Keys:
    """The keys of all judged records; a name is a key or the last part of an address.

    Raises ``JudgementsRefused`` for names that no public record has, or that several have.
    """
    wanted = {name for judged in judgements for name in judged.grades}
    found: dict[str, set[str]] = {name: set() for name in wanted}
    for key, names in _named(source):
        for name in names & wanted:
            found[name].add(key)
    if unclear := sorted(name for name, keys in found.items() if len(keys) != 1):
        raise JudgementsRefused(f"no public record, or more than one, is called {', '.join(unclear)}")
    return {name: key for name, (key,) in found.items()}


def _named(source: RecordSource) -> Iterator[tuple[str, set[str]]]:
    keys = iter(source.public_keys())
    while chunk := list(islice(keys, _CHUNK)):
        for document in source.documents(chunk, dict.fromkeys(chunk, 0)):
            addresses = document.stored.get("url", {}).values()
            parts = {address.rstrip("/").rpartition("/")[-1] for address in addresses}
            yield document.key, {document.key, *parts}


def _outcome(engine: SearchEngine, judged: Judged, keys: Keys) -> Outcome:
    typed = _search(engine, judged.words, judged.language)
    seen = typed
    if typed.suggestion and not typed.total:
        seen = _search(engine, typed.suggestion, judged.language)
    by_key = {keys[name]: grade for name, grade in judged.grades.items()}
    grades = [by_key.get(hit.key, 0) for hit in seen.hits]
    return Outcome(
        judged=judged,
        ndcg=ndcg(grades, by_key.values()),
        found=typed.total,
        suggestion=typed.suggestion,
        needless=typed.suggestion is not None and _has_exact_hits(engine, judged),
        recovered=_is_recovered(judged, typed.suggestion, grades) if judged.meant else None,
    )


def _search(engine: SearchEngine, words: str, language: str) -> SearchResponse:
    return engine.search(SearchRequest(query=words, language=language, size=DEPTH, facet_sizes={}))


def _is_recovered(judged: Judged, suggestion: str | None, grades: Sequence[int]) -> bool:
    offered = suggestion is not None and same_words(suggestion, judged.meant)
    return offered or max(grades[:SEEN_AT_ONCE], default=0) >= CLEARLY


def _has_exact_hits(engine: SearchEngine, judged: Judged) -> bool:
    """Whether a record has every word as typed: in quotes, no stem and no synonym stands for a word."""
    clauses = reading.parse(judged.words).clauses
    words = dict.fromkeys(word for clause in clauses for word in clause.options[0].words)
    quoted = " ".join(f'"{word}"' for word in words)
    return _search(engine, quoted, judged.language).total > 0
