"""Writing a step: drafts, tables, two devices, a session that ended, and what others see."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.pages import main_of, text_of
from tests.training.scenes import ROLES, address, as_user, hidden, in_state, people, shared_cast
from training.models import Holder
from training.services.coordination import change_supporter, extend
from training.services.enrolment import Person
from training.services.moves import offers

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

ISSUE, TEXT = "steps/issue/", "Antrean panjang sejak subuh"


@pytest.fixture
def writer(people) -> Client:
    in_state(people, "issue", answers={})
    return as_user(people.participant)


def form(client: Client, people, path: str = ISSUE) -> dict[str, str]:
    return hidden(client.get(address(people, path)))


def test_a_draft_keeps_whatever_was_typed_and_says_what_is_wrong_with_it(writer, people):
    sent = form(writer, people) | {
        "a-causes": "  terlalu <pendek>\r\n",
        "a-issues-0-issue": TEXT,
        "a-issues-0-a": "9",
    }
    answer = writer.post(address(people, ISSUE), sent)
    assert answer["Location"] == address(people, ISSUE)
    project = people.fresh()
    assert project.answers["causes"] == "terlalu <pendek>"
    assert project.answers["issues"][0]["a"] == "9"
    page = writer.get(address(people, ISSUE))
    assert "2 kata; diminta paling sedikit 20." in text_of(page)
    assert "terlalu &lt;pendek&gt;" in main_of(page)
    assert "Ini belum dijawab." not in text_of(page)
    assert "Ini belum dijawab." in text_of(writer.get(address(people, f"{ISSUE}?check=1")))


def test_what_a_database_cannot_keep_becomes_a_space(writer, people):
    writer.post(address(people, ISSUE), form(writer, people) | {"a-causes": "satu\x00dua\x1ftiga"})
    assert people.fresh().answers["causes"] == "satu dua tiga"


def test_a_table_shows_its_rows_and_two_more_and_grows(writer, people):
    rows = {f"a-issues-{number}-issue": f"Isu {number}" for number in range(2)}
    answer = writer.post(address(people, ISSUE), form(writer, people) | rows | {"more": "issues"})
    assert answer["Location"] == f"{address(people, ISSUE)}#q-issues"
    assert main_of(writer.get(address(people, ISSUE))).count("data-row") == 4
    emptied = form(writer, people) | {"a-issues-0-issue": "", "a-issues-1-issue": "Isu 1"}
    writer.post(address(people, ISSUE), emptied)
    assert [row["issue"] for row in people.fresh().answers["issues"]] == ["Isu 1"]


def test_saving_and_going_on_leads_to_the_next_open_step_or_the_project(people):
    in_state(people, "report", answers={})
    client = as_user(people.participant)
    sent = form(client, people, "steps/report/") | {"go": "1", "a-problem": TEXT}
    assert client.post(address(people, "steps/report/"), sent)["Location"] == address(
        people, "steps/catalogue/"
    )
    sent = form(client, people, "steps/catalogue/") | {"go": "1"}
    assert client.post(address(people, "steps/catalogue/"), sent)["Location"] == address(people)


@pytest.mark.parametrize(
    "extra", [{"a-sector": "health"}, {"a-issues-99-issue": "x"}, {"role": "coach"}, {"saved": "x"}]
)
def test_a_field_that_was_never_shown_is_refused_and_nothing_changes(writer, people, extra):
    before = people.fresh()
    for path in (ISSUE, f"{ISSUE}draft/"):
        sent = form(writer, people) | {"a-causes": TEXT} | extra
        assert writer.post(address(people, path), sent).status_code == 400
    assert (people.fresh().answers, people.fresh().saved) == (before.answers, before.saved)


def test_an_answer_beyond_the_limit_is_not_saved_and_not_lost(writer, people):
    long = "kata " * 5_000
    answer = writer.post(
        address(people, ISSUE), form(writer, people) | {"a-causes": long, "a-chosen_issue": TEXT}
    )
    assert answer.status_code == 422
    assert long.strip() in main_of(answer)
    assert TEXT in main_of(answer)
    assert people.fresh().answers == {}


def test_sent_twice_is_saved_once(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    for _ in range(2):
        assert writer.post(address(people, ISSUE), sent).status_code == 302
    assert people.fresh().saved == 1


# --- Two devices ----------------------------------------------------------------------------------


def conflict(writer, people):
    phone = form(writer, people) | {"a-causes": "Dari ponsel", "a-chosen_issue": TEXT}
    writer.post(
        address(people, ISSUE), form(writer, people) | {"a-causes": "Dari komputer", "a-chosen_issue": TEXT}
    )
    return writer.post(address(people, ISSUE), phone)


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("mine", "Dari ponsel"), ("saved", "Dari komputer"), ("both", "Dari komputer\n\nDari ponsel")],
)
def test_two_texts_stand_side_by_side_and_the_writer_chooses(writer, people, choice, kept):
    answer = conflict(writer, people)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Dari ponsel" in text
    assert "Dari komputer" in text
    assert people.fresh().answers["causes"] == "Dari komputer"
    typed = re.findall(r'<textarea name="([^"]+)" hidden>\n([^<]*)</textarea>', answer.content.decode())
    sent = hidden(answer) | {name: unescape(value) for name, value in typed} | {"keep-causes": choice}
    assert writer.post(address(people, ISSUE), sent).status_code == 302
    assert people.fresh().answers["causes"] == kept
    assert people.fresh().answers["chosen_issue"] == TEXT


def test_another_step_saved_meanwhile_is_no_conflict(people):
    in_state(people, "report", answers={})
    client = as_user(people.participant)
    report = form(client, people, "steps/report/") | {"a-problem": TEXT}
    client.post(
        address(people, "steps/catalogue/"), form(client, people, "steps/catalogue/") | {"a-tags": "antrean"}
    )
    assert client.post(address(people, "steps/report/"), report).status_code == 302
    assert people.fresh().answers == {"problem": TEXT, "tags": "antrean"}


def test_a_step_that_was_handed_in_meanwhile_shows_what_was_typed(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    in_state(people, "idea-approval")
    answer = writer.post(address(people, ISSUE), sent)
    assert answer.status_code == 409
    assert TEXT in text_of(answer)
    assert people.fresh().answers == {}


# --- A session that ended -------------------------------------------------------------------------


def sign_in(client: Client, user, location: str):
    following = unescape(location.partition("next=")[2])
    return client.post(
        f"/accounts/login/?next={following}", {"login": user.email, "password": factories.PASSWORD}
    )


def test_what_is_sent_after_the_session_ended_comes_back_after_signing_in(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    del writer.cookies["sessionid"]
    answer = writer.post(address(people, ISSUE), sent)
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert "Tulisan Anda disimpan" in text_of(writer.get(answer["Location"]))
    back = sign_in(writer, people.participant, answer["Location"])
    assert back["Location"].startswith(f"{address(people, ISSUE)}?kept=")
    page = writer.get(back["Location"])
    assert TEXT in main_of(page)
    assert "belum tersimpan" in text_of(page)
    assert people.fresh().answers == {}, "nothing is applied before the writer says so"
    writer.post(address(people, ISSUE), hidden(page) | {"a-causes": TEXT})
    assert people.fresh().answers["causes"] == TEXT
    assert TEXT in main_of(writer.get(back["Location"])), "as it is saved now"
    assert "belum tersimpan" not in text_of(writer.get(back["Location"]))


def test_what_was_kept_is_found_again_without_its_address(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    del writer.cookies["sessionid"]
    answer = writer.post(address(people, ISSUE), sent)
    sign_in(writer, people.participant, answer["Location"])
    page = main_of(writer.get(address(people, ISSUE)))
    assert TEXT not in page
    assert f"{address(people, ISSUE)}?kept=" in page


def test_what_was_kept_is_nobody_elses(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    del writer.cookies["sessionid"]
    answer = writer.post(address(people, ISSUE), sent)
    back = sign_in(writer, people.mentor, answer["Location"])
    assert TEXT not in text_of(writer.get(back["Location"]))


def test_nothing_is_kept_of_a_form_that_we_did_not_give_out(people):
    client = Client()
    answer = client.post(address(people, ISSUE), {"a-causes": TEXT, "form": "forged"})
    assert "kept" not in answer["Location"]
    assert "sessionid" not in client.cookies


def test_a_form_from_before_signing_in_anew_comes_back_filled(people):
    in_state(people, "issue", answers={})
    client = as_user(people.participant, enforce_csrf_checks=True)
    sent = form(client, people) | {"a-causes": TEXT, "csrfmiddlewaretoken": "a" * 64}
    answer = client.post(address(people, ISSUE), sent)
    assert answer["Location"].startswith(f"{address(people, ISSUE)}?kept=")
    assert TEXT in main_of(client.get(answer["Location"]))
    assert people.fresh().answers == {}
    assert client.post(address(people, ISSUE), sent | {"form": "forged"}).status_code == 403


# --- Saved by the script --------------------------------------------------------------------------


def test_the_script_saves_and_is_told_when(writer, people):
    sent = form(writer, people) | {"a-causes": TEXT}
    answer = writer.post(address(people, f"{ISSUE}draft/"), sent)
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["at"])
    assert "no-store" in answer["Cache-Control"]
    later = sent | {
        "a-causes": f"{TEXT} sekali",
        "saved": answer.json()["saved"],
        "seen": answer.json()["seen"],
    }
    assert writer.post(address(people, f"{ISSUE}draft/"), later).status_code == 200
    assert people.fresh().answers["causes"] == f"{TEXT} sekali"
    assert writer.post(address(people, f"{ISSUE}draft/"), sent | {"a-causes": "lain"}).status_code == 409
    long = later | {"a-causes": "k" * 20_001}
    assert writer.post(address(people, f"{ISSUE}draft/"), long).status_code == 413
    assert Client().post(address(people, f"{ISSUE}draft/"), sent).status_code == 401
    assert as_user(people.mentor).post(address(people, f"{ISSUE}draft/"), sent).status_code == 404
    assert (
        as_user(people.participant, enforce_csrf_checks=True)
        .post(address(people, f"{ISSUE}draft/"), sent)
        .status_code
        == 403
    )


# --- Readers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES[1:])
def test_others_read_and_cannot_write(people, role):
    people.answer_all()
    in_state(people, "issue")
    client = as_user(people.of(role))
    page = client.get(address(people, ISSUE))
    assert "Waktu tunggu" in text_of(page)
    assert "<textarea" not in main_of(page)
    assert client.post(address(people, ISSUE), {"saved": "0", "a-causes": "x"}).status_code == 404
    assert people.fresh().answers["causes"] != "x"


def test_the_writer_reads_what_is_closed_and_is_told_when_it_opens(writer, people):
    page = text_of(writer.get(address(people, "steps/design/")))
    assert "Anda dapat menulis di sini selama proyek berada di: Penyusunan rancangan" in page
    assert writer.get(address(people, "steps/nothing/")).status_code == 404


def test_notes_stand_beside_the_answers_they_speak_of(people):
    people.answer_all()
    people.walk_to("design-review")
    people.move("return-design", note="Umum", field_notes={"risks": "Sebutkan biaya"})
    page = text_of(as_user(people.participant).get(address(people, "steps/design/")))
    assert "Sebutkan biaya" in page
    assert "Umum" in page
    people.move("submit-design")
    people.move("return-design", note="Kedua")
    page = text_of(as_user(people.participant).get(address(people, "steps/design/")))
    assert "Sebutkan biaya" not in page


# --- Notes ----------------------------------------------------------------------------------------


def test_more_time_and_another_mentor_do_not_hide_what_the_coach_wrote(people):
    people.answer_all()
    people.walk_to("design-review")
    people.move("return-design", note="Perjelas", field_notes={"risks": "Sebutkan biaya"})
    extend(
        project=people.fresh(),
        due_on=timezone.localdate() + timedelta(days=30),
        reason="Sakit",
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    change_supporter(
        project=people.fresh(),
        role=Holder.MENTOR,
        person=Person("baru@dinas.go.id", "Mentor Baru"),
        reason="Mutasi",
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    form_page = text_of(as_user(people.participant).get(address(people, "steps/design/")))
    read_page = text_of(as_user(people.coach).get(address(people, "steps/design/")))
    assert "Sebutkan biaya" in form_page
    assert "Sebutkan biaya" in read_page
    assert "Perjelas" in text_of(as_user(people.participant).get(address(people)))


# --- The title ------------------------------------------------------------------------------------


def test_the_title_is_mended_with_the_report_and_may_not_be_taken_away(people):
    people.answer_all()
    people.walk_to("final-improvement")
    client = as_user(people.participant)
    for title, free in (("", False), ("Antrean daring untuk semua pasien", True)):
        sent = form(client, people, "steps/idea/") | {"a-title": title}
        client.post(address(people, "steps/idea/"), sent)
        assert people.fresh().title == title
        (offer,) = offers(project=people.fresh(), roles=frozenset({Holder.PARTICIPANT}))
        assert (not offer.reasons) == free
