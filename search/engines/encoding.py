"""What must hold of a document before any engine takes it: each refusal is a reason staff can read."""

from __future__ import annotations

import hashlib
from typing import Final

from search import text
from search.engines.layout import Layout, sort_names
from search.refusals import Unindexable
from search.types import Document, Refusal

MAX_VALUE_BYTES: Final = 8_000
"""Longest key, facet value or sort string; engines drop or refuse terms above some 32 or 64 kB."""


def tie(key: str) -> int:
    """The number that orders hits of the same score: made from the key, so it never changes."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


def require_value(what: str, value: str) -> None:
    """Raises ``Unindexable`` for what is no text, empty or too long."""
    if not isinstance(value, str) or not value:
        raise Unindexable(f"{what} must be text that is not empty", Refusal.FIELD)
    size = len(value.encode())
    if size > MAX_VALUE_BYTES:
        raise Unindexable(f"{what} must be at most {MAX_VALUE_BYTES} bytes, not {size}", Refusal.TOO_LARGE)


def require_key(key: str) -> None:
    """Raises ``Unindexable`` for a key that cannot name a record."""
    require_value("key", key)
    if text.SEPARATOR in key:
        raise Unindexable("a key may not hold a separator", Refusal.FIELD)


def cleaned_texts(document: Document, layout: Layout) -> dict[tuple[str, str], str]:
    """(Field, language) → text, empty where there is none; raises ``Unindexable`` for what is no text."""
    return {slot: _text(document, *slot) for slot in layout.text_slots}


def _text(document: Document, name: str, language: str) -> str:
    content = document.texts.get(name, {}).get(language, "")
    if not isinstance(content, str):
        raise Unindexable(f"text {name}.{language} is not a string", Refusal.FIELD)
    return text.clean(content) if content else ""


def sort_strings(document: Document) -> dict[str, str]:
    """Order → string, all of them; raises ``Unindexable`` when one is missing or too long."""
    found = {}
    for name in sort_names():
        order = document.sorts.get(name)
        if order is None:
            raise Unindexable(f"sort {name} is missing", Refusal.FIELD)
        require_value(f"sort {name}", order)
        found[name] = order
    return found
