"""What makes two records alike, and how it is said, on every engine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from search import text
from search.engines.layout import Layout
from search.types import LANGUAGES, Reason

TELLING_WORDS: Final = 12
SHORTEST_TELLING: Final = 4
SHOWN_WORDS: Final = 5
COMMON: Final = 0.2
"""A word in more than this share of the records tells nothing of one of them."""
MAX_TEXT: Final = 4_000
"""Characters of a text that are looked at."""
LEAST_SHARED: Final = 2
"""Telling words a record must share with a text to be like it."""
SHARED_VALUE: Final = 2.0
"""Weight of a shared facet value beside a word's, both times their rarity."""


class Kept(Protocol):
    """What an index kept of a record."""

    @property
    def texts(self) -> Mapping[tuple[str, str], str]: ...

    @property
    def alike(self) -> Mapping[str, tuple[str, ...]]: ...


@dataclass(frozen=True, slots=True)
class Telling:
    """A word that tells what a record is about: how it is written there, and how rare it is."""

    language: str
    stem: str
    written: str
    weight: float


def rarity(records: int, having: int) -> float:
    """Of a word or value that ``having`` of so many ``records`` have."""
    return math.log(1 + records / max(having, 1))


def described(kept: Kept, layout: Layout, language: str) -> tuple[str, list[str]]:
    """The words of title and extracts, which say what a record is about, and their language.

    That of the page if the record has such texts in it, else the other; without any word the list is empty.
    """
    for lang in (language, *(other for other in LANGUAGES if other != language)):
        shown = (field.name for field in layout.definition.texts if field.title or field.snippet)
        words = [word for name in shown for word in text.words(kept.texts[name, lang])]
        if words:
            return lang, words
    return language, []


def telling_words(
    language: str, words: list[str], records: int, having: Callable[[str], int], *, others: int = 1
) -> list[Telling]:
    """The rarest of the often used words; ``having`` says how many records have a stem.

    Words that no more than ``others`` records have are left out: a record's own words lead nowhere when it is
    the only one; those of a text that is in no index lead to the only one (``others=0``).
    """
    stems, stop = text.stems(language), text.stop_words(language)
    content = [word for word in words if len(word) >= SHORTEST_TELLING and word not in stop]
    written = {stems[word]: word for word in reversed(content) if not word.isdigit()}
    often = Counter(stems[word] for word in content)
    telling = []
    for stem, word in written.items():
        number = having(stem)
        if number > others and (number <= COMMON * records or records < 1 / COMMON**2):
            telling.append(Telling(language, stem, word, math.log1p(often[stem]) * rarity(records, number)))
    return sorted(telling, key=lambda word: (-word.weight, word.stem))[:TELLING_WORDS]


def reasons(layout: Layout, one: Kept, other: Kept, telling: list[Telling]) -> tuple[Reason, ...]:
    """Why two records are alike: telling words both have, and the deepest values they share."""
    found = []
    if telling:
        stems = text.stems(telling[0].language)
        texts = (content for (_, lang), content in other.texts.items() if lang == telling[0].language)
        present = {stems[word] for content in texts for word in text.words(content)}
        shared = [word.written for word in telling if word.stem in present]
        if shared:
            found.append(Reason("words", tuple(shared[:SHOWN_WORDS])))
    theirs = other.alike
    for code, values in one.alike.items():
        common = [value for value in values if value in theirs[code]]
        vocabulary = layout.facets[code].vocabulary()
        above = {ancestor for value in common for ancestor in vocabulary.ancestors(value)}
        if deepest := tuple(value for value in common if value not in above):
            found.append(Reason(code, deepest))
    return tuple(found)
