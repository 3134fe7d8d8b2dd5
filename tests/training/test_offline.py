"""The form for offline work: nothing is lost on the way out and back, and nothing is saved unseen."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.people import Cast, good_answer
from tests.training.scenes import in_state, people, shared_cast
from training import answers
from training.models import Project, Question, Step
from training.offline import comparing, marks, reading
from training.offline.form import form

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db
STATES = ("issue", "design", "report", "final-improvement")


def open_steps(project: Project) -> list[Step]:
    return [step for step in project.version.all_steps if project.state_code in step.states]


def questions(project: Project) -> dict[str, Question]:
    return {question.code: question for step in open_steps(project) for question in step.all_questions}


def good(project: Project) -> dict[str, Any]:
    return {code: good_answer(question) for code, question in questions(project).items()}


def outcome(project: Project, content: bytes) -> comparing.Outcome:
    return comparing.outcome(project, open_steps(project), reading.read(project, content))


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The form after somebody changed it."""
    document = Document(io.BytesIO(content))
    change(document)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def table_of(document: Any, code: str) -> Any:
    return next(table for table in document.tables if f"[[{code}:" in table.cell(0, 0).text)


def write(code: str, text: str, row: int = 1, column: int = 0) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        cell = table_of(document, code).rows[row].cells[column]
        for paragraph in cell.paragraphs:
            for element in list(paragraph._p):
                paragraph._p.remove(element)
        cell.text = text

    return change


def replaced(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The file with the text of one part changed."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(output, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    return output.getvalue()


# --- There and back --------------------------------------------------------------------------------

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("\n\n\t  👩🏽‍💻🇮🇩עברית العربية\u200f\u202eé́[]{}<>&\"':–"),
    ),
    max_size=80,
).map(lambda text: answers.cleaned(text.replace("\r", "\n")))


@st.composite
def given_answers(draw: Any, project: Project) -> dict[str, Any]:
    """What a form of the site can hold: any text, choices and dates, and drafts that are neither."""
    found: dict[str, Any] = {}
    for code, question in questions(project).items():
        if question.kind != Question.Kind.TABLE:
            found[code] = draw(value_of(question.kind, answers.choices_of(question.options)))
            continue
        cells = {
            column["code"]: value_of(column.get("kind", "line"), answers.column_choices(column))
            for column in question.options
        }
        rows = draw(st.lists(st.fixed_dictionaries(cells), max_size=4))
        found[code] = [row for row in rows if any(row.values())]
    return found


def value_of(kind: str, choices: Any) -> Any:
    if kind == Question.Kind.CHOICE:
        return st.sampled_from(["", *[str(one["code"]) for one in choices]])
    if kind == Question.Kind.DATE:
        return st.one_of(st.dates().map(str), TEXT)
    return TEXT


class TestRoundTrip:
    @pytest.mark.parametrize("state", STATES)
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_an_untouched_form_changes_nothing(self, people: Cast, state: str, data: Any):
        project = in_state(people, state)
        project.answers = data.draw(given_answers(project))
        found = outcome(project, form(project, open_steps(project)))
        assert (found.changes, found.unread) == ([], [])
        assert found.same == len(questions(project))

    @pytest.mark.parametrize("state", STATES)
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_every_field_comes_back_as_it_was_written(self, people: Cast, state: str, data: Any):
        """The form of somebody who filled it in, read by a project that has nothing yet."""
        project = in_state(people, state)
        project.answers = wanted = data.draw(given_answers(project))
        raw = reading.read(project, form(project, open_steps(project)))
        for code, question in questions(project).items():
            problems: list[str] = []
            found = comparing._raw(question, raw[code], problems)
            assert found == marks.written(question, wanted[code])
            assert problems == []

    def test_good_answers_come_back_as_codes(self, people: Cast):
        for state in STATES:
            project = in_state(people, state)
            project.answers = wanted = good(project)
            raw = reading.read(project, form(project, open_steps(project)))
            found, problems = {}, []
            for code, question in questions(project).items():
                written = comparing._raw(question, raw[code], problems)
                found[code] = comparing._answer(question, written, problems)
            assert (found, problems) == (wanted, [])

    def test_in_english_too(self, people: Cast):
        from django.utils import translation

        project = in_state(people, "final-improvement")
        project.answers = good(project)
        with translation.override("en"):
            content = form(project, open_steps(project))
        found = outcome(project, content)
        assert (found.changes, found.unread) == ([], [])


# --- What word processors and people do to it ------------------------------------------------------


class TestReading:
    def form(self, people: Cast, state: str = "final-improvement") -> tuple[Project, bytes]:
        project = in_state(people, state)
        project.answers = good(project)
        return project, form(project, open_steps(project))

    def change(self, people: Cast, *changes: Callable[[Any], None], state: str = "final-improvement") -> Any:
        project, content = self.form(people, state)
        for one in changes:
            content = edited(content, one)
        return outcome(project, content)

    def test_a_changed_text_is_the_one_change(self, people: Cast):
        found = self.change(people, write("title", "Judul luring\nbaris dua"))
        [change] = found.changes
        assert (change.question.code, change.answer, change.conflict) == (
            "title",
            "Judul luring\nbaris dua",
            False,
        )
        assert found.unread == []

    def test_a_choice_is_taken_by_label_in_either_language_or_by_code(self, people: Cast):
        for text in ("Replikasi", "replicated", " REPLICATED "):
            [change] = self.change(people, write("originality", text)).changes
            assert change.answer == "replicated"

    def test_what_can_not_be_read_is_reported_and_the_rest_is_kept(self, people: Cast):
        found = self.change(
            people, write("originality", "Sangat baru"), write("title", "Judul yang lain sekali")
        )
        assert [change.question.code for change in found.changes] == ["title"]
        [unread] = found.unread
        assert unread.question.code == "originality"
        assert "Sangat baru" in unread.text

    def test_dates_as_people_write_them(self, people: Cast):
        for text in ("31/3/2026", "31 Maret 2026", "31-03-2026", "2026-03-31"):
            [change] = self.change(people, write("matrix", text, row=2, column=4), state="design").changes
            assert change.answer[0]["date"] == "2026-03-31"

    def test_a_cell_that_can_not_be_read_is_named_by_row_and_column(self, people: Cast):
        found = self.change(
            people,
            write("matrix", "besok", row=3, column=4),
            write("matrix", "Kegiatan lain", row=3),
            state="design",
        )
        [change] = found.changes
        assert change.answer[1]["activity"] == "Kegiatan lain"
        assert change.answer[1]["date"] == ""
        [unread] = found.unread
        assert "2" in unread.text
        assert "besok" in unread.text

    def test_rows_are_added_removed_and_counted(self, people: Cast):
        def more(document: Any) -> None:
            rows = table_of(document, "matrix")._tbl.tr_lst
            for _time in range(answers.MOST_ROWS + 1):
                rows[2].addnext(deepcopy(rows[2]))

        found = self.change(people, more, state="design")
        [change] = found.changes
        assert len(change.answer) == answers.MOST_ROWS
        assert str(answers.MOST_ROWS) in found.unread[0].text

        def none(document: Any) -> None:
            for row in table_of(document, "matrix")._tbl.tr_lst[2:]:
                row.getparent().remove(row)

        [change] = self.change(people, none, state="design").changes
        assert change.answer == []

    def test_a_question_that_was_deleted_keeps_its_answer(self, people: Cast):
        def delete(document: Any) -> None:
            table = table_of(document, "title")._tbl
            table.getparent().remove(table)

        found = self.change(people, delete)
        assert found.changes == []
        assert [unread.question.code for unread in found.unread] == ["title"]

    def test_a_table_without_its_codes_keeps_its_rows(self, people: Cast):
        def delete(document: Any) -> None:
            for cell in table_of(document, "matrix").rows[1].cells:
                cell.text = "Kolom"

        found = self.change(people, delete, write("matrix", "Lain", row=2), state="design")
        assert found.changes == []
        assert [unread.question.code for unread in found.unread] == ["matrix"]

    def test_too_long_an_answer_is_reported(self, people: Cast):
        found = self.change(people, write("title", "x" * (answers.LONGEST + 1)))
        assert found.changes == []
        assert str(answers.LONGEST) in found.unread[0].text

    def test_tables_that_were_joined_and_columns_that_were_moved(self, people: Cast):
        def join(document: Any) -> None:
            body = document.element.body
            first = table_of(document, "title")._tbl
            for table in [table._tbl for table in document.tables if table._tbl is not first]:
                for row in list(table.tr_lst):
                    first.append(row)
                body.remove(table)

        def turn(document: Any) -> None:
            for row in table_of(document, "matrix")._tbl.tr_lst[1:]:
                row.append(row.tc_lst[0])

        found = self.change(people, join)
        assert (found.changes, found.unread) == ([], [])
        found = self.change(people, turn, state="design")
        assert (found.changes, found.unread) == ([], [])

    def test_as_word_saves_it(self, people: Cast):
        """Runs that are split, tracked changes, controls around cells, a list nobody chose from."""
        project, content = self.form(people)
        w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        title = project.answers["title"]
        first, rest = title[:5], title[5:]

        def as_word(xml: str) -> str:
            run = f"<w:r><w:t>{title}</w:t></w:r>"
            assert run in xml
            split = (
                f'<w:ins {w} w:id="1" w:author="x"><w:r><w:t xml:space="preserve">{first}</w:t></w:r></w:ins>'
                '<w:del w:id="2" w:author="x"><w:r><w:delText>hapus</w:delText></w:r></w:del>'
                '<w:proofErr w:type="spellStart"/>'
                f'<w:r><w:lastRenderedPageBreak/><w:t xml:space="preserve">{rest}</w:t></w:r>'
                "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:br/><w:t>baris</w:t><w:noBreakHyphen/></w:r>"
            )
            xml = xml.replace(run, split, 1)
            return re.sub(r"<w:sdtPr>(?=<w:dropDownList>)", "<w:sdtPr><w:showingPlcHdr/>", xml, count=1)

        found = outcome(project, replaced(content, "word/document.xml", as_word))
        by_code = {change.question.code: change.answer for change in found.changes}
        assert by_code["title"] == f"{title}\nbaris\u2011"
        assert by_code["originality"] == ""
        assert len(by_code) == 2


class TestConflicts:
    def test_only_what_changed_on_both_sides_is_one(self, people: Cast):
        project = in_state(people, "final-improvement")
        project.answers = good(project)
        content = edited(form(project, open_steps(project)), write("title", "Judul dari berkas ini"))
        content = edited(content, write("abstract", "Ringkasan dari berkas"))
        project.answers = project.answers | {"title": "Judul dari situs ini", "way": "Cara dari situs"}
        found = {change.question.code: change.conflict for change in outcome(project, content).changes}
        assert found == {"title": True, "abstract": False}

    def test_the_same_change_on_both_sides_is_none(self, people: Cast):
        project = in_state(people, "final-improvement")
        project.answers = good(project)
        content = edited(form(project, open_steps(project)), write("title", "Judul yang sama"))
        project.answers = project.answers | {"title": "Judul yang sama"}
        assert outcome(project, content).changes == []
