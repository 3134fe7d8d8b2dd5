"""The records nearest to a text that is not in the catalogue yet, with the sentences that overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_records
from search import text as search_text
from search.engines import get_engine
from search.errors import SearchUnavailable

COMPARED = ("summary", "problem", "solution", "novelty")
"""Texts of a record whose sentences are compared, after its title."""
LEAST_SHARED = 3
"""Words of meaning a sentence must share with the text to count as overlapping."""
MOST_SENTENCES = 3
SHORTEST = 4
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


class Unavailable(Exception):
    """Search can't answer now."""


@dataclass(frozen=True, slots=True)
class Near:
    """A public record near to the text. ``sentences`` are its own that overlap, those with most first."""

    key: str
    title: str
    path: str
    """Of its page in the language it was written in."""
    language: str
    sentences: tuple[str, ...]
    words: tuple[str, ...]
    """Words of meaning that both have."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def nearest(text: str, *, language: str, limit: int = 5) -> list[Near]:
    """The public records nearest to ``text``, best first; only those that share words of meaning.

    One engine call and three queries. Raises ``Unavailable`` while search can't answer.
    """
    try:
        hits = get_engine().alike(text, language, limit)
    except SearchUnavailable as error:
        raise Unavailable(str(error)) from error
    pages = _pages([hit.key for hit in hits])
    wanted = _meaning(text, language)
    found = []
    for hit in hits:
        page = pages.get(hit.key)
        if page is None:  # withdrawn since it was indexed
            continue
        shared = _shared(wanted, " ".join(page[name] for name in ("title", *COMPARED)), language)
        sentences = _overlap(wanted, page, language)
        place = (page["title"], page["path"], page["locale__language_code"])
        found.append(Near(hit.key, *place, sentences, tuple(shared)))
    return found


def _pages(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = public_records().filter(translation_key__in=list(keys))
    columns = ("translation_key", "url_path", "locale__language_code", "title", *COMPARED)
    prefixes = url_prefixes()
    return {
        str(row["translation_key"]): {**row, "path": page_path(row, prefixes)}
        for row in rows.values(*columns)
    }


def _overlap(wanted: Mapping[str, str], page: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The record's sentences that share most with the text."""
    scored: list[tuple[int, int, str]] = []
    for name in COMPARED:
        for match in _SENTENCE.finditer(page[name]):
            sentence = match[0].strip()
            if (number := len(_shared(wanted, sentence, language))) >= LEAST_SHARED:
                scored.append((-number, len(scored), sentence))
    return tuple(dict.fromkeys(sentence for _number, _place, sentence in sorted(scored)))[:MOST_SENTENCES]


def _shared(wanted: Mapping[str, str], text: str, language: str) -> list[str]:
    return [word for stem, word in _meaning(text, language).items() if stem in wanted]


def _meaning(text: str, language: str) -> dict[str, str]:
    """Stem → word, for the words that carry meaning, in their order."""
    stop = search_text.all_stop_words()
    words = [word for word in search_text.words(search_text.clean(text)) if len(word) >= SHORTEST]
    stems = search_text.stems(language)
    found = {stems[word]: word for word in reversed(words) if word not in stop and not word.isdigit()}
    return dict(reversed(found.items()))
