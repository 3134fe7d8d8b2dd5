"""What must hold of a document before any engine takes it: each refusal is a reason staff can read."""

from __future__ import annotations

import hashlib
from typing import Final

from search import text
from search.engines.layout import Layout, sort_names
from search.types import Document

MAX_VALUE_BYTES: Final = 8_000
"""Longest key, facet value or sort string; engines drop or refuse terms above some 32 or 64 kB."""


def tie(key: str) -> int:
    """The number that orders hits of the same score: made from the key, so it never changes."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


def require_value(what: str, value: str) -> None:
    if not isinstance(value, str) or not value or len(value.encode()) > MAX_VALUE_BYTES:
        raise ValueError(f"{what} must be 1 to {MAX_VALUE_BYTES} bytes of text, not {value!r:.80}")


def require_key(key: str) -> None:
    """Raises ``ValueError`` for a key that cannot name a record."""
    require_value("key", key)
    if text.SEPARATOR in key:
        raise ValueError("a key may not hold a separator")


def cleaned_texts(document: Document, layout: Layout) -> dict[tuple[str, str], str]:
    """(Field, language) → text, empty where there is none; raises ``TypeError`` for what is no text."""
    return {slot: _text(document, *slot) for slot in layout.text_slots}


def _text(document: Document, name: str, language: str) -> str:
    content = document.texts.get(name, {}).get(language, "")
    if not isinstance(content, str):
        raise TypeError(f"text {name}.{language} is not a string")
    return text.clean(content) if content else ""


def sort_strings(document: Document) -> dict[str, str]:
    """Order → string, all of them; raises ``ValueError`` when one is missing or too long."""
    found = {}
    for name in sort_names():
        order = document.sorts.get(name)
        if order is None:
            raise ValueError(f"sort {name} is missing")
        require_value(f"sort {name}", order)
        found[name] = order
    return found
