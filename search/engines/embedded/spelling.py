"""Did you mean: words of the index that are close to a word it does not have."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from search import query as reading
from search import text
from search.engines import spelling
from search.engines.embedded import layout as names
from search.engines.embedded.reader import Snapshot
from search.engines.spelling import SHORTEST, edit_distance, edits_allowed
from search.types import LANGUAGES

Known = dict[int, list[tuple[int, str, int]]]
"""Length → (letters as bits, word, number of records)."""


def corrected(snapshot: Snapshot, typed: str, query: reading.Query, language: str) -> str | None:
    """``typed`` with every word the index lacks replaced by its best neighbour; ``None`` if one has none."""

    def best(word: str) -> str | None:
        known = snapshot.remember(f"words {language}", lambda: _known_words(snapshot, language))
        return _best_neighbour(word, known)

    return spelling.corrected(typed, query, is_known=partial(_is_known, snapshot), best=best)


def _is_known(snapshot: Snapshot, word: str) -> bool:
    return any(
        snapshot.searcher.doc_freq(names.all_field(language), text.stems(language)[word])
        for language in LANGUAGES
    )


def _known_words(snapshot: Snapshot, language: str) -> Known:
    """Words as written, with the page's language counted double so that it wins between equals."""
    counts: dict[str, int] = defaultdict(int)
    for tier in snapshot.layout.tiers:
        for lang in LANGUAGES:
            weight = 2 if lang == language else 1
            for word, count in snapshot.searcher.terms_with_prefix(tier.exact(lang), ""):
                counts[word] += weight * count
    known: Known = defaultdict(list)
    for word, count in counts.items():
        if len(word) >= SHORTEST - 1 and not word.isdigit():
            known[len(word)].append((_letters(word), word, count))
    return dict(known)


def _best_neighbour(word: str, known: Known) -> str | None:
    """The nearest word, the most frequent of equally near ones."""
    reach = edits_allowed(word)
    if not reach:
        return None
    letters = _letters(word)
    near = (
        (distance, -count, other)
        for length in range(len(word) - reach, len(word) + reach + 1)
        for bits, other, count in known.get(length, ())
        if (bits ^ letters).bit_count() <= 2 * reach
        and (distance := edit_distance(word, other, reach)) <= reach
    )
    best = min(near, default=None)
    return best[2] if best else None


def _letters(word: str) -> int:
    """The letters of a word as bits: each edit changes at most two of them."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
