"""Suggestions while typing, and records like another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import tantivy
from tantivy import Occur

from search import text
from search.engines.embedded import layout as names
from search.engines.embedded.counts import value_counts
from search.engines.embedded.documents import Payload
from search.engines.embedded.queries import TantivyQuery, any_of, every, unscored
from search.engines.embedded.ranking import break_ties
from search.engines.embedded.reader import Snapshot
from search.engines.likeness import (
    LEAST_SHARED,
    MAX_TEXT,
    SHARED_VALUE,
    Telling,
    described,
    rarity,
    reasons,
    telling_words,
)
from search.engines.suggesting import MAX_LIMIT, beginning
from search.types import LANGUAGES, Hit, SimilarHit, Suggestion, SuggestionGroup


def suggest(snapshot: Snapshot, typed: str, language: str, limit: int) -> tuple[SuggestionGroup, ...]:
    """Titles with a word beginning with each typed word, then values of the facets that offer them."""
    typed, prefixes = beginning(typed)
    if not prefixes or limit < 1:
        return ()
    limit = min(limit, MAX_LIMIT)
    groups = [SuggestionGroup("title", _titles(snapshot, prefixes, language, limit))]
    for facet in snapshot.layout.facets:
        if facet.suggest:
            vocabulary = facet.vocabulary()
            codes = list(vocabulary.matching(typed, language))
            counts = value_counts(snapshot, facet.code, codes) if codes else {}
            best = sorted(counts, key=lambda code: (-counts[code], code))[:limit]
            items = (Suggestion(vocabulary.label(code, language), code, counts[code]) for code in best)
            groups.append(SuggestionGroup(facet.code, tuple(items)))
    return tuple(group for group in groups if group.items)


def _titles(snapshot: Snapshot, prefixes: Sequence[str], language: str, limit: int) -> tuple[Suggestion, ...]:
    """Titles in which whole words count more than beginnings, the page's language first."""
    queries, tier = snapshot.queries, snapshot.layout.title_tier
    required = [
        any_of(
            tantivy.Query.regex_query(queries.schema, tier.exact(lang), f"{prefix}.*") for lang in LANGUAGES
        )
        for prefix in prefixes
    ]
    whole = [
        (Occur.Should, tantivy.Query.const_score_query(queries.term(tier.exact(lang), prefix), weight))
        for prefix in prefixes
        for lang, weight in ((lang, 2.0 if lang == language else 1.0) for lang in LANGUAGES)
    ]
    query = tantivy.Query.boolean_query([(Occur.Must, unscored(queries.only_live(required))), *whole])
    found = snapshot.searcher.search(query, limit=limit, count=False)
    suggestions = []
    for _, address in break_ties(snapshot.searcher, found.hits):
        payload = Payload.read(snapshot.searcher, address, snapshot.layout)
        suggestions.append(Suggestion(_title(payload, language), payload.key, 1, payload.stored))
    return tuple(suggestions)


def _title(payload: Payload, language: str) -> str:
    name = payload.layout.title.name
    shown = payload.texts.get((name, language), "")
    return shown or next(filter(None, (payload.texts[name, other] for other in LANGUAGES)), "")


def similar(snapshot: Snapshot, key: str, language: str, limit: int) -> tuple[SimilarHit, ...]:
    """Records that share telling words or values with ``key``, best first, with what they share."""
    queries, searcher = snapshot.queries, snapshot.searcher
    own = searcher.search(queries.only_live([queries.key(key)]), limit=1, count=False).hits
    if not own or limit < 1:
        return ()
    payload = Payload.read(searcher, own[0][1], snapshot.layout)
    spoken, words = described(payload, snapshot.layout, language)
    field = names.all_field(spoken)
    telling = telling_words(spoken, words, _records(snapshot), partial(searcher.doc_freq, field))
    scored = [*_word_scores(snapshot, telling), *_value_scores(snapshot, payload)]
    if not scored:
        return ()
    wanted = any_of(scored)
    others = every([wanted, unscored(queries.only_live(()))])
    not_itself = tantivy.Query.boolean_query([(Occur.Must, others), (Occur.MustNot, queries.key(key))])
    found = searcher.search(not_itself, limit=min(limit, MAX_LIMIT), count=False).hits
    hits = []
    for score, address in break_ties(searcher, found):
        other = Payload.read(searcher, address, snapshot.layout)
        why = reasons(snapshot.layout, payload, other, telling)
        hits.append(SimilarHit(Hit(other.key, score, other.stored), why))
    return tuple(hits)


def alike(snapshot: Snapshot, written: str, language: str, limit: int) -> tuple[Hit, ...]:
    """Records that share telling words with a text that is in no index, best first."""
    field = names.all_field(language)
    having = partial(snapshot.searcher.doc_freq, field)
    words = text.words(text.clean(written[:MAX_TEXT]))
    telling = telling_words(language, words, _records(snapshot), having, others=0)
    if not telling or limit < 1:
        return ()
    scored = _word_scores(snapshot, telling)
    wanted = tantivy.Query.boolean_query(
        [(Occur.Should, query) for query in scored],
        minimum_number_should_match=min(LEAST_SHARED, len(scored)),
    )
    query = every([wanted, unscored(snapshot.queries.only_live(()))])
    found = snapshot.searcher.search(query, limit=min(limit, MAX_LIMIT), count=False).hits
    hits = []
    for score, address in break_ties(snapshot.searcher, found):
        payload = Payload.read(snapshot.searcher, address, snapshot.layout)
        hits.append(Hit(payload.key, score, payload.stored))
    return tuple(hits)


def _records(snapshot: Snapshot) -> int:
    return max(snapshot.searcher.num_docs, 1)


def _word_scores(snapshot: Snapshot, telling: list[Telling]) -> list[TantivyQuery]:
    constant = tantivy.Query.const_score_query
    return [
        constant(snapshot.queries.term(names.all_field(word.language), word.stem), word.weight)
        for word in telling
    ]


def _value_scores(snapshot: Snapshot, payload: Payload) -> list[TantivyQuery]:
    scores = []
    for code, values in payload.alike.items():
        for value in values:
            having = snapshot.searcher.doc_freq(names.facet_field(code), value)
            weight = SHARED_VALUE * rarity(_records(snapshot), having)
            query = snapshot.queries.facet(code, [value])
            scores.append(tantivy.Query.const_score_query(query, weight))
    return scores
