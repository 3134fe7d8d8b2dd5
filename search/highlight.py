"""Marks the words of a query in a text, for every engine alike: exact words, stems, synonyms, phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from search import text
from search.query import Phrase, Query
from search.types import LANGUAGES, Highlight, Segment

SNIPPET_WORDS: Final = 30
LEAD_WORDS: Final = 6
MAX_PLACES: Final = 200
"""Matches looked at to choose a snippet."""
ELLIPSIS: Final = "…"

Span = tuple[int, int]


class Marker:
    """Finds the words of one query in texts."""

    def __init__(self, query: Query) -> None:
        options = [option for clause in query.clauses for option in clause.options]
        self.phrases = [option.words for option in options if isinstance(option, Phrase)]
        loose = [word for option in options if not isinstance(option, Phrase) for word in option.words]
        self.stems = {language: {text.stems(language)[word] for word in loose} for language in LANGUAGES}

    def mark(self, content: str, language: str) -> tuple[list[Span], list[int]]:
        """Spans of the words of ``content`` and the places of the matching ones; both empty without a match.

        ``content`` must be cleaned (``text.clean``).
        """
        folded = content.casefold()
        found = text.WORD.findall(folded)
        if not self._touches(found, language):
            return [], []
        if len(folded) == len(content):
            spans = [match.span() for match in text.WORD.finditer(folded)]
        else:  # folding changed lengths, as in ß → ss: fold word by word to keep the offsets
            matches = list(text.WORD.finditer(content))
            spans = [match.span() for match in matches]
            found = [match[0].casefold() for match in matches]
        return spans, self._places(found, language)

    def _touches(self, found: list[str], language: str) -> bool:
        wanted = self.stems[language]
        if wanted and not wanted.isdisjoint(map(text.stems(language).__getitem__, found)):
            return True
        return any(phrase[0] in found for phrase in self.phrases)

    def _places(self, found: list[str], language: str) -> list[int]:
        wanted, stems = self.stems[language], text.stems(language)
        places = {place for place, word in enumerate(found) if stems[word] in wanted}
        for phrase in self.phrases:
            length = len(phrase)
            for place, word in enumerate(found):
                if word == phrase[0] and tuple(found[place : place + length]) == phrase:
                    places.update(range(place, place + length))
        return sorted(places)


def highlight(
    marker: Marker, texts: Mapping[tuple[str, str], str], fields: Sequence[tuple[str, bool]], language: str
) -> dict[str, Highlight]:
    """The titles that match and the first other field that does.

    ``texts`` maps (field, language) to a cleaned text; ``fields`` lists (field, is it a title) from best
    to least. The page's ``language`` is looked at first.
    """
    order = (language, *(other for other in LANGUAGES if other != language))
    found: dict[str, Highlight] = {}
    has_extract = False
    for name, is_title in fields:
        if has_extract and not is_title:
            continue
        shown = [lang for lang in order if texts.get((name, lang))]
        for lang in shown[:1] if is_title else shown:
            content = texts[name, lang]
            spans, places = marker.mark(content, lang)
            if places:
                window = (0, len(spans)) if is_title else best_window(places, len(spans))
                found[name] = Highlight(name, lang, segments(content, spans, places, window))
                has_extract = has_extract or not is_title
                break
    return found


def best_window(places: Sequence[int], words: int) -> Span:
    """The ``SNIPPET_WORDS`` words (first, end) that hold most matches, the earliest of equals."""
    if words <= SNIPPET_WORDS:
        return 0, words
    reach = SNIPPET_WORDS - LEAD_WORDS
    places = places[:MAX_PLACES]
    best = max(places, key=lambda first: (sum(first <= place < first + reach for place in places), -first))
    start = max(0, min(best - LEAD_WORDS, words - SNIPPET_WORDS))
    return start, start + SNIPPET_WORDS


def segments(content: str, spans: Sequence[Span], places: Sequence[int], window: Span) -> tuple[Segment, ...]:
    """The words of ``window`` with the matching ones apart; an ellipsis stands for what was cut."""
    first, end = window
    place = 0 if first == 0 else spans[first][0]
    stop = len(content) if end >= len(spans) else spans[end - 1][1]
    pieces: list[Segment] = [Segment(ELLIPSIS)] if first else []
    for start, finish in _joined(content, [spans[place] for place in places if first <= place < end]):
        if start > place:
            pieces.append(Segment(content[place:start]))
        pieces.append(Segment(content[start:finish], match=True))
        place = finish
    if stop > place:
        pieces.append(Segment(content[place:stop]))
    if stop < len(content):
        pieces.append(Segment(ELLIPSIS))
    return tuple(pieces)


def _joined(content: str, spans: Sequence[Span]) -> list[Span]:
    """Matches with only space between them as one span, so that a phrase is one mark."""
    joined: list[Span] = []
    for start, finish in spans:
        if joined and content[joined[-1][1] : start].isspace():
            joined[-1] = (joined[-1][0], finish)
        else:
            joined.append((start, finish))
    return joined
