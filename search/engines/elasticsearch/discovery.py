"""Suggestions while typing, and records like another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from search import text
from search.engines.elasticsearch import layout as names
from search.engines.elasticsearch.answers import Ask, value_terms
from search.engines.elasticsearch.documents import Kept
from search.engines.elasticsearch.layout import Layout
from search.engines.elasticsearch.queries import Part, any_of, only_live
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
from search.facets import Facet
from search.types import LANGUAGES, Hit, SimilarHit, Suggestion, SuggestionGroup

TermCounts = Callable[[str, str], Mapping[str, int]]
"""Field and text → how many documents have each of the text's terms."""


def suggest(layout: Layout, ask: Ask, typed: str, language: str, limit: int) -> tuple[SuggestionGroup, ...]:
    """Titles with a word beginning with each typed word, then values of the facets that offer them."""
    typed, prefixes = beginning(typed)
    if not prefixes or limit < 1:
        return ()
    limit = min(limit, MAX_LIMIT)
    offered = _offered(layout, typed, language)
    answer = ask(
        query=_titles(layout, prefixes, language),
        sort=["_score", {names.TIE: "asc"}],
        size=limit,
        track_total_hits=False,
        source=[names.STORED, names.TEXTS],
        **_counted(offered),
    )
    groups = [SuggestionGroup("title", _hits(layout, answer, language))]
    counted = answer.get("aggregations", {}).get("values", {}).get("live", {})
    groups += [_group(facet, counted, language, limit) for facet in offered]
    return tuple(group for group in groups if group.items)


def _offered(layout: Layout, typed: str, language: str) -> dict[Facet, list[str]]:
    """The facets that are suggested, each with its values that match what was typed."""
    matching = {
        facet: list(facet.vocabulary().matching(typed, language)) for facet in layout.facets if facet.suggest
    }
    return {facet: codes for facet, codes in matching.items() if codes}


def _counted(offered: Mapping[Facet, list[str]]) -> dict[str, Any]:
    if not offered:
        return {}
    counts = {facet.code: value_terms(facet.code, codes) for facet, codes in offered.items()}
    live = {"live": {"filter": only_live(), "aggs": counts}}
    return {"aggregations": {"values": {"global": {}, "aggs": live}}}


def _group(facet: Facet, counted: Mapping[str, Any], language: str, limit: int) -> SuggestionGroup:
    buckets = counted.get(facet.code, {}).get("buckets", ())
    label = facet.vocabulary().label
    items = (Suggestion(label(b["key"], language), b["key"], b["doc_count"]) for b in buckets[:limit])
    return SuggestionGroup(facet.code, tuple(items))


def _titles(layout: Layout, prefixes: Sequence[str], language: str) -> Part:
    """Titles in which whole words count more than beginnings, the page's language first."""
    tier = layout.title_tier
    beginnings = [any_of({"prefix": {tier.exact(lang): prefix}} for lang in LANGUAGES) for prefix in prefixes]
    whole = [
        {"constant_score": {"filter": {"term": {tier.exact(lang): prefix}}, "boost": weight}}
        for prefix in prefixes
        for lang, weight in ((lang, 2.0 if lang == language else 1.0) for lang in LANGUAGES)
    ]
    titles = only_live(beginnings)
    titles["bool"]["should"] = whole
    return titles


def _hits(layout: Layout, answer: Mapping[str, Any], language: str) -> tuple[Suggestion, ...]:
    kept = [Kept.of(hit, layout) for hit in answer["hits"]["hits"]]
    return tuple(Suggestion(_title(one, language), one.key, 1, one.stored) for one in kept)


def _title(kept: Kept, language: str) -> str:
    name = kept.layout.title.name
    shown = kept.texts.get((name, language), "")
    return shown or next(filter(None, (kept.texts[name, other] for other in LANGUAGES)), "")


def similar(
    layout: Layout, ask: Ask, term_counts: TermCounts, key: str, language: str, limit: int
) -> tuple[SimilarHit, ...]:
    """Records that share telling words or values with ``key``, best first, with what they share."""
    own, records, having = _own(layout, ask, key)
    if own is None or limit < 1:
        return ()
    spoken, words = described(own, layout, language)
    counts = term_counts(names.all_field(spoken), " ".join(words)) if words else {}
    telling = telling_words(spoken, words, records, lambda stem: counts.get(stem, 0))
    scored = [*_word_scores(telling), *_value_scores(own, records, having)]
    if not scored:
        return ()
    query = only_live()
    query["bool"]["must_not"].append({"ids": {"values": [key]}})
    query["bool"] |= {"should": scored, "minimum_should_match": 1}
    answer = ask(
        query=query,
        sort=["_score", {names.TIE: "asc"}],
        size=min(limit, MAX_LIMIT),
        track_total_hits=False,
        source=[names.STORED, names.TEXTS, names.ALIKE],
    )
    why = partial(reasons, layout, own, telling=telling)
    found = ((hit["_score"], Kept.of(hit, layout)) for hit in answer["hits"]["hits"])
    return tuple(SimilarHit(Hit(other.key, score, other.stored), why(other)) for score, other in found)


def alike(
    layout: Layout, ask: Ask, term_counts: TermCounts, written: str, language: str, limit: int
) -> tuple[Hit, ...]:
    """Records that share telling words with a text that is in no index, best first."""
    words = text.words(text.clean(written[:MAX_TEXT]))
    if not words or limit < 1:
        return ()
    records = max(ask(query=only_live(), size=0, track_total_hits=True)["hits"]["total"]["value"], 1)
    counts = term_counts(names.all_field(language), " ".join(words))
    telling = telling_words(language, words, records, lambda stem: counts.get(stem, 0), others=0)
    if not telling:
        return ()
    query = only_live()
    query["bool"] |= {
        "should": _word_scores(telling),
        "minimum_should_match": min(LEAST_SHARED, len(telling)),
    }
    answer = ask(
        query=query,
        sort=["_score", {names.TIE: "asc"}],
        size=min(limit, MAX_LIMIT),
        track_total_hits=False,
        source=[names.STORED, names.TEXTS],
    )
    found = ((hit["_score"], Kept.of(hit, layout)) for hit in answer["hits"]["hits"])
    return tuple(Hit(one.key, score, one.stored) for score, one in found)


def _own(layout: Layout, ask: Ask, key: str) -> tuple[Kept | None, int, Mapping[str, Mapping[str, int]]]:
    """The record itself, how many there are, and how many have each of its values: one request."""
    live = {"live": {"filter": only_live()}}
    answer = ask(
        query=only_live([{"ids": {"values": [key]}}]),
        size=1,
        track_total_hits=False,
        source=[names.STORED, names.TEXTS, names.ALIKE],
        aggregations={
            "everything": {"global": {}, "aggs": live},
            **{code: _significant(code) for code in layout.alike},
        },
    )
    found = answer["aggregations"]
    records = max(found["everything"]["live"]["doc_count"], 1)
    having = {
        code: {bucket["key"]: bucket["bg_count"] for bucket in found[code]["buckets"]}
        for code in layout.alike
    }
    hits = answer["hits"]["hits"]
    return (Kept.of(hits[0], layout) if hits else None), records, having


def _significant(code: str) -> dict[str, Any]:
    """Counts a value's records in the whole index (``bg_count``) beside those of the query."""
    return {
        "significant_terms": {
            "field": names.facet_field(code),
            "min_doc_count": 1,
            "shard_min_doc_count": 1,
            "size": MAX_LIMIT,
            "percentage": {},
        }
    }


def _word_scores(telling: Sequence[Telling]) -> list[Part]:
    return [
        {
            "constant_score": {
                "filter": {"match": {names.all_field(word.language): word.written}},
                "boost": word.weight,
            }
        }
        for word in telling
    ]


def _value_scores(own: Kept, records: int, having: Mapping[str, Mapping[str, int]]) -> list[Part]:
    return [
        {
            "constant_score": {
                "filter": {"term": {names.facet_field(code): value}},
                "boost": SHARED_VALUE * rarity(records, having[code].get(value, 1)),
            }
        }
        for code, values in own.alike.items()
        for value in values
    ]
