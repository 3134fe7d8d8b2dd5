"""The pages about scores: forms that keep what was typed, who reads what, and who learns nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.training.meeting import presented
from tests.training.people import cast, joined, person, switched_off
from tests.training.scenes import address, as_user, hidden, in_state, people, shared_cast, statements
from tests.training.scoring import given, lock, score, score_all, sheet
from training import minuting, results
from training.minutes import draw_minutes
from training.models import Event, Holder, Occasion, Project, Result, ScoreSheet

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db
FORM = "scores/seminar-1/"


def filled(people: Any, occasion: str = "seminar-1", level: int = 4, **more: str) -> dict[str, str]:
    levels = given(people.fresh(), occasion, level).levels
    return {
        **{f"l-{code}": str(value) for code, value in levels.items()},
        "mending": "Tambahkan bukti.",
        **more,
    }


def add_examiner(people: Any) -> Any:
    return joined(people.project, person("examiner"), Holder.EXAMINER).user


def batch_address(people: Any, rest: str = "") -> str:
    return f"/id/training/batches/{people.batch.key}/{rest}"


def test_an_examiner_saves_and_submits_without_javascript(people):
    in_state(people, "design-seminar")
    client, url = as_user(people.examiner), address(people, FORM)
    page = client.get(url)
    assert page.content.decode().count('type="radio"') == 4 * 5
    assert "Rencana lengkap, terukur, siap dijalankan" in page.content.decode()
    draft = filled(people, **hidden(page), **{"n-idea": "Sebutkan sumbernya"})
    del draft["l-plan"]
    assert client.post(url, draft).status_code == 302
    again = client.get(url)
    assert "Sebutkan sumbernya" in again.content.decode()
    refused = client.post(url, {**draft, **hidden(again), "submit": "1"})
    assert refused.status_code == 422
    assert 'href="#q-plan"' in refused.content.decode()
    assert "Sebutkan sumbernya" in refused.content.decode()
    sent = {**draft, **hidden(refused), "l-plan": "5", "submit": "1"}
    done = client.post(url, sent)
    assert done["Location"] == address(people, "scores/")
    assert client.post(url, sent)["Location"] == done["Location"]
    page = client.get(done["Location"]).content.decode()
    assert "86,00" in page
    assert "Sebutkan sumbernya" in page
    assert "<form" not in client.get(url).content.decode().split("<main")[1]


def test_what_two_devices_save_is_not_lost(people):
    in_state(people, "design-seminar")
    client, url = as_user(people.examiner), address(people, FORM)
    first = hidden(client.get(url))
    assert client.post(url, filled(people, strengths="Dari ponsel", **first)).status_code == 302
    refused = client.post(url, filled(people, strengths="Dari laptop", **first))
    assert refused.status_code == 409
    assert "Dari laptop" in refused.content.decode()
    assert client.post(url, filled(people, strengths="Dari laptop", **hidden(refused))).status_code == 302
    assert ScoreSheet.objects.get(project=people.project).strengths == "Dari laptop"


@pytest.mark.parametrize("more", [
    {"l-nothing": "3"}, {"l-plan": "6"}, {"total": "100"}, {"user": "1"}, {"e-design": "90"}, {"saved": "x"},
])  # fmt: skip
def test_what_the_form_does_not_offer_is_refused(people, more):
    in_state(people, "design-seminar")
    client, url = as_user(people.examiner), address(people, FORM)
    sent = {**filled(people), **hidden(client.get(url)), **more}
    assert client.post(url, sent).status_code == 400
    assert not ScoreSheet.objects.filter(project=people.project).exists()


def test_a_form_sent_after_the_session_ended_comes_back(people):
    in_state(people, "design-seminar")
    client, url = as_user(people.examiner), address(people, FORM)
    sent = filled(people, strengths="Tidak hilang", **hidden(client.get(url)))
    client.logout()
    target = client.post(url, sent)["Location"]
    client.force_login(people.examiner)
    kept = re.search(r"next=([^&]+)", target)[1].replace("%3F", "?").replace("%3D", "=").replace("%2F", "/")
    assert "Tidak hilang" in client.get(kept).content.decode()


def test_a_coordinator_enters_marks_as_people_type_them(people):
    in_state(people, "graduation")
    client, url = as_user(people.coordinator), address(people, "scores/coordinator/")
    marks = {"e-academic-1": "85,5", "e-academic-2": "90", "e-technical": "101"}
    refused = client.post(url, {**hidden(client.get(url)), **marks, "submit": "1"})
    assert refused.status_code == 422
    assert 'value="101"' in refused.content.decode()
    assert (
        client.post(url, {**hidden(refused), **marks, "e-technical": "77.25", "submit": "1"}).status_code
        == 302
    )
    [kept] = ScoreSheet.objects.filter(project=people.project, submitted_at__isnull=False)
    assert kept.marks == {"academic-1": "85.50", "academic-2": "90.00", "technical": "77.25"}


def test_marks_far_apart_are_settled_on_the_pages(people):
    in_state(people, "design-seminar")
    other = add_examiner(people)
    sheet(people.fresh(), "seminar-1", people.examiner, 3)
    sheet(people.fresh(), "seminar-1", other, 5)
    client, url = as_user(people.examiner), address(people, "scores/seminar-1/settle/")
    page = client.get(url)
    assert str(other) in page.content.decode()
    bad = client.post(url, {**hidden(page), "m-design": "59", "held_on": "2026-03-28", "reason": "Sepakat"})
    assert bad.status_code == 422
    assert "Sepakat" in bad.content.decode()
    sent = {**hidden(page), "m-design": "80", "held_on": "2026-03-28", "reason": "Sepakat"}
    assert client.post(url, sent).status_code == 302
    client = as_user(other)
    page = client.get(address(people, "scores/"))
    confirm = {name: value for name, value in hidden(page).items() if name in ("settlement", "submit_key")}
    assert client.post(address(people, "scores/seminar-1/confirm/"), confirm).status_code == 302
    assert results.standing(people.fresh()).seats[Occasion.DESIGN_SEMINAR].settlement is not None


def test_the_participant_reads_the_result_after_the_lock_and_no_examiners_name(people):
    in_state(people, "graduation")
    other = add_examiner(people)
    people.participant.refresh_from_db()
    score_all(people, 4)
    client, url = as_user(people.participant), address(people, "scores/")
    assert "80,00" not in client.get(url).content.decode()
    lock(people, 4)
    page = client.get(url).content.decode()
    main = page[page.index("<main") :]
    assert "80,00" in main
    assert "Cukup memuaskan" in main
    assert "Tambahkan bukti." in main
    assert not any(str(user) in main for user in (people.examiner, other, people.coordinator))
    for who in (people.mentor, people.coach):
        assert "Cukup memuaskan" in as_user(who).get(url).content.decode()
    assert "Cukup memuaskan" not in as_user(people.examiner).get(url).content.decode()


def test_an_appeal_goes_all_the_way(people):
    in_state(people, "graduation")
    lock(people, 4)
    client, url = as_user(people.participant), address(people, "appeal/")
    empty = client.post(url, hidden(client.get(url)))
    assert empty.status_code == 422
    assert client.post(url, {**hidden(empty), "reason": "Bukti terlewat"}).status_code == 302
    leader = as_user(people.coordinator)
    task = leader.get("/id/training/").content.decode()
    page_url = batch_address(people, f"results/{people.project.key}/")
    assert page_url in task
    page = leader.get(page_url)
    assert "Bukti terlewat" in page.content.decode()
    names = re.findall(r'name="(answer-submit_key)" value="([^"]+)"', page.content.decode())
    sent = {**dict(names), "answer-upheld": "no", "answer-words": "Sudah dinilai."}
    assert leader.post(f"{page_url}answer/", sent).status_code == 302
    assert "Sudah dinilai." in client.get(address(people, "scores/")).content.decode()
    closed = client.get(url).content.decode()
    assert "Anda sudah mengajukan banding" in closed


def test_the_coordinators_page_locks_and_opens(people):
    in_state(people, "graduation")
    score_all(people, 4)
    leader = as_user(people.coordinator)
    listed = leader.get(batch_address(people, "results/"))
    assert "1 hasil menunggu dikunci" in listed.content.decode()
    leader.post(batch_address(people, "results/lock/"), hidden(listed))
    assert Result.objects.get(project=people.project).total == 80
    page_url = batch_address(people, f"results/{people.project.key}/")
    page = leader.get(page_url).content.decode()
    key = re.search(r'name="unlock-submit_key" value="([^"]+)"', page)[1]
    assert (
        leader.post(f"{page_url}unlock/", {"unlock-submit_key": key, "unlock-reason": ""}).status_code == 422
    )
    sent = {"unlock-submit_key": key, "unlock-reason": "Salah hitung"}
    assert leader.post(f"{page_url}unlock/", sent).status_code == 302
    assert "Salah hitung" in leader.get(page_url).content.decode()
    assert leader.post(f"{page_url}nothing/", sent).status_code == 404
    assert leader.get(batch_address(people, "severity/")).status_code == 200


def closed_seminar(people: Any) -> None:
    people.answer_all()
    in_state(people, "design-seminar")
    presented(people, "design")
    score(people, "seminar-1", 4)
    people.move("close-design-seminar", people.examiner, note="Lengkapi <b>lampiran</b>")


def closing(people: Any) -> Event:
    return Event.objects.get(project=people.project, code="close-design-seminar")


def test_the_minutes_are_an_unsigned_copy_of_what_was_when_the_seminar_closed(people):
    closed_seminar(people)
    sheet_before = ScoreSheet.objects.get(project=people.project)
    ScoreSheet.objects.filter(pk=sheet_before.pk).update(replaced_at=timezone.now())
    sheet(people.fresh(), "seminar-1", people.examiner, 1)
    url = address(people, "scores/seminar-1/minutes.pdf")
    for who in (people.examiner, people.mentor, people.coach, people.coordinator):
        answer = as_user(who).get(url)
        assert answer["Content-Type"] == "application/pdf"
    told = minuting.minutes_of(people.fresh(), Occasion.DESIGN_SEMINAR, closing(people))
    assert (told.mark, [voice.total for voice in told.voices]) == (80, [80])
    assert draw_minutes(told) == answer.content
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True
    ).stdout.decode()
    assert all("SALINAN BELUM DITANDATANGANI" in page for page in text.split("\f") if page.strip())
    for words in (
        "Berita acara seminar rancangan",
        "80",
        "Tambahkan bukti.",
        "<b>lampiran</b>",
        str(people.examiner),
    ):
        assert words in text
    assert as_user(people.participant).get(url).status_code == 404
    assert as_user(people.coach).get(address(people, "scores/seminar-2/minutes.pdf")).status_code == 404
    assert as_user(people.coach).get(address(people, "scores/mentor/minutes.pdf")).status_code == 404


def test_strangers_learn_nothing(people):
    closed_seminar(people)
    in_state(people, "design-seminar")
    lock(people)
    former, off, invited = person("former"), person("off"), person("invited")
    joined(people.project, former, Holder.MENTOR, over=True)
    joined(people.project, invited, Holder.EXAMINER, accepted=False)
    joined(people.project, switched_off(off), Holder.EXAMINER)
    missing = as_user(people.mentor).get("/id/training/projects/00000000-0000-4000-8000-000000000000/scores/")
    gets = ["scores/", FORM, "scores/seminar-1/settle/", "scores/seminar-1/minutes.pdf", "appeal/"]
    posts = [FORM, "scores/seminar-1/settle/", "scores/seminar-1/confirm/", "appeal/"]
    leads = ["results/", f"results/{people.project.key}/", "severity/"]
    changes = [
        "results/lock/",
        *(f"results/{people.project.key}/{what}/" for what in ("lock", "unlock", "answer")),
    ]
    for user in (cast().participant, former, invited, person("stranger")):
        client = as_user(user)
        found = [client.get(address(people, rest)) for rest in gets]
        found += [client.post(address(people, rest), filled(people)) for rest in posts]
        found += [client.get(batch_address(people, rest)) for rest in leads]
        found += [client.post(batch_address(people, rest)) for rest in changes]
        assert {answer.status_code for answer in found} == {404}
        assert re.sub(r'"[^"]*(csrf|nonce)[^"]*"', "", found[0].content.decode()).count("<h1") == 1
    assert missing.status_code == 404
    client = Client()
    client.force_login(off)
    assert client.get(address(people, "scores/")).status_code == 302
    for user in (people.participant, people.mentor, people.coach, people.examiner):
        assert {as_user(user).get(batch_address(people, rest)).status_code for rest in leads} == {404}


def test_each_form_is_whose_part_it_is(people):
    in_state(people, "result-seminar")
    forms = {"seminar-1": "examiner", "seminar-2": "examiner", "mentor": "mentor", "coach": "coach",
             "coordinator": "coordinator"}  # fmt: skip
    for occasion, owner in forms.items():
        for role in ("participant", "mentor", "coach", "examiner", "coordinator"):
            status = as_user(people.of(role)).get(address(people, f"scores/{occasion}/")).status_code
            assert status == (200 if role == owner else 404), (occasion, role)
    assert as_user(people.coach).get(address(people, "scores/nothing/")).status_code == 404


def test_a_programme_without_components_has_no_scores(people):
    version = people.fresh().version
    version.components.set([])
    version.save()
    leader = as_user(people.coordinator)
    assert leader.get(address(people, "scores/")).status_code == 404
    assert leader.get(batch_address(people, "results/")).status_code == 404
    assert "scores/" not in leader.get(address(people)).content.decode()


def test_pages_ask_the_database_the_same_however_many_people(people):
    in_state(people, "graduation")
    lock(people)
    leader = as_user(people.coordinator)
    pages = [batch_address(people, "results/"), batch_address(people, "severity/"),
             batch_address(people, f"results/{people.project.key}/"), address(people, "scores/")]  # fmt: skip
    before = [statements(leader, page) for page in pages]
    for number in range(4):
        owner = person(f"more{number}")
        one = Project.objects.create(
            version=people.batch.version, batch=people.batch, owner=owner, state_code="graduation"
        )
        sheet(one, "seminar-1", people.examiner, 4)
        sheet(one, "seminar-2", add_examiner(people), 4)
    after = [statements(leader, page) for page in pages]
    assert before == after
    assert max(after) <= 20
    assert statements(as_user(people.examiner), address(people, FORM)) <= 20


def test_the_recapitulation_has_marks_total_predicate_and_lock(people):
    in_state(people, "graduation")
    lock(people, 4)
    content = b"".join(as_user(people.coordinator).get(batch_address(people, "recap.xlsx")).streaming_content)
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert cells["Rancangan aktualisasi (20%)"] == 80
    assert (cells["Total"], cells["Predikat"], cells["Kunci"]) == (80, "Cukup memuaskan", "terkunci")
