"""Questions as a form or a page shows them: plain data for templates, no query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.services import citing
from training import answers, cites
from training.models import Question, Step
from training.totals import Total, totals

BLANK_ROWS = 2
RADIOS = 5
"""Up to so many choices stand side by side; more are a list to open."""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: of a question, or of a column in a row. ``kind`` is a question's kind, or ``radio``."""

    name: str
    label: str
    kind: str
    value: str
    options: Sequence[Option] = ()
    optional: bool = False

    @property
    def id(self) -> str:
        return f"id-{self.name}"

    @property
    def input_type(self) -> str:
        """A browser's date field drops what is no date; whatever was typed must stay."""
        is_date = self.kind == Question.Kind.DATE and (not self.value or answers.as_date(self.value))
        return "date" if is_date else "text"

    @property
    def shown(self) -> str:
        """The answer in words."""
        if self.kind == Question.Kind.RECORDS:
            return "\n".join(cite.title for cite in cites.cites(self.value))
        if self.kind in ("radio", Question.Kind.CHOICE, Question.Kind.ROW):
            return next((option.label for option in self.options if option.chosen), self.value)
        day = answers.as_date(self.value) if self.kind == Question.Kind.DATE else None
        return date_format(day, "j F Y") if day else self.value


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the catalogue that an answer cites or may cite; ``path`` is empty once it is not public."""

    name: str
    title: str
    path: str
    language: str
    chosen: bool

    @property
    def id(self) -> str:
        return f"id-{self.name}"


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Sequence[Cell]
    total: Total = Total()  # noqa: RUF009 - it never changes


@dataclass(frozen=True, slots=True)
class Field:
    """A question with its answer: an input, or rows of them."""

    question: Question
    cell: Cell
    rows: Sequence[Row] = ()
    problem: str = ""
    note: str = ""
    """What somebody who returned the project wrote about this answer."""
    records: Sequence[Record] = ()
    """Records of the catalogue: in a form those one may tick, else those that are cited."""

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def is_table(self) -> bool:
        return self.question.kind == Question.Kind.TABLE

    @property
    def is_empty(self) -> bool:
        return not (self.rows if self.is_table else self.cell.value)

    @property
    def typed(self) -> str:
        """Of an answer that cites records, the lines that name none."""
        return cites.rest(self.cell.value) if self.question.kind == Question.Kind.RECORDS else ""

    @property
    def anchor(self) -> str:
        return f"q-{self.code}"

    @property
    def words(self) -> int:
        return answers.words_in(self.cell.value)

    @property
    def limit(self) -> str:
        """How long the answer should be, in words."""
        least, most = self.question.words_min, self.question.words_max
        if least and most:
            return _("%(least)d to %(most)d words") % {"least": least, "most": most}
        if most:
            return ngettext("at most %(most)d word", "at most %(most)d words", most) % {"most": most}
        if least:
            return ngettext("at least %(least)d word", "at least %(least)d words", least) % {"least": least}
        if rows := self.question.rows_min:
            return ngettext("at least %(rows)d row", "at least %(rows)d rows", rows) % {"rows": rows}
        return ""


def form_fields(
    step: Step,
    given: Mapping[str, Any],
    *,
    notes: Mapping[str, str],
    offered: Mapping[str, citing.Cited] | None = None,
    unanswered: bool = False,
    too_long: Sequence[str] = (),
) -> list[Field]:
    """The step as a form, two empty rows below those of each table.

    What is wrong with an answer stands beside it; that there is none, only if ``unanswered`` is asked for.
    ``offered`` are records one may cite, by key; those that are cited are offered anyway.
    """
    found, given = [], _in_order(step, given)
    for question in step.all_questions:
        answer = given.get(question.code)
        problem = answers.problem_of(question, answer, given) if answer or unanswered else ""
        if question.code in too_long:
            problem = _("This is longer than can be kept: at most %(limit)d characters.") % {
                "limit": answers.LONGEST
            }
        note = notes.get(question.code)
        field = _field(question, answer, given, blank=BLANK_ROWS, problem=problem, note=note)
        found.append(_offering(field, offered or {}))
    return found


def _in_order(step: Step, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers with the columns of tables as they are asked: PostgreSQL keeps no order of a row's own."""
    tables = {
        question.code: [column["code"] for column in question.options]
        for question in step.all_questions
        if question.kind == Question.Kind.TABLE and isinstance(given.get(question.code), list)
    }
    rows = {
        code: [{column: row.get(column, "") for column in columns} for row in given[code]]
        for code, columns in tables.items()
    }
    return {**given, **rows}


def _offering(field: Field, offered: Mapping[str, citing.Cited]) -> Field:
    """``field`` with the records one may tick, and as its text what else was typed."""
    if field.question.kind != Question.Kind.RECORDS:
        return field
    typed = replace(field.cell, value=cites.rest(field.cell.value))
    records = _records(field.question, field.cell.value, offered, all_of=True)
    return replace(field, cell=typed, records=records)


def _records(
    question: Question, answer: str, known: Mapping[str, citing.Cited], *, all_of: bool = False
) -> list[Record]:
    """The records that ``answer`` cites, after all that are ``known`` if ``all_of`` them are wanted."""
    marked = cites.marked(answer)
    keys = dict.fromkeys([*known, *marked] if all_of else marked)
    found = []
    for key in keys:
        record, name = known.get(key), f"{answers.field_name(question)}-{key}"
        title = record.title if record else marked[key]
        place = (record.path, record.language) if record else ("", "id")
        found.append(Record(name, title, *place, key in marked))
    return found


def shown_fields(
    step: Step,
    given: Mapping[str, Any],
    *,
    notes: Mapping[str, str] | None = None,
    known: Mapping[str, citing.Cited] | None = None,
) -> list[Field]:
    """The step's answers to read; ``known`` are records by key, where those that are cited shall be links."""
    found, given = [], _in_order(step, given)
    for question in step.all_questions:
        field = _field(question, given.get(question.code), given, note=(notes or {}).get(question.code))
        if question.kind == Question.Kind.RECORDS:
            field = replace(field, records=_records(question, field.cell.value, known or {}))
        found.append(field)
    return found


def _field(
    question: Question,
    answer: Any,
    given: Mapping[str, Any] | None = None,
    *,
    blank: int = 0,
    problem: str = "",
    note: str | None = None,
) -> Field:
    rows: list[Row] = []
    value = "" if isinstance(answer, list) else str(answer or "")
    options = _offered(question, value, given or {}, blank)
    kind = "radio" if options and len(options) <= RADIOS else question.kind
    cell = Cell(answers.field_name(question), question.label, kind, value, options, not question.required)
    if question.kind == Question.Kind.TABLE:
        written = answer if isinstance(answer, list) else []
        shown = min(len(written) + blank, answers.MOST_ROWS)
        empty: dict[str, str] = {}
        filled = [*written, *[empty] * (shown - len(written))]
        found = totals(question, filled)
        rows = [
            Row(number + 1, _cells(question, number, filled[number]), found[number])
            for number in range(shown)
        ]
    return Field(question, cell, rows, problem, note or "")


def _offered(question: Question, value: str, given: Mapping[str, Any], blank: int) -> list[Option]:
    """The choices of a question, or the rows of its table, also ``blank`` ones below it."""
    if question.kind == Question.Kind.CHOICE:
        return _options(answers.choices_of(question.options), value)
    if question.kind != Question.Kind.ROW:
        return []
    rows = given.get(answers.table_of(question)) or []
    texts = [next(iter(row.values()), "") for row in rows] + [""] * blank
    found = []
    for number, text in enumerate(texts[: answers.MOST_ROWS], start=1):
        label = f"{number}. {text}" if text else _("Row %(number)d") % {"number": number}
        found.append(Option(str(number), label, str(number) == value))
    return found


def _cells(question: Question, number: int, row: Mapping[str, str]) -> list[Cell]:
    cells = []
    for column in question.options:
        value = str(row.get(column["code"], ""))
        cells.append(
            Cell(
                name=answers.field_name(question, number, column["code"]),
                label=answers.option_label(column),
                kind=column.get("kind", Question.Kind.LINE),
                value=value,
                options=_options(answers.column_choices(column), value),
                optional=not column.get("required", True),
            )
        )
    return cells


def _options(choices: Sequence[Mapping[str, Any]], value: str) -> list[Option]:
    return [
        Option(str(choice["code"]), answers.option_label(choice), str(choice["code"]) == value)
        for choice in choices
    ]


def total_lines(total: Total) -> list[tuple[str, int]]:
    """The sums and the rank of a row with their labels; nothing where a mark is missing."""
    if not total.rank:
        return []
    sums = [(_("Sum %(name)s") % {"name": name}, number) for name, number in total.sums]
    return [*sums, (_("Rank"), total.rank)]


def as_text(question: Question, answer: Any) -> str:
    """An answer as lines of text, to compare with another one."""
    if question.kind != Question.Kind.TABLE:
        return _field(question, answer).cell.shown
    rows = _field(question, answer).rows
    return "\n".join(" – ".join(cell.shown for cell in row.cells if cell.shown) for row in rows)
