"""A part of the plan with a reason in the place of evidence waits until the mentor agrees."""

from __future__ import annotations

import uuid

import pytest

from tests.training.people import cast
from tests.training.scenes import address, as_user, in_state
from training import logbooks
from training.errors import NotAllowed, SavedElsewhere
from training.guards import unmet
from training.models import EvidenceReason
from training.services import logbook, todo

pytestmark = pytest.mark.django_db
GUARD = "evidence:agreed"


@pytest.fixture
def people():
    made = cast()
    made.answer_all()
    in_state(made, "report")
    explain(made, "Menunggu anggaran\r\ntahun depan")
    return made


def explain(people, text):
    given = {row.code: text for row in logbooks.rows(people.fresh())}
    logbook.explain(project=people.fresh(), actor=people.participant, reasons=given, submit_key=uuid.uuid4())


def agree(people, row, *, by=None, text="Menunggu anggaran\ntahun depan"):
    logbook.agree(
        project=people.fresh(), actor=by or people.mentor, row=row, text=text, submit_key=uuid.uuid4()
    )


def asked(user):
    return [task.asks for task in todo.tasks(user) if task.asks == "log"]


def test_the_mentor_agrees_to_each_and_has_it_to_do_until_then(people):
    assert unmet(people.fresh(), "evidence") == []
    rows = [row.code for row in logbooks.rows(people.fresh())]
    assert len(unmet(people.fresh(), GUARD)) == len(rows)
    assert asked(people.mentor) == ["log"]
    assert todo.count(people.mentor) == len(todo.tasks(people.mentor))
    for row in rows:
        agree(people, row)
        agree(people, row)
    assert unmet(people.fresh(), GUARD) == []
    assert asked(people.mentor) == []
    assert people.project.events.filter(code="log-agree").count() == len(rows)


def test_other_words_need_the_mentor_anew_and_the_same_ones_do_not(people):
    rows = [row.code for row in logbooks.rows(people.fresh())]
    for row in rows:
        agree(people, row)
    explain(people, "Menunggu anggaran\r\ntahun depan")
    assert unmet(people.fresh(), GUARD) == []
    explain(people, "Dibatalkan")
    assert len(unmet(people.fresh(), GUARD)) == len(rows)
    with pytest.raises(SavedElsewhere):
        agree(people, rows[0])


def test_nobody_else_agrees(people):
    row = logbooks.rows(people.fresh())[0].code
    for role in ("participant", "coach", "examiner", "coordinator"):
        with pytest.raises(NotAllowed):
            agree(people, row, by=people.of(role))
    assert not EvidenceReason.objects.exclude(agreed_at=None).exists()


def test_by_the_logbooks_page(people):
    row = logbooks.rows(people.fresh())[0].code
    path = address(people, "logbook/")
    client = as_user(people.mentor)
    assert "Setujui alasan ini" in client.get(path).content.decode()
    assert "Setujui alasan ini" not in as_user(people.participant).get(path).content.decode()
    form = {"row": row, "text": "Menunggu anggaran\r\ntahun depan"}
    assert as_user(people.coach).post(f"{path}reasons/agree/", form).status_code == 404
    assert client.post(f"{path}reasons/agree/", form).status_code == 302
    assert EvidenceReason.objects.get(row=row).agreed_by == people.mentor
    assert "mentor setuju" in client.get(path).content.decode()
