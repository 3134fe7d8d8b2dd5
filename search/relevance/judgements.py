"""Judged queries: what was asked, in which kind of words, and which records answer it how well.

A file of judgements is TOML, a ``[[query]]`` for each::

    [[query]]
    words = "peringatan dini tsunami"   # as typed
    kind = "indonesian"                 # any name; figures are given for each
    language = "id"                     # of the page it is typed on; "id" where left out
    grades.3 = ["inatews-bmkg"]         # about exactly this
    grades.2 = []                       # clearly relevant
    grades.1 = ["inarisk-bnpb"]         # touches it

    [[query]]
    words = "peringatan dini sunami"
    kind = "misspelt"
    meant = "peringatan dini tsunami"   # the judged query whose grades hold for this one too

A record is named by its key or by the last part of its address. One that isn't named is of no use (0).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from search import text
from search.relevance.metric import HIGHEST, gain
from search.types import LANGUAGES

_TEXTS: Final = (("words", ""), ("kind", ""), ("language", LANGUAGES[0]), ("meant", ""))
_KNOWN: Final = frozenset({"grades", *(name for name, _ in _TEXTS)})
_GRADES: Final = frozenset(map(str, range(HIGHEST + 1)))


class JudgementsRefused(ValueError):
    """A file of judgements that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the grades, 0 to 3, of the records that were read for it, by the records' names.

    ``meant`` is the right spelling of a misspelt query, else empty.
    """

    words: str
    kind: str
    language: str
    grades: Mapping[str, int]
    meant: str = ""


def load(path: Path) -> tuple[Judged, ...]:
    """The judged queries of a file, in its order.

    Raises ``JudgementsRefused`` for a file that can't be read and for a query that is not as described above.
    """
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file).get("query")
    except (OSError, ValueError) as error:  # what is no UTF-8 or no TOML
        raise JudgementsRefused(f"{path}: {error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise JudgementsRefused(f"{path}: it holds no [[query]]")
    found: dict[tuple[str, str], Judged] = {}
    for row in rows:
        judged = _judged(row, found)
        if found.setdefault((judged.language, judged.words), judged) is not judged:
            raise JudgementsRefused(f"{judged.words!r} is judged twice")
    return tuple(found.values())


def _judged(row: Mapping[str, Any], known: Mapping[tuple[str, str], Judged]) -> Judged:
    words, kind, language, meant = texts = [row.get(name, default) for name, default in _TEXTS]
    if unknown := set(row) - _KNOWN:
        raise JudgementsRefused(f"{words!r}: {', '.join(sorted(unknown))} means nothing here")
    if not all(isinstance(value, str) for value in texts) or not words.strip() or not kind.strip():
        raise JudgementsRefused(f"{words!r}: words and kind are needed, as texts")
    if language not in LANGUAGES:
        raise JudgementsRefused(f"{words!r}: language is one of {', '.join(LANGUAGES)}")
    if not meant:
        return Judged(words, kind, language, _grades(words, row.get("grades")))
    if "grades" in row or (language, meant) not in known:
        raise JudgementsRefused(f"{words!r}: its grades are those of {meant!r}, which has to stand above it")
    return Judged(words, kind, language, known[language, meant].grades, meant)


def _grades(words: str, lists: Any) -> dict[str, int]:
    if not isinstance(lists, dict) or not _GRADES.issuperset(lists):
        raise JudgementsRefused(f"{words!r}: grades are lists of records, called 0 to {HIGHEST}")
    grades: dict[str, int] = {}
    for grade, names in lists.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise JudgementsRefused(f"{words!r}: grade {grade} is not a list of records")
        for name in names:
            if grades.setdefault(name, int(grade)) != int(grade):
                raise JudgementsRefused(f"{words!r}: {name} has two grades")
    if not any(map(gain, grades.values())):
        raise JudgementsRefused(f"{words!r}: no record answers it, so nothing can be measured")
    return grades


def same_words(one: str, other: str) -> bool:
    """Whether two queries are the same to a search: letters alone count, not case or separators."""
    return text.words(text.clean(one)) == text.words(text.clean(other))
