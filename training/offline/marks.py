"""What ties a cell of the form to a question, in text that every word processor keeps.

A question's mark stands in its heading: ``[[code:base:check]]``. ``base`` names the answer as it was when the
form was made, so that what was changed in the form can be told from what was changed online; ``check`` ties
the mark to its project. A column's mark is ``[[code]]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.utils import translation

from search.text import clean
from training import answers
from training.models import Project, Question

LANGUAGES = ("id", "en")
NONE = "–"
"""Stands in a list of choices while none is chosen."""
_MARK = re.compile(r"\[\[([\w-]+):([0-9a-f]{16}):([0-9a-f]{16})\]\]")
_COLUMN = re.compile(r"\[\[([\w-]+)\]\]")
# Two characters that a database keeps and XML can't.
_NOT_IN_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})

Written = str | list[list[str]]
"""An answer as it stands in the form: text, or the cells of rows in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Mark:
    code: str
    base: str


def normal(text: str) -> str:
    """``text`` as it comes back from a form."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(lines.translate(_NOT_IN_XML)).strip()


def written(question: Question, answer: Any) -> Written:
    """How ``answer`` is written into a form in the active language."""
    if question.kind != Question.Kind.TABLE:
        return normal(_shown(question.kind, str(answer or ""), answers.choices_of(question.options)))
    rows = answer if isinstance(answer, list) else []
    choices = {column["code"]: answers.column_choices(column) for column in question.options}
    return [
        [
            normal(
                _shown(column.get("kind", "line"), str(row.get(column["code"], "")), choices[column["code"]])
            )
            for column in question.options
        ]
        for row in rows
    ]


def _shown(kind: str, text: str, choices: Sequence[Mapping[str, Any]]) -> str:
    if kind != Question.Kind.CHOICE:
        return text
    return next((answers.option_label(one) for one in choices if str(one["code"]) == text), text)


def base_of(found: Written) -> str:
    """A short name for exactly what is written; rows in which nothing stands don't count."""
    kept = found if isinstance(found, str) else [row for row in found if any(row)]
    return blake2b(json.dumps(kept or "").encode(), digest_size=8).hexdigest()


def bases(question: Question, answer: Any) -> set[str]:
    """The same of an answer, whatever the language of the form."""
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(base_of(written(question, answer)))
    return found


def mark(project: Project, question: Question, found: Written) -> str:
    """The question's mark in a form of ``project`` that has ``found`` as its answer."""
    base = base_of(found)
    return f"[[{question.code}:{base}:{_check(project, question.code, base)}]]"


def column_mark(column: Mapping[str, Any]) -> str:
    """The mark in the heading of a table's column."""
    return f"[[{column['code']}]]"


def find(project: Project, text: str) -> Mark | None:
    """The mark in ``text``, if it is one of ``project``."""
    for code, base, check in _MARK.findall(text):
        if check == _check(project, code, base):
            return Mark(code, base)
    return None


def is_foreign(text: str) -> bool:
    """Whether ``text`` has what looks like a question's mark."""
    return _MARK.search(text) is not None


def find_column(text: str) -> str:
    """The code of the column whose heading ``text`` is; empty for none."""
    found = _COLUMN.search(text)
    return found.group(1) if found else ""


def _check(project: Project, code: str, base: str) -> str:
    return blake2b(f"{project.key}:{code}:{base}".encode(), digest_size=8).hexdigest()
