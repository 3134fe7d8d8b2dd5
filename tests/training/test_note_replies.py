"""The notes of a seminar or a return are ticked with a few words before the improvement is handed in."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import yaml

from accounts import privacy
from tests.training.meeting import meet
from tests.training.people import cast, person
from tests.training.scenes import address, as_user, hidden, in_state
from training import dossier
from training.errors import GuardsUnmet, Moved, NotAllowed, UnknownField
from training.guards import unmet
from training.models import NoteReply
from training.services import note_replies

pytestmark = pytest.mark.django_db
ORACLE = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))["notes"]
NOTES = {"matrix": "Bukti kegiatan kedua belum jelas.", "risks": "Tambahkan risiko anggaran."}


@pytest.fixture
def people():
    made = cast()
    made.answer_all()
    made.walk_to("design-seminar")
    meet(made, "seminar:design scores:seminar-1")
    made.move("close-design-seminar", note="Perjelas siapa yang melanjutkan.", field_notes=NOTES)
    return made


def tick(people, given, *, by=None, key=None, event=None):
    project = people.fresh()
    note_replies.reply(
        project=project, event=event or note_replies.open_of(project), given=given,
        actor=by or people.participant, submit_key=key or uuid.uuid4(),
    )  # fmt: skip


def test_nothing_is_handed_in_before_every_note_has_a_reply(people):
    reasons = unmet(people.fresh(), "notes")
    assert len(reasons) == 3
    assert {reason.room for reason in reasons} == {"notes"}
    tick(people, {"": "Kepala unit melanjutkan.", "matrix": "Bukti ditulis."})
    with pytest.raises(GuardsUnmet):
        people.move("submit-improvement")
    tick(people, {"risks": " Risiko anggaran ditambahkan. "})
    assert unmet(people.fresh(), "notes") == []
    people.move("submit-improvement")
    assert people.fresh().state_code == "improvement-review"


def test_without_notes_nothing_is_asked():
    made = cast()
    made.answer_all()
    made.walk_to("improvement-review")
    assert made.fresh().state_code == "improvement-review"


def test_an_empty_reply_takes_the_tick_away_and_the_same_request_counts_once(people):
    key = uuid.uuid4()
    for _twice in range(2):
        tick(people, {"matrix": "Bukti ditulis."}, key=key)
    assert people.project.events.filter(code=note_replies.REPLIED).count() == 1
    tick(people, {"matrix": "  "})
    assert not NoteReply.objects.exists()


def test_after_a_return_the_coachs_notes_are_the_open_ones(people):
    tick(people, {"": "Sudah.", "matrix": "Sudah.", "risks": "Sudah."})
    before = note_replies.open_of(people.fresh())
    people.move("submit-improvement")
    assert note_replies.open_of(people.fresh()) is None
    with pytest.raises(Moved):
        tick(people, {"": "Terlambat"}, event=before)
    people.move("return-improvement", people.coach, note="Kegiatan ketiga juga.")
    with pytest.raises(Moved):
        tick(people, {"": "Ke catatan lama"}, event=before)
    assert len(unmet(people.fresh(), "notes")) == 1


@pytest.mark.parametrize(("given", "error"), [
    ({"risks": "a" * 501}, GuardsUnmet),
    ({"title": "Tidak ada catatan di sini"}, UnknownField),
])  # fmt: skip
def test_what_can_not_be_kept_is_refused(people, given, error):
    with pytest.raises(error):
        tick(people, given)
    assert not NoteReply.objects.exists()


def test_the_page_shows_notes_keeps_what_was_typed_and_leads_back(people):
    client, path = as_user(people.participant), address(people, "notes/")
    assert "Balas catatan" in client.get(address(people)).content.decode()
    page = client.get(path)
    for text in NOTES.values():
        assert text in page.content.decode()
    form = hidden(page)
    wrong = client.post(path, form | {"r-matrix": "x" * 501, "r-risks": "Sudah"})
    assert wrong.status_code == 422
    assert "Sudah" in wrong.content.decode()
    assert client.post(path, form | {"r-title": "asing"}).status_code == 400
    assert client.post(path, form | {"owner": "7"}).status_code == 400
    assert client.post(path, form | {"r--": "Kepala unit", "r-matrix": "Bukti"}).status_code == 302
    assert NoteReply.objects.count() == 2
    people.project.refresh_from_db()
    tick(people, {"risks": "Risiko anggaran ditambahkan."})
    people.move("submit-improvement")
    shown = as_user(people.coach).get(address(people, "moves/confirm-improvement/")).content.decode()
    assert "Risiko anggaran ditambahkan." in shown
    assert "Bukti" in shown


def test_only_the_participant_while_it_is_theirs(people):
    others = {"participant": people.participant, "other-participant": person("lain")}
    others |= {role: people.of(role) for role in ("mentor", "coach", "examiner", "coordinator")}
    for role, user in others.items():
        status = as_user(user).get(address(people, "notes/")).status_code
        assert (status == 200) == (role in ORACLE["who"]), role
        if role not in ORACLE["who"]:
            with pytest.raises(NotAllowed):
                tick(people, {"matrix": "Bukan saya"}, by=user)
    in_state(people, "improvement-review")
    with pytest.raises(Moved):
        tick(people, {"matrix": "Terlambat"})


def test_they_stand_in_the_dossier_and_go_with_the_account(people):
    tick(people, {"matrix": "Bukti ditulis bersama kader."})
    history = next(part for part in dossier._history(people.fresh()))
    assert "Bukti ditulis bersama kader." in str(history)
    export = str(privacy.export_of(people.participant))
    assert "Bukti ditulis bersama kader." in export
    privacy.erase(user=people.participant)
    assert not NoteReply.objects.exists()
