"""Minutes of a seminar: signed with the move that closes it, read only by who may know the marks."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.training.people import Cast, cast, joined, person, switched_off, version
from tests.training.scenes import as_user
from tests.training.scoring import sheet
from tests.training.test_documents import named, pdf_of
from training import personal
from training.checking import Verdict, by_code, by_file
from training.models import Batch, Document, DocumentKind, Notice, ScoreSheet, Seminar, TeamMember
from training.services import documents
from training.workflow import problems

pytestmark = pytest.mark.django_db
ROLES = ("participant", "mentor", "coach", "examiner", "coordinator")
READERS = ("mentor", "coach", "examiner", "coordinator")


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def closed() -> tuple[Cast, Document]:
    people = named("improvement")
    return people, Document.objects.get(project=people.project, kind=DocumentKind.MINUTES)


def text_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def copy_url(people: Cast) -> str:
    return reverse("training:minutes", args=[people.project.key, "seminar-1"])


def test_they_are_reserved_with_the_move_and_drawn_as_things_were_then():
    people, document = closed()
    assert (document.event.code, document.state) == ("close-design-seminar", "waiting")
    seminar = Seminar.objects.get(kind="design")
    ScoreSheet.objects.filter(occasion="seminar-1").update(replaced_at=timezone.now())
    sheet(people.fresh(), "seminar-1", people.examiner, 1)
    assert documents.issue_waiting() == 2
    document.refresh_from_db()
    assert by_code(document.code).verdict == Verdict.GENUINE
    assert by_file(pdf_of(document)).verdict == Verdict.GENUINE
    text = text_of(pdf_of(document))
    assert "SALINAN BELUM DITANDATANGANI" not in text
    assert all(document.code in page for page in text.split("\f") if page.strip())
    for words in (
        document.number, "Nilai seminar: 100", "Daring", "Participant Bernama", "Mentor Bernama",
        "Coach Bernama", "Examiner Bernama", f"{timezone.localtime(seminar.starts_at):%Y}",
    ):  # fmt: skip
        assert words in text
    for address in (people.participant.email, people.examiner.email, "https://rapat.example"):
        assert address not in text


def test_the_unsigned_copy_is_there_until_they_are_signed():
    people, document = closed()
    client = as_user(people.coach)
    page = reverse("training:scores", args=[people.project.key])
    assert "salinan belum ditandatangani" in client.get(page).content.decode()
    assert client.get(copy_url(people))["Content-Type"] == "application/pdf"
    documents.issue_waiting()
    assert "salinan belum ditandatangani" not in client.get(page).content.decode()
    answer = client.get(copy_url(people))
    there = reverse("training:document", args=[people.project.key, document.key])
    assert (answer.status_code, answer.url) == (302, there)
    document.refresh_from_db()
    assert b"".join(client.get(there).streaming_content) == pdf_of(document)


def test_who_may_not_know_the_marks_sees_neither_file_nor_line():
    people, document = closed()
    documents.issue_waiting()
    second, former, off = person("kedua"), person("former"), person("off")
    joined(people.project, second, "examiner")
    joined(people.project, former, "mentor", over=True)
    joined(people.project, switched_off(off), "examiner")
    rekan = person("rekan")
    TeamMember.objects.create(
        project=people.project, user=rekan, right="edit", sent_to=rekan.email, accepted_at=timezone.now()
    )
    url = reverse("training:document", args=[people.project.key, document.key])
    page = reverse("training:project", args=[people.project.key])
    for role in ROLES:
        client, reads = as_user(people.of(role)), role in READERS
        assert client.get(url).status_code == (200 if reads else 404), role
        assert (str(document.key) in client.get(page).content.decode()) == reads, role
        assert (document.number in client.get(page).content.decode()) == reads, role
    for user in (second, former, person("stranger"), rekan):
        assert as_user(user).get(url).status_code == 404
    assert as_user(off).get(url).status_code in (302, 404)
    for user in (second, rekan):
        assert document.number not in as_user(user).get(page).content.decode()


def test_a_coordinator_does_not_read_those_of_their_own_project():
    people, document = closed()
    documents.issue_waiting()
    Batch.objects.get(pk=people.batch.pk).coordinators.add(people.participant)
    client = as_user(people.participant)
    assert (
        client.get(reverse("training:document", args=[people.project.key, document.key])).status_code == 404
    )
    page = reverse("training_batches:person", args=[people.batch.key, people.project.key])
    assert str(document.key) not in client.get(page).content.decode()
    for name in ("training_batches:result",):
        assert client.get(reverse(name, args=[people.batch.key, people.project.key])).status_code == 404
    lock = reverse("training_batches:change-result", args=[people.batch.key, people.project.key, "lock"])
    assert client.post(lock, {}).status_code == 404


def test_those_who_stand_on_them_are_told_and_the_participant_is_not():
    people, document = closed()
    documents.issue_waiting()
    told = Notice.objects.filter(kind=Notice.Kind.DOCUMENT, cause=f"document:{document.pk}")
    assert {one.user for one in told} == {people.mentor, people.coach, people.examiner}


def test_they_wait_for_every_name_on_them():
    people, document = closed()
    people.coach.first_name = people.coach.last_name = ""
    people.coach.save()
    documents.issue_waiting()
    document.refresh_from_db()
    assert document.lacks_name
    nameless = Notice.objects.filter(kind=Notice.Kind.NAMELESS)
    assert {one.user for one in nameless} == {people.coach, people.coordinator}
    people.coach.first_name = "Coach"
    people.coach.save()
    assert documents.issue_waiting() == 1


def test_revoked_ones_are_not_offered_any_more():
    people, document = closed()
    documents.issue_waiting()
    document.refresh_from_db()
    documents.revoke(
        document=document, by=people.coordinator, reason="Salah tanggal", submit_key=document.key
    )
    assert as_user(people.coach).get(copy_url(people))["Content-Type"] == "application/pdf"
    assert by_code(document.code).verdict == Verdict.REVOKED


def test_only_a_move_that_asks_for_the_scores_of_a_seminar_gives_minutes():
    found = version()
    assert problems(found) == []
    move = next(move for move in found.all_moves if move.code == "approve-design")
    move.document = DocumentKind.MINUTES
    assert [text for text in problems(found) if move.label in text]


def test_a_seminar_in_a_room_names_it():
    from tests.training import slots

    people = cast()
    people.answer_all()
    people.walk_to("design-seminar")
    room = slots.room(people.batch)
    Seminar.objects.filter(kind="design").delete()
    seminar = slots.slot(people, room=room)
    slots.put(people, seminar)
    slots.begun(seminar)
    people.walk_to("improvement")
    from training import minuting, score_rights

    [(occasion, event)] = score_rights.closings(people.fresh()).items()
    told = minuting.minutes_of(people.fresh(), occasion, event)
    seminar.refresh_from_db()
    assert (told.place, told.held_on) == (room.name, timezone.localtime(seminar.starts_at).date())


def test_the_file_goes_when_somebody_who_stands_on_it_is_erased():
    people, document = closed()
    documents.issue_waiting()
    document.refresh_from_db()
    assert document.file
    personal.erase(people.coach)
    document.refresh_from_db()
    assert not document.file
    assert by_code(document.code).verdict == Verdict.GENUINE


def test_revoked_and_issued_again_they_have_no_number_for_the_participant_nor_the_team():
    people, document = closed()
    documents.issue_waiting()
    document.refresh_from_db()
    approval = Document.objects.filter(project=people.project, kind=DocumentKind.DESIGN_APPROVAL).first()
    assert approval is not None
    why = {"by": people.coordinator, "reason": "Tanggal keliru"}
    for paper in (document, approval):
        documents.revoke(document=paper, submit_key=uuid.uuid4(), **why)
    documents.reissue(document=document, submit_key=uuid.uuid4(), **why)
    helper = person("anggota")
    TeamMember.objects.create(project=people.project, user=helper, accepted_at=timezone.now())
    pages = {
        role: as_user(people.of(role)).get(reverse("training:project", args=[people.project.key]))
        for role in ROLES
    }
    for role, page in pages.items():
        text = page.content.decode()
        assert text.count("Dokumen dicabut") >= 2, role
        assert "Tanggal keliru" in text
        assert (document.number in text) == (role in READERS), role
        assert approval.number in text
    outside = as_user(helper).get(reverse("training:project", args=[people.project.key])).content.decode()
    assert "Dokumen dicabut" in outside
    assert document.number not in outside
    own = json.dumps(personal.export(people.participant)["projects"])
    assert document.number not in own
    assert approval.number in own
    assert own.count("Tanggal keliru") == 3
