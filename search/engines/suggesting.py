"""What is looked at of a beginning that somebody types, and how much is given at once, on every engine."""

from __future__ import annotations

from typing import Final

from search import text

MAX_LIMIT: Final = 100
"""Most records given at once, whatever the limit asked for."""
MAX_TYPED: Final = 200
"""Characters of a beginning that are looked at."""
MAX_PREFIXES: Final = 8
"""Words of a beginning that are looked at."""


def beginning(typed: str) -> tuple[str, list[str]]:
    """What was typed, without what no text has, and its first words, each once."""
    cleaned = text.clean(typed[:MAX_TYPED]).strip()
    return cleaned, list(dict.fromkeys(text.words(cleaned)))[:MAX_PREFIXES]
