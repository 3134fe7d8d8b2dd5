"""Did you mean: words of the index that are close to a word it does not have."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from search import query as reading
from search import text
from search.engines.embedded import layout as names
from search.engines.embedded.reader import Snapshot
from search.types import LANGUAGES

SHORTEST: Final = 4
"""Words below this length have too many neighbours to guess."""
TWO_EDITS_FROM: Final = 6
"""Length from which two edits are allowed instead of one."""
MAX_CORRECTED: Final = 4
"""Unknown words tried in one query."""

Known = dict[int, list[tuple[int, str, int]]]
"""Length → (letters as bits, word, number of records)."""


def corrected(snapshot: Snapshot, typed: str, query: reading.Query, language: str) -> str | None:
    """``typed`` with every word the index lacks replaced by its best neighbour; ``None`` if one has none."""
    unknown = dict.fromkeys(word for word in _plain_words(query) if not _is_known(snapshot, word))
    if not unknown or len(unknown) > MAX_CORRECTED:
        return None
    known = snapshot.remember(f"words {language}", lambda: _known_words(snapshot, language))
    better = {word: _best_neighbour(word, known) for word in unknown}
    if not all(better.values()):
        return None
    typed = text.clean(typed[: reading.MAX_CHARACTERS]).strip()
    return text.WORD.sub(lambda match: better.get(match[0].casefold()) or match[0], typed)


def _plain_words(query: reading.Query) -> list[str]:
    """Typed words whose absence is not made up for by a synonym."""
    return [word for clause in query.clauses if len(clause.options) == 1 for word in clause.options[0].words]


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
    if len(word) < SHORTEST or word.isdigit():
        return None
    reach = 2 if len(word) >= TWO_EDITS_FROM else 1
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


def edit_distance(one: str, other: str, limit: int) -> int:
    """Edits between two words, where swapping neighbours is one edit; ``limit + 1`` means more."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, facing in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != facing))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing
            if swapped:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before_last, last = last, current
    return last[-1]
