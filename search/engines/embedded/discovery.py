"""Suggestions while typing, and records like another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import tantivy
from tantivy import Occur

from search import text
from search.engines.embedded import layout as names
from search.engines.embedded.counts import value_counts
from search.engines.embedded.documents import Payload
from search.engines.embedded.queries import TantivyQuery, any_of, every, unscored
from search.engines.embedded.ranking import break_ties
from search.engines.embedded.reader import Snapshot
from search.types import LANGUAGES, Hit, Reason, SimilarHit, Suggestion, SuggestionGroup

MAX_LIMIT: Final = 100
"""Most records given at once, whatever the limit asked for."""
MAX_PREFIXES: Final = 8
"""Words of a beginning that are looked at."""
TELLING_WORDS: Final = 12
SHORTEST_TELLING: Final = 4
SHOWN_WORDS: Final = 5
COMMON: Final = 0.2
"""A word in more than this share of the records tells nothing of one of them."""
SHARED_VALUE: Final = 2.0
"""Weight of a shared facet value beside a word's, both times their rarity."""


def suggest(snapshot: Snapshot, typed: str, language: str, limit: int) -> tuple[SuggestionGroup, ...]:
    """Titles with a word beginning with each typed word, then values of the facets that offer them."""
    typed = text.clean(typed[:200]).strip()
    prefixes = list(dict.fromkeys(text.words(typed)))[:MAX_PREFIXES]
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


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that tells what a record is about: how it is written there, and how rare it is."""

    language: str
    stem: str
    written: str
    weight: float


def similar(snapshot: Snapshot, key: str, language: str, limit: int) -> tuple[SimilarHit, ...]:
    """Records that share telling words or values with ``key``, best first, with what they share."""
    queries, searcher = snapshot.queries, snapshot.searcher
    own = searcher.search(queries.only_live([queries.key(key)]), limit=1, count=False).hits
    if not own or limit < 1:
        return ()
    payload = Payload.read(searcher, own[0][1], snapshot.layout)
    telling = _telling_words(snapshot, payload, language)
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
        reasons = _reasons(snapshot, payload, other, telling)
        hits.append(SimilarHit(Hit(other.key, score, other.stored), reasons))
    return tuple(hits)


def _described(payload: Payload, language: str) -> Iterable[str]:
    """The title and extracts of a record: what says what it is about."""
    for field in payload.layout.definition.texts:
        if field.title or field.snippet:
            yield payload.texts[field.name, language]


def _telling_words(snapshot: Snapshot, payload: Payload, language: str) -> list[Telling]:
    """The rarest of the often used words, of the page's language if the record has texts in it."""
    order = (language, *(other for other in LANGUAGES if other != language))
    for lang in order:
        words = [word for content in _described(payload, lang) for word in text.words(content)]
        if words:
            return _rarest(snapshot, lang, words)
    return []


def _rarest(snapshot: Snapshot, language: str, words: list[str]) -> list[Telling]:
    stems, stop = text.stems(language), text.stop_words(language)
    content = [word for word in words if len(word) >= SHORTEST_TELLING and word not in stop]
    written = {stems[word]: word for word in reversed(content) if not word.isdigit()}
    often = Counter(stems[word] for word in content)
    records = max(snapshot.searcher.num_docs, 1)
    telling = []
    for stem, word in written.items():
        having = snapshot.searcher.doc_freq(names.all_field(language), stem)
        if having > 1 and (having <= COMMON * records or records < 1 / COMMON**2):
            weight = math.log1p(often[stem]) * math.log(1 + records / having)
            telling.append(Telling(language, stem, word, weight))
    return sorted(telling, key=lambda word: (-word.weight, word.stem))[:TELLING_WORDS]


def _word_scores(snapshot: Snapshot, telling: list[Telling]) -> list[TantivyQuery]:
    constant = tantivy.Query.const_score_query
    return [
        constant(snapshot.queries.term(names.all_field(word.language), word.stem), word.weight)
        for word in telling
    ]


def _value_scores(snapshot: Snapshot, payload: Payload) -> list[TantivyQuery]:
    searcher, records = snapshot.searcher, max(snapshot.searcher.num_docs, 1)
    scores = []
    for code, values in payload.alike.items():
        for value in values:
            having = max(searcher.doc_freq(names.facet_field(code), value), 1)
            weight = SHARED_VALUE * math.log(1 + records / having)
            query = snapshot.queries.facet(code, [value])
            scores.append(tantivy.Query.const_score_query(query, weight))
    return scores


def _reasons(snapshot: Snapshot, one: Payload, other: Payload, telling: list[Telling]) -> tuple[Reason, ...]:
    reasons = []
    if telling:
        stems = text.stems(telling[0].language)
        texts = (content for (_, lang), content in other.texts.items() if lang == telling[0].language)
        present = {stems[word] for content in texts for word in text.words(content)}
        shared = [word.written for word in telling if word.stem in present]
        if shared:
            reasons.append(Reason("words", tuple(shared[:SHOWN_WORDS])))
    theirs = other.alike
    for code, values in one.alike.items():
        common = [value for value in values if value in theirs[code]]
        vocabulary = snapshot.layout.facets[code].vocabulary()
        above = {ancestor for value in common for ancestor in vocabulary.ancestors(value)}
        if deepest := tuple(value for value in common if value not in above):
            reasons.append(Reason(code, deepest))
    return tuple(reasons)
