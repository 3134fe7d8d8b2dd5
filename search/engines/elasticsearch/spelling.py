"""Did you mean: the server names words near those it does not have, and the shared rules choose."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final

from search import query as reading
from search.engines import spelling
from search.engines.elasticsearch import layout as names
from search.engines.spelling import SHORTEST, edit_distance, edits_allowed

NEIGHBOURS: Final = 20
_NAME: Final = "spelling"

Near = Mapping[str, Sequence[Mapping[str, Any]]]
"""Word → words near it, each with its ``text`` and ``freq``."""


def request(words: Sequence[str]) -> dict[str, Any]:
    """The part of a search that asks for words near those the index lacks; free for those it has."""
    term = {
        "field": names.WORDS,
        "suggest_mode": "missing",
        "max_edits": 2,
        "prefix_length": 0,
        "min_word_length": SHORTEST,
        "size": NEIGHBOURS,
    }
    return {_NAME: {"text": " ".join(words), "term": term}}


def neighbours(suggest: Mapping[str, Any]) -> Near:
    """What the server found, for words that have any neighbour."""
    return {entry["text"]: entry["options"] for entry in suggest.get(_NAME, ()) if entry["options"]}


def corrected(typed: str, query: reading.Query, near: Near, known: Container[str]) -> str | None:
    """``typed`` with every word the index lacks replaced by its best neighbour; ``None`` if one has none."""
    return spelling.corrected(
        typed, query, is_known=known.__contains__, best=lambda word: _best(word, near.get(word, ()))
    )


def _best(word: str, options: Sequence[Mapping[str, Any]]) -> str | None:
    """The nearest word, the most frequent of equally near ones."""
    reach = edits_allowed(word)
    ranked = (
        (distance, -option["freq"], option["text"])
        for option in options
        if (distance := edit_distance(word, option["text"], 2)) <= reach
    )
    best = min(ranked, default=None)
    return best[2] if best else None
