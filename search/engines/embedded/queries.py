"""Requests as tantivy queries: what matches, and how it is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import tantivy
from tantivy import FieldType, Occur

from search import query as reading
from search import text
from search.engines.embedded import layout as names
from search.engines.embedded.layout import Layout
from search.engines.requests import EXACT, SYNONYM, filters, language_weights, within_reach
from search.query import Clause, Option, Phrase
from search.types import LANGUAGES, Range, SearchRequest

TantivyQuery = tantivy.Query


def every(queries: Iterable[TantivyQuery]) -> TantivyQuery:
    return tantivy.Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Iterable[TantivyQuery], minimum: int = 1) -> TantivyQuery:
    return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries], minimum)


@dataclass(frozen=True)
class Queries:
    """Builds queries for one schema. Every query that leaves here passes ``only_live``."""

    layout: Layout
    schema: tantivy.Schema

    def term(self, field: str, value: str) -> TantivyQuery:
        return tantivy.Query.term_query(self.schema, field, value, "basic")

    @cached_property
    def _gone(self) -> TantivyQuery:
        return tantivy.Query.term_query(self.schema, names.GONE, 1, "basic")

    def only_live(self, parts: Iterable[TantivyQuery]) -> TantivyQuery:
        """All of ``parts``, never a tombstone: the one filter that drops what is gone."""
        clauses = [(Occur.Must, part) for part in parts] or [(Occur.Must, tantivy.Query.all_query())]
        return tantivy.Query.boolean_query([*clauses, (Occur.MustNot, self._gone)])

    def nothing(self) -> TantivyQuery:
        return tantivy.Query.empty_query()

    def key(self, key: str) -> TantivyQuery:
        return self.term(names.KEY, key)

    def facet(self, code: str, values: Iterable[str]) -> TantivyQuery:
        """Records with any of ``values``."""
        field = names.facet_field(code)
        return any_of(self.term(field, value) for value in dict.fromkeys(values))

    def range(self, code: str, bounds: Range) -> TantivyQuery:
        start, end = within_reach(bounds.start), within_reach(bounds.end)
        if start is not None and end is not None and start > end:
            return tantivy.Query.empty_query()
        field = names.number_field(code)
        return tantivy.Query.range_query(self.schema, field, FieldType.Integer, start, end)

    def filters(self, request: SearchRequest) -> dict[str, TantivyQuery]:
        """One query a facet that narrows the request.

        Raises ``RequestRefused`` for a facet that is not declared or has no range.
        """
        return filters(request, self.layout.facets, values=self.facet, bounds=self.range, every=every)

    def match(self, query: reading.Query) -> TantivyQuery:
        """Records that satisfy ``query``, without a score worth keeping."""
        required = [self._clause(clause) for clause in query.required]
        return every([*required, *self._enough_of(query)])

    def _enough_of(self, query: reading.Query) -> list[TantivyQuery]:
        optional = [self._clause(clause) for clause in query.optional]
        return optional if query.minimum == len(optional) else [any_of(optional, query.minimum)]

    def _clause(self, clause: Clause) -> TantivyQuery:
        options = [self._option(option) for option in clause.options]
        return options[0] if len(options) == 1 else any_of(options)

    def _option(self, option: Option) -> TantivyQuery:
        if isinstance(option, Phrase):
            return any_of(
                self._phrase(tier.exact(language), option.words)
                for tier in self.layout.tiers
                for language in LANGUAGES
            )
        words = [self.word(word) for word in option.words]
        return words[0] if len(words) == 1 else every(words)

    def word(self, word: str) -> TantivyQuery:
        """Records that have the stem of ``word`` anywhere, in either language."""
        return any_of(self.term(names.all_field(lang), text.stems(lang)[word]) for lang in LANGUAGES)

    def _phrase(self, field: str, words: tuple[str, ...]) -> TantivyQuery:
        if len(words) == 1:
            return tantivy.Query.term_query(self.schema, field, words[0], "freq")
        return tantivy.Query.phrase_query(self.schema, field, list(words))

    def ranked(self, query: reading.Query, language: str, filters: Iterable[TantivyQuery]) -> TantivyQuery:
        """Records that satisfy ``query`` and ``filters``, scored.

        Better fields, exact words and the page's language weigh more. Phrases match and score at once, as
        looking at places is dear; words match over the field of all texts and score over each field.
        """
        weights = language_weights(language)
        phrases = [any_of(self._scores(clause.options[0], 1.0, weights)) for clause in query.required]
        unscored_parts = [unscored(part) for part in (*self._enough_of(query), *filters)]
        scored = [
            (Occur.Should, part)
            for clause in query.optional
            for place, option in enumerate(clause.options)
            for part in self._scores(option, SYNONYM if place else 1.0, weights)
        ]
        return tantivy.Query.boolean_query(
            [
                *((Occur.Must, part) for part in (*phrases, *unscored_parts)),
                *scored,
                (Occur.MustNot, self._gone),
            ]
        )

    def _scores(self, option: Option, weight: float, weights: Mapping[str, float]) -> Iterable[TantivyQuery]:
        boosted, term = tantivy.Query.boost_query, tantivy.Query.term_query
        for tier in self.layout.tiers:
            for language, share in weights.items():
                boost = weight * share * tier.weight
                exact, stem_field = tier.exact(language), tier.stems(language)
                if isinstance(option, Phrase):
                    yield boosted(self._phrase(exact, option.words), EXACT * boost)
                    continue
                stems = text.stems(language)
                for word in option.words:
                    yield boosted(term(self.schema, stem_field, stems[word], "freq"), boost)
                    yield boosted(term(self.schema, exact, word, "freq"), EXACT * boost)


def unscored(query: TantivyQuery) -> TantivyQuery:
    return tantivy.Query.const_score_query(query, 0.0)
