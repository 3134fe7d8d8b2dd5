"""Making moves in the browser: what will happen, notes, and who was first."""

from __future__ import annotations

import uuid

import pytest

from tests.pages import main_of, text_of
from tests.training.meeting import meet_all
from tests.training.scenes import (
    ROLES,
    address,
    as_user,
    hidden,
    in_state,
    people,
    shared_cast,
    statements,
    submit_key,
)
from training.models import Event, Notice, OriginalityCheck, Project

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

RETURN, APPROVE = "moves/return-design/", "moves/approve-design/"


@pytest.fixture
def reviewed(people):
    """The design is with the coach."""
    people.answer_all()
    people.walk_to("design-review")
    return people


def test_a_page_says_what_will_happen_and_the_move_is_made(reviewed):
    client = as_user(reviewed.coach)
    page = client.get(address(reviewed, APPROVE))
    assert "dari “Tinjauan rancangan oleh coach” ke “Persetujuan mentor”" in text_of(page)
    answer = client.post(address(reviewed, APPROVE), hidden(page) | {"note": "Bagus"})
    assert answer["Location"] == address(reviewed)
    assert reviewed.fresh().state_code == "design-approval"
    assert reviewed.fresh().events.last().note == "Bagus"
    assert "Selesai. Sekarang di “Persetujuan mentor”." in text_of(client.get(address(reviewed)))


def test_the_same_form_twice_is_one_move(reviewed):
    client = as_user(reviewed.coach)
    form = hidden(client.get(address(reviewed, RETURN))) | {"n-matrix": "Tambah bukti"}
    before = Event.objects.count()
    for _ in range(2):
        assert client.post(address(reviewed, RETURN), form)["Location"] == address(reviewed)
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize(
    "code", ["approve-design", "return-design", "submit-idea", "begin", "propose", "nothing"]
)
def test_only_whose_move_it_is_gets_to_see_it(reviewed, code):
    states = {"approve-design": {"coach", "mentor"}, "return-design": {"coach", "mentor"}}
    own = {
        "submit-idea": {"participant"},
        "begin": {"coordinator"},
        "propose": {"coordinator", "participant"},
    }
    may = (states | own).get(code, set())
    for role in ROLES:
        client = as_user(reviewed.of(role))
        page = client.get(address(reviewed, f"moves/{code}/"))
        sent = client.post(address(reviewed, f"moves/{code}/"), {"note": "x", "submit_key": submit_key()})
        assert (page.status_code == 404) == (role not in may), role
        assert (sent.status_code == 404) == (role not in may), role


def test_a_return_needs_a_note_and_keeps_what_was_typed(reviewed):
    client = as_user(reviewed.coach)
    page = client.get(address(reviewed, RETURN))
    answer = client.post(address(reviewed, RETURN), hidden(page) | {"note": "  "})
    assert answer.status_code == 422
    assert "Tulis apa yang perlu diperbaiki" in text_of(answer)
    answer = client.post(
        address(reviewed, RETURN), hidden(page) | {"note": "k" * 20_001, "n-risks": "Sebutkan biaya"}
    )
    assert answer.status_code == 422
    assert "k" * 20_001 in main_of(answer)
    assert "Sebutkan biaya" in main_of(answer)
    assert reviewed.fresh().state_code == "design-review"
    client.post(address(reviewed, RETURN), hidden(answer) | {"n-risks": "Sebutkan biaya", "n-matrix": ""})
    assert reviewed.fresh().events.last().field_notes == {"risks": "Sebutkan biaya"}


@pytest.mark.parametrize(
    "broken", [{"submit_key": "x"}, {"n-nothing": "x"}, {"a-causes": "x"}, {"saved": "1"}]
)
def test_a_field_that_was_never_shown_is_refused(reviewed, broken):
    client = as_user(reviewed.coach)
    form = hidden(client.get(address(reviewed, RETURN))) | {"note": "x"}
    assert client.post(address(reviewed, RETURN), form | broken).status_code == 400
    assert reviewed.fresh().state_code == "design-review"


def test_who_comes_second_sees_where_it_is_and_what_they_wrote(reviewed):
    client = as_user(reviewed.coach)
    form = hidden(client.get(address(reviewed, RETURN))) | {
        "note": "Tulisan panjang",
        "n-risks": "Sebutkan biaya",
    }
    in_state(reviewed, "design-seminar")
    answer = client.post(address(reviewed, RETURN), form)
    assert answer.status_code == 409
    for words in ("Seminar rancangan", "Tulisan panjang", "Sebutkan biaya", "Risiko dan sumber daya"):
        assert words in text_of(answer)
    assert client.get(address(reviewed, RETURN)).status_code == 409


def test_a_note_sent_after_the_session_ended_comes_back(reviewed):
    client = as_user(reviewed.coach)
    form = hidden(client.get(address(reviewed, RETURN))) | {
        "note": "Tulisan panjang",
        "n-risks": "Sebutkan biaya",
    }
    del client.cookies["sessionid"]
    answer = client.post(address(reviewed, RETURN), form)
    assert "kept" in answer["Location"]
    client.force_login(reviewed.coach)
    from urllib.parse import unquote

    page = client.get(unquote(answer["Location"].partition("next=")[2].partition("&")[0]))
    assert "Tulisan panjang" in main_of(page)
    assert "Sebutkan biaya" in main_of(page)
    assert hidden(page)["submit_key"] == form["submit_key"]
    assert reviewed.fresh().state_code == "design-review"


def test_what_is_missing_is_said_before_and_after(people):
    in_state(people, "issue", answers={})
    client = as_user(people.participant)
    path = address(people, "moves/submit-issue/")
    page = client.get(path)
    assert f"{address(people, 'steps/issue/')}?check=1#q-causes" in main_of(page)
    assert "<button" not in main_of(page)
    answer = client.post(path, {"submit_key": submit_key(), "note": "Siap"})
    assert answer.status_code == 422
    assert "Isu – Analisis penyebab: Ini belum dijawab." in text_of(answer)
    assert "Siap" in main_of(answer)


def test_the_reviewer_sees_the_last_notes_and_what_changed(reviewed):
    reviewed.move("return-design", note="Belum lengkap", field_notes={"risks": "Sebutkan biaya"})
    first = reviewed.fresh()
    first.answers["risks"] = first.answers["risks"].replace("puskesmas", "posyandu")
    first.answers["matrix"][0]["evidence"] = "Berita acara"
    Project.objects.filter(pk=first.pk).update(answers=first.answers)
    reviewed.move("submit-design")
    for who, path in ((reviewed.coach, RETURN), (reviewed.coach, APPROVE)):
        page = as_user(who).get(address(reviewed, path))
        assert "Belum lengkap" in text_of(page)
        assert "Sebutkan biaya" in text_of(page)
        html = main_of(page)
        assert '<del><span class="unseen">[dihapus: </span>puskesmas' in html
        assert '<ins><span class="unseen">[ditambahkan: </span>posyandu' in html
        assert '<ins><span class="unseen">[ditambahkan: </span>Berita acara ' in html
    assert html.count("<h4>") == 2


def test_in_the_first_round_nothing_has_changed(reviewed):
    assert "Yang berubah" not in text_of(as_user(reviewed.coach).get(address(reviewed, RETURN)))


def test_reviewers_see_what_the_catalogue_had(people):
    people.answer_all()
    people.walk_to("idea-approval")
    near = {"key": "k", "title": "Antrean lama", "path": "/id/inovasi/antrean-lama/", "language": "id"}
    OriginalityCheck.objects.create(
        project=people.project,
        text="x",
        found=[near | {"sentences": ["Warga menunggu."], "words": ["antrean"]}],
    )
    for page in (
        as_user(people.mentor).get(address(people, "moves/approve-idea/")),
        as_user(people.coach).get(address(people, "steps/idea/")),
    ):
        assert "/id/inovasi/antrean-lama/" in main_of(page)
        assert "Warga menunggu." in text_of(page)


def test_a_project_is_handed_to_the_curators_once(people):
    people.answer_all()
    people.walk_to("passed")
    client = as_user(people.coordinator)
    form = hidden(client.get(address(people, "moves/propose/")))
    for _ in range(2):
        assert client.post(address(people, "moves/propose/"), form)["Location"] == address(people)
    project = people.fresh()
    assert project.state_code == "curation"
    from catalogue.models import InnovationPage

    assert InnovationPage.objects.filter(translation_key=project.record_key).count() == 1


def test_the_page_of_a_move_asks_little(reviewed):
    assert statements(as_user(reviewed.coach), address(reviewed, RETURN)) <= 20


def test_a_stranger_cannot_move(people):
    assert (
        as_user(people.examiner).get(f"/id/training/projects/{uuid.uuid4()}/moves/begin/").status_code == 404
    )


# --- Who is told ----------------------------------------------------------------------------------


def test_an_end_is_not_announced_as_returned(people):
    people.answer_all()
    people.walk_to("graduation")
    meet_all(people)
    event = people.move("fail", note="Belum memenuhi")
    told = Notice.objects.filter(cause=f"event:{event.pk}")
    assert [(one.user, one.kind) for one in told] == [(people.participant, "moved")]
    in_state(people, "graduation")
    event = people.move("remedial", note="Lengkapi")
    assert Notice.objects.get(cause=f"event:{event.pk}").kind == "returned"


def test_where_nobody_examines_the_coordinators_are_told(people):
    people.answer_all()
    people.walk_to("design-approval")
    people.project.assignments.filter(role="examiner").delete()
    event = people.move("approve-design")
    told = set(Notice.objects.filter(cause=f"event:{event.pk}").values_list("user", flat=True))
    assert told == {people.participant.pk, people.coordinator.pk}


def test_notes_beside_answers_alone_keep_the_button(people):
    people.answer_all()
    people.walk_to("passed")
    project = people.fresh()
    Project.objects.filter(pk=project.pk).update(answers={**project.answers, "lessons": "Pendek"})
    path = address(people, "moves/propose/")
    client = as_user(people.coordinator)
    button = 'class="btn">Ajukan ke katalog'
    page = client.get(path)
    assert button not in main_of(page)
    answer = client.post(path, hidden(page) | {"n-lessons": "Tambah"})
    assert answer.status_code == 422
    assert button in main_of(answer)
