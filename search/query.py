"""What a visitor typed, read once for every engine.

Rules, the same on every engine:

- Words are runs of letters and digits; operators and wildcards have no meaning.
- Words between double quotes are a phrase: next to each other, exactly as typed, always required.
- Stop words are left out unless nothing else is typed.
- Up to ``ALL_OF`` words are all required. Of a longer question ``SHARE`` percent are, rounded down
  (Elasticsearch: ``minimum_should_match: "3<75%"``).
- A word or run of words that editors list as a synonym also matches the others of its group; those of
  several words match as phrases. An acronym whose stem is another word (``ATS`` → ``at``) matches as written.
- Only the first ``MAX_CHARACTERS`` characters and ``MAX_CLAUSES`` words or phrases count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from search import text
from search.types import LANGUAGES

ALL_OF: Final = 3
SHARE: Final = 75
MAX_CHARACTERS: Final = 4_000
MAX_CLAUSES: Final = 32
_QUOTED: Final = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """All of these words, compared by stem, anywhere in the record."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words exactly, next to each other in one field."""

    words: tuple[str, ...]


Option = Words | Phrase


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing asked for; any option satisfies it. The first is what was typed, the others synonyms."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """``required`` clauses must all match, and at least ``minimum`` of ``optional``."""

    required: tuple[Clause, ...]
    optional: tuple[Clause, ...]
    minimum: int

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return self.required + self.optional

    @property
    def plain_words(self) -> tuple[str, ...]:
        """Typed words whose absence is not made up for by a synonym, each once."""
        alone = (clause.options[0] for clause in self.clauses if len(clause.options) == 1)
        return tuple(dict.fromkeys(word for option in alone for word in option.words))

    def __bool__(self) -> bool:
        return bool(self.required or self.optional)


def minimum_of(clauses: int) -> int:
    """How many of so many typed words a record must have."""
    return clauses if clauses <= ALL_OF else clauses * SHARE // 100


def parse(typed: str, synonyms: Groups = ()) -> Query:
    """Read ``typed``; a query without a single word gives an empty (false) ``Query``."""
    typed = text.clean(typed[:MAX_CHARACTERS])
    required: list[Clause] = []
    loose: list[str] = []
    place = 0
    for match in _QUOTED.finditer(typed):
        loose += text.words(typed[place : match.start()])
        if phrase := text.words(match[1]):
            required.append(Clause((Phrase(tuple(phrase)),)))
        place = match.end()
    loose += text.words(typed[place:])
    required = list(dict.fromkeys(required))[:MAX_CLAUSES]
    optional = _clauses(loose, synonyms, keep_stop_words=not required)
    optional = optional[: MAX_CLAUSES - len(required)]
    return Query(tuple(required), tuple(optional), minimum_of(len(optional)))


def _clauses(loose: list[str], synonyms: Groups, *, keep_stop_words: bool) -> list[Clause]:
    stop = text.all_stop_words()
    if keep_stop_words and stop.issuperset(loose):
        stop = frozenset()
    read = (_options(run, known, stop) for run, known in _runs(loose, synonyms))
    return list(dict.fromkeys(Clause(options) for options in read if options))


def _options(run: tuple[str, ...], known: tuple[Option, ...], stop: frozenset[str]) -> tuple[Option, ...]:
    """What a run of words asks for: ``known`` is itself and its synonyms, if it has any."""
    if len(run) == 1 and known:
        return known
    content = tuple(word for word in run if word not in stop) or (run if known else ())
    return (Words(content), *known[1:]) if content else ()


def _runs(loose: list[str], synonyms: Groups) -> Iterator[tuple[tuple[str, ...], tuple[Option, ...]]]:
    """Single words, and longest runs of words that have synonyms, in order."""
    table, longest = _synonym_table(tuple(map(tuple, synonyms)))
    place = 0
    while place < len(loose):
        for length in range(min(longest, len(loose) - place), 0, -1):
            run = tuple(loose[place : place + length])
            if length == 1 or run in table:
                yield run, table.get(run, ())
                place += length
                break


@lru_cache(maxsize=2)
def _synonym_table(
    groups: tuple[tuple[str, ...], ...],
) -> tuple[dict[tuple[str, ...], tuple[Option, ...]], int]:
    """Run of words → itself and what else it matches, and the length of the longest run."""
    table: dict[tuple[str, ...], tuple[Option, ...]] = {}
    for group in groups:
        members = [option for option in map(_option, group) if option.words]
        for member in members:
            known = table.get(member.words, (member,))
            others = (other for other in members if other.words != member.words)
            table[member.words] = tuple(dict.fromkeys((*known, *others)))
    return table, max(map(len, table), default=1)


def _option(member: str) -> Option:
    words = tuple(text.words(text.clean(member)))
    is_one_word = len(words) == 1 and not (member.isupper() and _is_cut(words[0]))
    return Words(words) if is_one_word else Phrase(words)


def _is_cut(word: str) -> bool:
    return any(text.stems(language)[word] != word for language in LANGUAGES)
