"""What a form that came back changes: told apart from what was changed online meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training import answers
from training.fields import as_text
from training.models import Project, Question, Step
from training.offline import marks
from training.offline.reading import Found
from training.services.changes import Piece, compare

_MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober",
    "november", "desember",
)  # fmt: skip
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_DAY_MONTH_YEAR = 3


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer that is another one in the form; ``conflict`` where it is another one online, too."""

    step: Step
    question: Question
    answer: answers.Answer
    pieces: Sequence[Piece]
    saved: str
    mine: str
    conflict: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in the form that is not taken over, why, and what to do."""

    question: Question
    text: str


@dataclass(slots=True)
class Outcome:
    """What the form brings."""

    changes: list[Changed] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    same: int = 0


def outcome(project: Project, steps: Sequence[Step], found: Mapping[str, Found]) -> Outcome:
    """What saving the form would change in the questions of ``steps``, as ``project`` is now."""
    result = Outcome()
    for step in steps:
        for question in step.all_questions:
            _question(project, step, question, found.get(question.code), result)
    return result


def changed(
    project: Project, step: Step, question: Question, answer: answers.Answer, *, conflict: bool
) -> Changed:
    """The change of one answer, in words."""
    saved = as_text(question, project.answers.get(question.code))
    mine = as_text(question, answer)
    return Changed(step, question, answer, compare(saved, mine), saved, mine, conflict)


def _question(project: Project, step: Step, question: Question, found: Found | None, result: Outcome) -> None:
    if found is None:
        result.unread.append(
            Unread(question, _("This question is not in the file any more; its answer stays as it is."))
        )
        return
    now = project.answers.get(question.code)
    problems: list[str] = []
    raw = _raw(question, found, problems)
    if raw is not None and marks.base_of(raw) == found.mark.base:
        result.same += 1
        return
    answer = None if raw is None else _answer(question, raw, problems)
    result.unread += [Unread(question, text) for text in problems]
    if answer is None:
        return
    if (answer or None) == (now or None):
        result.same += 1
        return
    meanwhile = found.mark.base not in marks.bases(question, now)
    result.changes.append(changed(project, step, question, answer, conflict=meanwhile))


def _raw(question: Question, found: Found, problems: list[str]) -> marks.Written | None:
    """What stands in the form as ``marks.written`` writes it; ``None`` when it can't be told."""
    if question.kind != Question.Kind.TABLE:
        text = marks.normal("\n".join(cell for row in found.rows for cell in row if cell))
        return "" if question.kind == Question.Kind.CHOICE and text == marks.NONE else text
    heads = [marks.find_column(cell) for cell in found.rows[0]] if found.rows else []
    codes = [column["code"] for column in question.options]
    if not set(codes) <= set(heads):
        problems.append(
            _(
                "The codes above the table's columns are missing. Its rows stay as they are; download the"
                " form again."
            )
        )
        return None
    places = [heads.index(code) for code in codes]
    choosing = [bool(answers.column_choices(column)) for column in question.options]
    rows = []
    for cells in found.rows[1:]:
        texts = [cells[place] if place < len(cells) else "" for place in places]
        row = [
            "" if chosen and text == marks.NONE else text
            for text, chosen in zip(texts, choosing, strict=True)
        ]
        if any(row):
            rows.append(row)
    return rows


def _answer(question: Question, raw: marks.Written, problems: list[str]) -> answers.Answer | None:
    """The answer as it is saved; ``None`` for one that can't be."""
    if isinstance(raw, str):
        taken, problem = _value(question.kind, raw, answers.choices_of(question.options))
        if problem:
            problems.append(_("%(problem)s The answer stays as it is.") % {"problem": problem})
            return None
        answer: answers.Answer = taken
    else:
        answer = _table(question, raw, problems)
    if answers.too_long({question.code: answer}):
        problems.append(
            _("This is longer than can be kept: at most %(limit)d characters.") % {"limit": answers.LONGEST}
        )
        return None
    return answer


def _table(question: Question, raw: Sequence[Sequence[str]], problems: list[str]) -> list[answers.Row]:
    if len(raw) > answers.MOST_ROWS:
        text = ngettext(
            "There are more rows than can be kept; the first %(most)d is taken.",
            "There are more rows than can be kept; the first %(most)d are taken.",
            answers.MOST_ROWS,
        )
        problems.append(text % {"most": answers.MOST_ROWS})
    rows = []
    for number, cells in enumerate(raw[: answers.MOST_ROWS], start=1):
        row = {}
        for column, text in zip(question.options, cells, strict=True):
            taken, problem = _value(column.get("kind", "line"), text, answers.column_choices(column))
            row[column["code"]] = "" if problem else taken
            if problem:
                place = _("Row %(row)d, %(column)s:") % {
                    "row": number,
                    "column": answers.option_label(column),
                }
                problems.append(
                    _("%(place)s %(problem)s The cell stays empty.") % {"place": place, "problem": problem}
                )
        rows.append(row)
    return [row for row in rows if any(row.values())]


def _value(kind: str, text: str, choices: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """A value as it is saved, or what is wrong with it and the remedy."""
    shown = {"text": text[:40]}
    if not text:
        return "", ""
    if kind == Question.Kind.CHOICE:
        code = _code_of(text, choices)
        return code, "" if code else _("“%(text)s” is none of the choices: take one of the list.") % shown
    if kind == Question.Kind.NUMBER and answers.as_number(text) is None:
        return "", _("“%(text)s” is not a number. Write digits, as in 12 or 12,5.") % shown
    if kind == Question.Kind.DATE:
        day = _day_of(text)
        return day, "" if day else _("“%(text)s” is not a date. Write it as 2026-03-31.") % shown
    return text, ""


def _code_of(text: str, choices: Sequence[Mapping[str, Any]]) -> str:
    """The code of the choice whose label or code ``text`` is, in either language; empty for none."""
    wanted = " ".join(text.casefold().split())
    for language in marks.LANGUAGES:
        with translation.override(language):
            for choice in choices:
                names = (str(choice["code"]), answers.option_label(choice))
                if wanted in {" ".join(name.casefold().split()) for name in names}:
                    return str(choice["code"])
    return ""


def _day_of(text: str) -> str:
    """A date in ISO 8601 from what people write: ``31/3/2026``, ``31 Maret 2026``; empty for no date."""
    if answers.as_date(text):
        return text
    parts = text.replace("/", " ").replace("-", " ").replace(".", " ").replace(",", " ").casefold().split()
    if len(parts) != _DAY_MONTH_YEAR or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return ""
    for months in (_MONTHS, _ENGLISH):
        if parts[1] in months:
            parts[1] = str(months.index(parts[1]) + 1)
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])).isoformat()
    except ValueError:
        return ""
