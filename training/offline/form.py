"""Writing the form: every open question with its help, example, limits and the answer so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from training import answers
from training.fields import Field, shown_fields, total_lines
from training.models import Project, Question, Step
from training.offline import marks
from training.totals import rounds

BLANK_ROWS = 3
MOST_CHOICES = 60
"""More of them are no list to open; the label is typed."""
_FAINT = RGBColor(0x59, 0x63, 0x6E)


def form(project: Project, steps: Sequence[Step]) -> bytes:
    """The form of ``steps`` as a DOCX file, in the active language."""
    document = Document()
    _page(document)
    document.core_properties.title = str(_("Form for offline work"))
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.add_heading(str(_("Form for offline work")), 0)
    document.add_paragraph(str(project.version))
    document.add_paragraph(
        _(
            "Write into the white cells, save the file as DOCX and upload it on the project's page. You see"
            " what changes before anything is saved. Leave the codes in double brackets as they are: by them"
            " your answers are found again. Rows may be added to tables by copying one."
        )
    )
    for step in steps:
        document.add_heading(step.label, 1)
        if step.introduction:
            document.add_paragraph(step.introduction)
        for field in shown_fields(step, project.answers):
            _question(document, project, field)
            document.add_paragraph()  # word processors join tables that touch
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def _page(document: Any) -> None:
    """A4 across, so that tables of eight columns can be written in."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    language = normal.element.get_or_add_rPr()
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "en-GB" if (get_language() or "id").startswith("en") else "id-ID")
    language.append(element)


def _question(document: Any, project: Project, field: Field) -> None:
    question = field.question
    found = marks.written(question, project.answers.get(question.code))
    sums = [_("Sum %(name)s") % {"name": name} for name in rounds(question)]
    more = [*sums, _("Rank")] if sums else []
    width = len(question.options if field.is_table else [{}]) + len(more)
    table = document.add_table(rows=1, cols=width, style="Table Grid")
    head = table.cell(0, 0)
    if width > 1:
        head = head.merge(table.cell(0, width - 1))
    _shade(head)
    _heading(head, field, marks.mark(project, question, found))
    if isinstance(found, list):
        _rows(table, question, found, more)
        _totals(table, field, len(question.options))
    else:
        choices = answers.choices_of(question.options) if question.kind == Question.Kind.CHOICE else ()
        _answer(table.add_row().cells[0], found, choices)


def _heading(cell: _Cell, field: Field, mark: str) -> None:
    question = field.question
    first = cell.paragraphs[0]
    first.add_run(question.label).bold = True
    if not question.required:
        first.add_run(f" ({_('optional')})")
    hints = [question.help, field.limit, _format_hint(question)]
    for hint in filter(None, hints):
        cell.add_paragraph(hint)
    if question.example:
        cell.add_paragraph().add_run(f"{_('A good example')}: {question.example}").italic = True
    _small(cell.add_paragraph(), mark)


def _format_hint(question: Question) -> str:
    if question.kind == Question.Kind.DATE:
        return str(_("Write the date as 2026-03-31."))
    if question.kind == Question.Kind.NUMBER:
        return str(_("Write digits, as in 12 or 12,5."))
    if question.kind == Question.Kind.CHOICE:
        labels = [answers.option_label(one) for one in answers.choices_of(question.options)]
        return _("Choose one: %(choices)s") % {"choices": "; ".join(labels)}
    if question.kind == Question.Kind.RECORDS:
        return str(
            _("One a line: the address of a record's page in the catalogue. Lines that are there may stay.")
        )
    if question.kind == Question.Kind.ROW:
        return str(_("Write the number of the row in the table."))
    if question.kind == Question.Kind.TABLE:
        most = answers.MOST_ROWS
        return ngettext("At most %(most)d row.", "At most %(most)d rows.", most) % {"most": most}
    return ""


def _totals(table: Table, field: Field, first: int) -> None:
    """What the marks come to, from column ``first`` on; these have no code and are not read back."""
    for row, cells in zip(field.rows, table.rows[2:], strict=False):
        for place, (_label, number) in enumerate(total_lines(row.total), start=first):
            _shade(cells.cells[place])
            cells.cells[place].paragraphs[0].add_run(str(number))


def _rows(table: Table, question: Question, rows: Sequence[Sequence[str]], more: Sequence[str]) -> None:
    """The rows below their headings; ``more`` headings are of columns that nobody fills in."""
    labels = table.add_row().cells
    for cell, label in zip(labels[len(question.options) :], more, strict=True):
        _shade(cell)
        cell.paragraphs[0].add_run(label).bold = True
    for cell, column in zip(labels, question.options, strict=False):
        _shade(cell)
        cell.paragraphs[0].add_run(answers.option_label(column)).bold = True
        if column.get("kind") == Question.Kind.DATE:
            cell.add_paragraph("2026-03-31")
        _small(cell.add_paragraph(), marks.column_mark(column))
    choices = [answers.column_choices(column) for column in question.options]
    blank = max(BLANK_ROWS, (question.rows_min or 0) - len(rows))
    width = len(question.options)
    for row in [*rows, *[[""] * width] * min(blank, max(answers.MOST_ROWS - len(rows), 0))]:
        for cell, text, offered in zip(table.add_row().cells, row, choices, strict=False):
            _answer(cell, text, offered)


def _answer(cell: _Cell, text: str, choices: Sequence[Mapping[str, Any]]) -> None:
    """The text, a paragraph for each of its lines; a list to choose from where there is one."""
    if choices and len(choices) <= MOST_CHOICES:
        _list(cell.paragraphs[0], text, [answers.option_label(one) for one in choices])
        return
    first, *others = text.split("\n")
    cell.paragraphs[0].add_run(first)
    for line in others:
        cell.add_paragraph().add_run(line)


def _list(paragraph: Paragraph, chosen: str, labels: Sequence[str]) -> None:
    """A content control that drops a list down."""
    control, settings, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    items = OxmlElement("w:dropDownList")
    for label in [marks.NONE, *dict.fromkeys(labels)]:
        item = OxmlElement("w:listItem")
        item.set(qn("w:displayText"), label)
        item.set(qn("w:value"), label)
        items.append(item)
    settings.append(items)
    run = paragraph.add_run(chosen or marks.NONE)._r
    paragraph._p.append(control)
    control.append(settings)
    control.append(content)
    content.append(run)


def _small(paragraph: Paragraph, text: str) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(7), _FAINT


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), "EEF1F4")
    cell._tc.get_or_add_tcPr().append(shade)
