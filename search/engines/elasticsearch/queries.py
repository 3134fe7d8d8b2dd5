"""Requests in Elasticsearch's query language: what matches, and how it is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from search import query as reading
from search.engines.elasticsearch import layout as names
from search.engines.elasticsearch.layout import Layout, stems_field
from search.engines.requests import EXACT, SYNONYM, filters, language_weights, within_reach
from search.query import Clause, Option, Phrase
from search.types import LANGUAGES, Range, SearchRequest

Part = dict[str, Any]

GONE: Final[Part] = {"term": {names.GONE: True}}
NOTHING: Final[Part] = {"match_none": {}}


def all_of(parts: Iterable[Part]) -> Part:
    """All of ``parts``, without a score."""
    return {"bool": {"filter": list(parts)}}


def any_of(parts: Iterable[Part], minimum: int = 1) -> Part:
    return {"bool": {"should": list(parts), "minimum_should_match": minimum}}


def only_live(parts: Iterable[Part] = ()) -> Part:
    """All of ``parts``, never a tombstone: the one filter that drops what is gone."""
    return {"bool": {"filter": list(parts), "must_not": [GONE]}}


@dataclass(frozen=True)
class Queries:
    """Builds queries for one layout."""

    layout: Layout

    def facet(self, code: str, values: Iterable[str]) -> Part:
        """Records with any of ``values``."""
        return {"terms": {names.facet_field(code): list(dict.fromkeys(values))}}

    def range(self, code: str, bounds: Range) -> Part:
        ends = {"gte": bounds.start, "lte": bounds.end}
        within = {end: within_reach(bound) for end, bound in ends.items() if bound is not None}
        return {"range": {names.number_field(code): within}}

    def filters(self, request: SearchRequest) -> dict[str, Part]:
        """One query a facet that narrows the request.

        Raises ``RequestRefused`` for a facet that is not declared or has no range.
        """
        return filters(request, self.layout.facets, values=self.facet, bounds=self.range, every=all_of)

    def match(self, query: reading.Query) -> list[Part]:
        """Conditions that together leave the records that satisfy ``query``."""
        required = [self._clause(clause) for clause in query.required]
        optional = [self._clause(clause) for clause in query.optional]
        return [
            *required,
            *(optional if query.minimum == len(optional) else [any_of(optional, query.minimum)]),
        ]

    def _clause(self, clause: Clause) -> Part:
        options = [self._option(option) for option in clause.options]
        return options[0] if len(options) == 1 else any_of(options)

    def _option(self, option: Option) -> Part:
        if isinstance(option, Phrase):
            return self._phrase(option, dict.fromkeys(LANGUAGES, 1.0))
        words = [self.word(word) for word in option.words]
        return words[0] if len(words) == 1 else all_of(words)

    def word(self, word: str) -> Part:
        """Records that have the stem of ``word`` anywhere, in either language."""
        return any_of({"match": {names.all_field(language): word}} for language in LANGUAGES)

    def _phrase(self, option: Phrase, weights: Mapping[str, float], boost: float = 1.0) -> Part:
        fields = [
            f"{tier.exact(language)}^{weight * tier.weight * boost:g}"
            for tier in self.layout.tiers
            for language, weight in weights.items()
        ]
        return {"multi_match": {"query": " ".join(option.words), "type": "phrase", "fields": fields}}

    def scores(self, query: reading.Query, language: str) -> list[Part]:
        """What ranks records: better fields, exact words and the page's language weigh more."""
        weights = language_weights(language)
        return [
            self._score(option, SYNONYM if place else 1.0, weights)
            for clause in query.clauses
            for place, option in enumerate(clause.options)
        ]

    def _score(self, option: Option, weight: float, weights: Mapping[str, float]) -> Part:
        if isinstance(option, Phrase):
            return self._phrase(option, weights, weight * EXACT)
        fields = []
        for tier in self.layout.tiers:
            for language, share in weights.items():
                boost, exact = weight * share * tier.weight, tier.exact(language)
                fields += [f"{exact}^{EXACT * boost:g}", f"{stems_field(exact)}^{boost:g}"]
        return {"multi_match": {"query": " ".join(option.words), "type": "most_fields", "fields": fields}}
