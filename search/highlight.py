"""Marks the words of a query in a text, for every engine alike: exact words, stems, synonyms, phrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, compress, count
from typing import Final

from search import text
from search.query import Phrase, Query
from search.types import LANGUAGES, Highlight, Segment

SNIPPET_WORDS: Final = 30
LEAD_WORDS: Final = 6
"""Words of a snippet before its first match."""
MAX_PLACES: Final = 200
"""Matches looked at to choose a snippet."""
ELLIPSIS: Final = Segment("…")


class Marker:
    """Finds the words of one query in texts."""

    def __init__(self, query: Query) -> None:
        options = [option for clause in query.clauses for option in clause.options]
        self._phrases = [option.words for option in options if isinstance(option, Phrase)]
        loose = [word for option in options if not isinstance(option, Phrase) for word in option.words]
        self._stems = {
            language: frozenset(text.stems(language)[word] for word in loose) for language in LANGUAGES
        }
        self._only_phrases = not loose

    def places(self, pieces: Sequence[str], language: str) -> list[int]:
        """Which pieces of a text match; ``pieces`` are its words in order, with empty ones between."""
        if self._only_phrases:
            return sorted(set(self._in_phrases(pieces)))
        stems = map(text.stems(language).__getitem__, pieces)
        found = list(compress(count(), map(self._stems[language].__contains__, stems)))
        return sorted({*found, *self._in_phrases(pieces)}) if self._phrases else found

    def _is_hopeless(self, content: str) -> bool:
        """Whether a text lacks a word of every phrase that is looked for: told without taking it apart."""
        if not self._only_phrases:
            return False
        folded = content.casefold()
        return not any(all(word in folded for word in phrase) for phrase in self._phrases)

    def _in_phrases(self, pieces: Sequence[str]) -> Iterator[int]:
        folded = " ".join(pieces).casefold()
        phrases = [phrase for phrase in self._phrases if all(word in folded for word in phrase)]
        if not phrases:
            return
        filled = [place for place, piece in enumerate(pieces) if piece]
        words = [pieces[place].casefold()[: text.MAX_WORD] for place in filled]
        for phrase in phrases:
            length = len(phrase)
            for index, word in enumerate(words):
                if word == phrase[0] and tuple(words[index : index + length]) == phrase:
                    yield from filled[index : index + length]

    def mark(self, content: str, language: str, *, whole: bool) -> tuple[Segment, ...]:
        """A cleaned text, ``whole`` or its best extract, with matches apart; empty without a match."""
        if self._is_hopeless(content):
            return ()
        pieces = text.spaced(content).split(" ")
        places = self.places(pieces, language)
        if not places:
            return ()
        ends = [end + spaces for spaces, end in enumerate(accumulate(map(len, pieces)))]
        first, last = (0, len(pieces)) if whole else best_window(places, len(pieces))
        marks = [(ends[place] - len(pieces[place]), ends[place]) for place in places if first <= place < last]
        start = ends[first] - len(pieces[first]) if first else 0
        return tuple(_segments(content, marks, start, ends[last - 1]))


class Highlighter:
    """Highlights the hits of one search.

    ``fields`` lists (field, is it a title), titles first, then from best to least. The page's ``language``
    is looked at first; of a title only the one that is shown.
    """

    def __init__(self, query: Query, fields: Sequence[tuple[str, bool]], language: str) -> None:
        self._marker = Marker(query)
        order = (language, *(other for other in LANGUAGES if other != language))
        self._plan = [(name, is_title, [(name, lang) for lang in order]) for name, is_title in fields]

    def highlights(self, texts: Mapping[tuple[str, str], str]) -> dict[str, Highlight]:
        """The titles that match and the first other field that does; ``texts`` are cleaned."""
        mark = self._marker.mark
        found: dict[str, Highlight] = {}
        for name, is_title, slots in self._plan:
            for slot in slots:
                if not (content := texts.get(slot)):
                    continue
                if segments := mark(content, slot[1], whole=is_title):
                    found[name] = Highlight(name, slot[1], segments)
                    if not is_title:
                        return found
                if is_title:
                    break
        return found


def best_window(places: Sequence[int], words: int) -> tuple[int, int]:
    """The run of ``SNIPPET_WORDS`` words (first, end) with most matches, the earliest of equals."""
    if words <= SNIPPET_WORDS:
        return 0, words
    reach = SNIPPET_WORDS - LEAD_WORDS
    places = places[:MAX_PLACES]
    best, most = places[0], 0
    for index, first in enumerate(places):
        held = sum(place < first + reach for place in places[index : index + reach])
        if held > most:
            best, most = first, held
    start = max(0, min(best - LEAD_WORDS, words - SNIPPET_WORDS))
    return start, start + SNIPPET_WORDS


def _segments(content: str, marks: Sequence[tuple[int, int]], start: int, stop: int) -> list[Segment]:
    """``content`` from ``start`` to ``stop`` with the marks apart; an ellipsis stands for what was cut.

    Marks with only space between them are one, so that a phrase is.
    """
    segments = [ELLIPSIS] if start else []
    place, index = start, 0
    while index < len(marks):
        first, last = marks[index]
        index += 1
        while index < len(marks) and content[last : marks[index][0]].isspace():
            last = marks[index][1]
            index += 1
        if first > place:
            segments.append(Segment(content[place:first]))
        segments.append(Segment(content[first:last], True))
        place = last
    if stop > place:
        segments.append(Segment(content[place:stop]))
    if stop < len(content):
        segments.append(ELLIPSIS)
    return segments
