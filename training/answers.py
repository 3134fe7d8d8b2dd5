"""Answers to a programme's questions: read from a form, counted, and held against what was asked.

A draft keeps whatever was typed, so that nothing is ever lost; only a move asks whether it is complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.services import codes
from search.text import clean
from training import cites
from training.errors import UnknownField
from training.models import Question, Step

LONGEST = 20_000
"""Characters one answer may have."""
MOST_ROWS = 40
_WORD = re.compile(r"\w[\w'’-]*")

Row = dict[str, str]
Answer = str | list[Row]
Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer, and the remedy, in the reader's language."""

    question: Question
    text: str


def words_in(text: str) -> int:
    """How many words ``text`` has; a hyphen or an apostrophe inside does not divide one."""
    return len(_WORD.findall(text))


def option_label(option: Mapping[str, Any]) -> str:
    """The label of a choice or a column in the active language."""
    english = (get_language() or "id").startswith("en") and option.get("label_en")
    return str(english or option.get("label_id") or option["code"])


def choices_of(options: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The choices a list of options stands for: those written out, a vocabulary's, or a scale from 1."""
    found: list[Mapping[str, Any]] = []
    for option in options:
        if "vocabulary" in option:
            found += codes.choices(option["vocabulary"])
        elif "scale" in option:
            found += [{"code": str(n), "label_id": str(n)} for n in range(1, int(option["scale"]) + 1)]
        else:
            found.append(option)
    return found


def column_choices(column: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The choices of a table's column, which may name a vocabulary or a scale itself."""
    named = [{name: column[name]} for name in ("vocabulary", "scale") if name in column]
    return choices_of([*column.get("options", ()), *named])


def field_name(question: Question, row: int | None = None, column: str = "") -> str:
    """The name a form's field has; rows of tables count from 0."""
    return f"a-{question.code}" if row is None else f"a-{question.code}-{row}-{column}"


def read(step: Step, data: QueryDict) -> Answers:
    """The answers of ``step`` in a submitted form; questions that were left out keep what they had.

    Raises ``UnknownField`` when the form has an answer to something the step does not ask.
    """
    unread = {name for name in data if name.startswith("a-")}
    found: Answers = {}
    for question in step.all_questions:
        if question.kind == Question.Kind.TABLE:
            rows = _rows(question, data, unread)
            if rows is not None:
                found[question.code] = rows
        elif question.kind == Question.Kind.RECORDS:
            chosen = _records(question, data, unread)
            if chosen is not None:
                found[question.code] = chosen
        elif field_name(question) in data:
            unread.discard(field_name(question))
            found[question.code] = cleaned(data.get(field_name(question), ""))
    if unread:
        raise UnknownField(", ".join(sorted(unread)))
    for question in step.all_questions:
        if question.kind == Question.Kind.ROW and question.code in found:
            found[question.code] = _renumbered(step, question, found[question.code], data)
    return found


def table_of(question: Question) -> str:
    """The code of the table of which a question asks for one row."""
    return str(question.options[0]["rows_of"])


def _renumbered(step: Step, question: Question, number: str, data: QueryDict) -> str:
    """The number of the chosen row once the empty ones before it are gone."""
    table = next((one for one in step.all_questions if one.code == table_of(question)), None)
    if table is None or not number.isdecimal() or not any(_row(table, data, n) for n in range(MOST_ROWS)):
        return number
    kept = [str(n + 1) for n in range(MOST_ROWS) if any(_row(table, data, n).values())]
    if number in kept:
        return str(kept.index(number) + 1)
    return number if int(number) > len(kept) else ""  # of no row: it must not come to mean another one


def _row(question: Question, data: QueryDict, number: int) -> Row:
    """What stands in a row of the form; nothing when the form does not show the row."""
    names = {column["code"]: field_name(question, number, column["code"]) for column in question.options}
    return {code: cleaned(data.get(name, "")) for code, name in names.items() if name in data}


def _rows(question: Question, data: QueryDict, unread: set[str]) -> list[Row] | None:
    """The rows in which anything was written; ``None`` when the form did not show the table."""
    rows, shown = [], False
    for number in range(MOST_ROWS):
        row = {}
        for column in question.options:
            name = field_name(question, number, column["code"])
            shown = shown or name in data
            unread.discard(name)
            row[column["code"]] = cleaned(data.get(name, ""))
        if any(row.values()):
            rows.append(row)
    return rows if shown else None


def _records(question: Question, data: QueryDict, unread: set[str]) -> str | None:
    """A line for each record that was ticked or typed; ``None`` when the form did not show the question."""
    name = field_name(question)
    ticked = [one for one in data if one in unread and cites.is_key(one.removeprefix(f"{name}-"))]
    if name not in data and not ticked:
        return None
    unread -= {name, *ticked}
    lines = [one.removeprefix(f"{name}-") for one in ticked]
    return "\n".join([*lines, cleaned(data.get(name, ""))]).strip()


def cleaned(text: str) -> str:
    """``text`` without what a database can't keep, such as NUL, and without space at its ends."""
    return clean(text.replace("\r\n", "\n")).strip()


def too_long(answers: Answers) -> list[str]:
    """Codes of the questions whose answer is longer than can be kept."""
    return [code for code, answer in answers.items() if len(str(answer)) > LONGEST]


def fingerprint(step: Step, answers: Mapping[str, Any]) -> str:
    """A short name for exactly these answers of ``step``: another one as soon as one of them differs."""
    own = {question.code: answers.get(question.code) or None for question in step.all_questions}
    return blake2b(json.dumps(own, sort_keys=True).encode(), digest_size=12).hexdigest()


def problems(step: Step, answers: Mapping[str, Any]) -> list[Problem]:
    """What keeps ``step`` from being complete, in the order of its questions."""
    return [
        Problem(question, text)
        for question in step.all_questions
        if (text := problem_of(question, answers.get(question.code), answers))
    ]


def is_needed(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the question must be answered beside ``answers``."""
    if question.required or not question.needed_when:
        return question.required
    other, _equals, choices = question.needed_when.partition("=")
    return answers.get(other) in choices.split("|")


def problem_of(question: Question, answer: Any, answers: Mapping[str, Any]) -> str:
    """What is wrong with an answer beside the other ``answers``; empty for a good one."""
    if question.kind == Question.Kind.TABLE:
        return _table_problem(question, answer or [])
    text = str(answer or "")
    if not text:
        return _unanswered(question) if is_needed(question, answers) else ""
    if question.kind == Question.Kind.RECORDS:
        return cites.problem(text)
    if question.kind == Question.Kind.ROW:
        return _row_problem(text, answers.get(table_of(question)) or [])
    if length := _length_problem(question, text):
        return length
    return _kind_problem(question.kind, text, question.options)


def _unanswered(question: Question) -> str:
    if question.kind == Question.Kind.RECORDS:
        return _("Choose a record of the catalogue, or write the address of its page.")
    return _("This is not answered yet.")


def _row_problem(text: str, rows: Sequence[Row]) -> str:
    if text in {str(number) for number in range(1, len(rows) + 1)}:
        return ""
    return _("The table has no row %(number)s: choose one that is filled in.") % {"number": text[:10]}


def _length_problem(question: Question, text: str) -> str:
    count = words_in(text)
    if question.words_min and count < question.words_min:
        return ngettext(
            "%(count)d word; at least %(limit)d are asked for.",
            "%(count)d words; at least %(limit)d are asked for.",
            count,
        ) % {"count": count, "limit": question.words_min}
    if question.words_max and count > question.words_max:
        return ngettext(
            "%(count)d word; at most %(limit)d are allowed.",
            "%(count)d words; at most %(limit)d are allowed.",
            count,
        ) % {"count": count, "limit": question.words_max}
    return ""


def _kind_problem(kind: str, text: str, options: Sequence[Mapping[str, Any]]) -> str:
    if kind == Question.Kind.NUMBER and as_number(text) is None:
        return _("“%(text)s” is not a number. Write digits, as in 12 or 12,5.") % {"text": text[:40]}
    if kind == Question.Kind.DATE and as_date(text) is None:
        return _("“%(text)s” is not a date. Write it as 2026-03-31.") % {"text": text[:40]}
    if kind == Question.Kind.CHOICE and text not in {option["code"] for option in choices_of(options)}:
        return _("Choose one of the answers offered.")
    return ""


def _table_problem(question: Question, rows: Sequence[Row]) -> str:
    needed = question.rows_min or (1 if question.required else 0)
    if len(rows) < needed:
        return ngettext(
            "At least %(needed)d row is asked for; there are %(count)d.",
            "At least %(needed)d rows are asked for; there are %(count)d.",
            needed,
        ) % {"needed": needed, "count": len(rows)}
    for number, row in enumerate(rows, start=1):
        for column in question.options:
            if wrong := _cell_problem(column, row.get(column["code"], "")):
                place = _("Row %(row)d, %(column)s:") % {"row": number, "column": option_label(column)}
                return f"{place} {wrong}"
    return ""


def _cell_problem(column: Mapping[str, Any], text: str) -> str:
    if not text:
        return _("This is not answered yet.") if column.get("required", True) else ""
    return _kind_problem(column.get("kind", "line"), text, column_choices(column))


def as_number(text: str) -> Decimal | None:
    """A number as it is written in Indonesian or English: ``1.250,5``, ``1,250.5``, ``12,5``, ``12``."""
    compact = text.replace(" ", "").replace("\u00a0", "")
    if "," in compact and "." in compact:
        thousands, decimal = (".", ",") if compact.rfind(",") > compact.rfind(".") else (",", ".")
        compact = compact.replace(thousands, "").replace(decimal, ".")
    elif re.fullmatch(r"-?[1-9]\d{0,2}([.,]\d{3})+", compact):  # 0.125 has no thousands
        compact = compact.replace(".", "").replace(",", "")
    else:
        compact = compact.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,14}(\.\d{1,4})?", compact):
        return None
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None


def as_date(text: str) -> date | None:
    """A date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
