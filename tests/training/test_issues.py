"""Issues that are scored: what the marks come to and which rank they give, and that one of them is chosen."""

from __future__ import annotations

import io

import pytest
from docx import Document

from tests.pages import main_of, text_of
from tests.training.scenes import address, as_user, hidden, in_state, people, shared_cast
from training import answers, dossier
from training.models import Question
from training.offline import comparing, form, reading
from training.options import problems
from training.totals import totals

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

ISSUE = "steps/issue/"
LONG = " ".join(["Catatan loket menunjukkan antrean panjang sejak subuh setiap hari."] * 4)


def row(issue: str, apkl: int, usg: int) -> dict[str, str]:
    return {"issue": issue, **dict.fromkeys("apkl", str(apkl)), **dict.fromkeys("usg", str(usg))}


ROWS = [row("Berkas hilang", 5, 3), row("Antrean panjang", 4, 5), row("Jadwal bentrok", 3, 3)]


def step(people):
    return next(one for one in people.fresh().version.all_steps if one.code == "issue")


def table(people) -> Question:
    return next(question for question in step(people).all_questions if question.code == "issues")


def filled(people, chosen: str = "2"):
    given = {"issues": ROWS, "chosen_row": chosen, "chosen_issue": LONG, "causes": LONG}
    return in_state(people, "issue", answers=given)


def wrong(people):
    return {p.question.code: p.text for p in answers.problems(step(people), people.fresh().answers)}


def test_sums_of_both_rounds_and_the_rank_by_the_second_then_the_first(people):
    found = totals(table(people), [*ROWS, row("Sama", 3, 3), {"issue": "Belum dinilai", "a": "9"}])
    assert [dict(total.sums) for total in found] == [
        {"APKL": 20, "USG": 9}, {"APKL": 16, "USG": 15}, {"APKL": 12, "USG": 9}, {"APKL": 12, "USG": 9}, {},
    ]  # fmt: skip
    assert [total.rank for total in found] == [2, 1, 3, 3, 0]


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "Jumlah APKL 16 Jumlah USG 15 Peringkat 1"), ("en", "Sum APKL 16 Sum USG 15 Rank 1")],
)
def test_they_stand_in_the_form_and_before_reviewers(people, language, words):
    filled(people)
    writer = as_user(people.participant)
    assert words in " ".join(text_of(writer.get(address(people, ISSUE, language))).split())
    in_state(people, "idea-approval")
    for who, path in ((people.coach, ISSUE), (people.mentor, "moves/approve-idea/")):
        page = " ".join(text_of(as_user(who).get(address(people, path, language))).split())
        assert words in page
        assert "2. Antrean panjang" in page


def test_they_stand_in_the_offline_form_which_comes_back_the_same(people):
    project = filled(people)
    made = form.form(project, [step(people)])
    cells = [[cell.text for cell in line.cells] for line in Document(io.BytesIO(made)).tables[0].rows]
    assert [line[-3:] for line in cells[2:5]] == [["20", "9", "2"], ["16", "15", "1"], ["12", "9", "3"]]
    found = comparing.outcome(project, [step(people)], reading.read(project, made))
    assert (found.changes, found.unread) == ([], [])


def test_they_stand_in_the_dossier(people):
    project = filled(people)
    text = b"".join(b"".join(part.chunks) for part in dossier._answers(project)).decode()
    assert "Jumlah USG: 15" in text
    assert "Peringkat: 1" in text
    assert "2. Antrean panjang" in text


@pytest.mark.parametrize(
    ("chosen", "good"), [("1", True), ("3", True), ("4", False), ("0", False), ("x", False), ("", False)]
)
def test_the_chosen_issue_is_a_row_that_is_there(people, chosen, good):
    filled(people, chosen)
    assert ("chosen_row" not in wrong(people)) == good


def test_the_form_offers_the_rows(people):
    filled(people)
    page = main_of(as_user(people.participant).get(address(people, ISSUE)))
    assert 'name="a-chosen_row" value="2" checked>2. Antrean panjang' in page
    in_state(people, "issue", answers={})
    page = main_of(as_user(people.participant).get(address(people, ISSUE)))
    assert 'name="a-chosen_row" value="2">Baris 2' in page


@pytest.mark.parametrize(("chosen", "kept"), [("3", "2"), ("1", "1"), ("2", ""), ("4", "4")])
def test_the_choice_follows_its_row_when_another_one_is_emptied(people, chosen, kept):
    filled(people)
    client = as_user(people.participant)
    sent = hidden(client.get(address(people, ISSUE)))
    for number, values in enumerate(ROWS):
        gone = number == 1
        sent |= {f"a-issues-{number}-{code}": "" if gone else text for code, text in values.items()}
    client.post(address(people, ISSUE), sent | {"a-chosen_row": chosen})
    project = people.fresh()
    assert [one["issue"] for one in project.answers["issues"]] == ["Berkas hilang", "Jadwal bentrok"]
    assert project.answers["chosen_row"] == kept


def test_a_version_names_a_table_that_is_there_and_sums_only_scales(people):
    asked = list(people.fresh().version.questions.all())
    chosen = next(question for question in asked if question.kind == Question.Kind.ROW)
    for broken in ([], [{"rows_of": "nothing"}], [{"rows_of": "causes"}], [{"code": "issues"}]):
        chosen.options = broken
        assert len(problems(asked)) == 1, broken
    chosen.options = [{"rows_of": "issues"}]
    table = next(question for question in asked if question.code == "issues")
    table.options = [*table.options, {"code": "x", "label_id": "X", "sum": "APKL"}]
    assert len(problems(asked)) == 1
