"""What counts as a misspelt word, and as a near one, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from search import query as reading
from search import text

SHORTEST: Final = 4
"""Words below this length have too many neighbours to guess."""
TWO_EDITS_FROM: Final = 6
"""Length from which two edits are allowed instead of one."""
MAX_CORRECTED: Final = 4
"""Unknown words tried in one query."""


def corrected(
    typed: str, query: reading.Query, *, is_known: Callable[[str], object], best: Callable[[str], str | None]
) -> str | None:
    """``typed`` with every word the index lacks replaced by its best neighbour; ``None`` if one has none."""
    unknown = [word for word in query.plain_words if not is_known(word)]
    if not unknown or len(unknown) > MAX_CORRECTED:
        return None
    better = {word: best(word) for word in unknown}
    return replaced(typed, better) if all(better.values()) else None


def edits_allowed(word: str) -> int:
    """How far a word may be from what was meant; 0 for one that is not guessed at."""
    if len(word) < SHORTEST or word.isdigit():
        return 0
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def replaced(typed: str, better: Mapping[str, str | None]) -> str:
    """``typed`` with other words put in the place of some."""
    typed = text.clean(typed[: reading.MAX_CHARACTERS]).strip()
    return text.WORD.sub(lambda match: better.get(match[0].casefold()) or match[0], typed)


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
