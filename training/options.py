"""Whether what a question offers can be shown: choices, vocabularies, scales, and the columns of tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from catalogue.services import codes
from training import answers
from training.models import Question
from training.services.proposals import OUTCOMES, REPLICATES, VALUES

LONGEST_SCALE = 100


def problems(asked: Iterable[Question]) -> list[str]:
    """What is wrong with the options of the questions ``asked`` and with what their answers become."""
    questions = list(asked)
    found = []
    for question in questions:
        if not _sound(question):
            text = _(
                "The options of “%(question)s” are not sound: a list of objects is needed, each with a code,"
                " a known vocabulary or a scale; columns of tables need a code."
            )
            found.append(text % {"question": question.label})
        is_table = question.kind == Question.Kind.TABLE
        cites = question.kind == Question.Kind.RECORDS
        fits = (is_table, cites) == (question.becomes in (OUTCOMES, VALUES), question.becomes == REPLICATES)
        if question.becomes and not fits:
            text = _("The answer to “%(question)s” can't become “%(field)s” in the record.")
            found.append(text % {"question": question.label, "field": question.becomes})
    return found + _conditions(questions)


def _conditions(questions: list[Question]) -> list[str]:
    """What is wrong with what questions say of each other."""
    choices = {q.code: q.options for q in questions if q.kind == Question.Kind.CHOICE and _sound(q)}
    tables = {q.code for q in questions if q.kind == Question.Kind.TABLE}
    found = [
        _("“%(question)s” asks for a row of an unknown table.") % {"question": q.label}
        for q in questions
        if q.kind == Question.Kind.ROW and _sound(q) and answers.table_of(q) not in tables
    ]
    for question in questions:
        other, _equals, wanted = question.needed_when.partition("=")
        known = {str(one["code"]) for one in answers.choices_of(choices.get(other, ()))}
        if question.needed_when and not set(wanted.split("|")) <= known:
            text = _("“%(question)s” is asked for by the unknown answer “%(answer)s”.")
            found.append(text % {"question": question.label, "answer": question.needed_when})
    return found


def _sound(question: Question) -> bool:
    if question.kind == Question.Kind.TABLE:
        return _is_list(question.options) and all(_column_sound(column) for column in question.options)
    if question.kind == Question.Kind.ROW:
        return _is_list(question.options) and [set(one) for one in question.options] == [{"rows_of"}]
    return _choices_sound(question.options)


def _column_sound(column: dict[str, Any]) -> bool:
    kind = column.get("kind", Question.Kind.LINE)
    if not _is_code(column.get("code")) or kind not in {*Question.Kind.values} - {Question.Kind.TABLE}:
        return False
    named = [{name: column[name]} for name in ("vocabulary", "scale") if name in column]
    if "sum" in column and not (_is_code(column["sum"]) and "scale" in column):
        return False
    return _choices_sound(column.get("options", [])) and _choices_sound(named)


def _choices_sound(options: Any) -> bool:
    return _is_list(options) and all(_choice_sound(option) for option in options)


def _choice_sound(option: dict[str, Any]) -> bool:
    if "vocabulary" in option:
        return _is_vocabulary(option["vocabulary"])
    if "scale" in option:
        scale = option["scale"]
        return isinstance(scale, int) and not isinstance(scale, bool) and 1 <= scale <= LONGEST_SCALE
    return _is_code(option.get("code"))


def _is_list(options: Any) -> bool:
    return isinstance(options, list) and all(isinstance(option, dict) for option in options)


def _is_code(code: Any) -> bool:
    return isinstance(code, str) and bool(code)


def _is_vocabulary(name: Any) -> bool:
    try:
        codes.choices(name)
    except ValueError:
        return False
    return True
