"""What differs between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from training.fields import as_text
from training.models import Project, Question, Revision, Step

SAME, ADDED, REMOVED = "same", "added", "removed"
MOST_WORDS = 1_500
"""Longer texts are compared line by line: comparing words takes time by the square of their number."""
MOST_PAIRS = 40_000
"""…and so are those that repeat themselves: equal words of both are tried pair by pair, again and again.
What people write has half of it at most."""
_WORDS, _LINES = r"\S+\s*|\s+", r"[^\n]*\n|[^\n]+"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``kind`` is ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another one than before."""

    question: Question
    pieces: list[Piece]


def compare(before: str, after: str) -> list[Piece]:
    """``after`` with what was added, and what was removed where it stood; all of ``before`` is in it, too.

    It takes little time whatever the texts are: where it would take much, one stands for the other whole.
    """
    for pattern in (_WORDS, _LINES):
        old, new = re.findall(pattern, before), re.findall(pattern, after)
        if _is_quick(old, new):
            return _compare(old, new)
    return [Piece(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text]


def _is_quick(old: list[str], new: list[str]) -> bool:
    if max(len(old), len(new)) > MOST_WORDS:
        return False
    others = Counter(new)
    return sum(number * others[word] for word, number in Counter(old).items()) <= MOST_PAIRS


def _compare(old: list[str], new: list[str]) -> list[Piece]:
    pieces = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(old[start:end])))
            continue
        if start < end:
            pieces.append(Piece(REMOVED, "".join(old[start:end])))
        if new_start < new_end:
            pieces.append(Piece(ADDED, "".join(new[new_start:new_end])))
    return pieces


def changes(step: Step, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The answers of ``step`` that changed, in the order of its questions."""
    found = []
    for question in step.all_questions:
        old, new = (as_text(question, answers.get(question.code)) for answers in (before, after))
        if old != new:
            found.append(Change(question, compare(old, new)))
    return found


def last_round(project: Project, steps: list[Step]) -> Revision | None:
    """What was handed in before the last time, with an answer to any question of ``steps``."""
    codes = [question.code for step in steps for question in step.all_questions]
    earlier = list(project.revisions.order_by("-number")[1:])
    return next((one for one in earlier if any(one.answers.get(code) for code in codes)), None)
