"""How hits become cards: the application that owns the records says it, search only asks.

A card is whatever ``components/cards.html`` reads; see ``catalogue.presentation``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from search.types import Hit

Presenter = Callable[[Sequence[Hit], str], list[Any]]
"""Hits and the page's language → a card for each, in the same order, without a database query."""

_presenters: list[Presenter] = []


def presenter(function: Presenter) -> Presenter:
    """Decorator: ``function`` makes the cards of this site from now on."""
    _presenters[:] = [function]
    return function


def cards(hits: Sequence[Hit], language: str) -> list[Any]:
    """The cards of ``hits``.

    Raises ``RuntimeError`` when no application has said how a record looks.
    """
    if not _presenters:
        raise RuntimeError("no application has registered a presenter of hits")
    return _presenters[0](hits, language)
