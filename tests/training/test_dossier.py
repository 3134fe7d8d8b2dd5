"""The dossier of a project: everything in it, each file with its digest, and the download kept."""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
import zipfile

import pytest
from django.urls import reverse

from tests.training import logs, made_files, scoring
from tests.training.coordinators import signed_in
from tests.training.meeting import meet
from tests.training.people import Cast, cast, later_events
from tests.training.test_documents import named
from training import dossier, forums
from training.models import Document, Event, Occasion, Project
from training.services import discussions, documents, logbook, scores

pytestmark = pytest.mark.django_db
own_storage = logs.own_storage
NIP = "199001012015031002"


def handed_in() -> Cast:
    people = cast()
    people.answer_all()
    people.walk_to("idea-approval")
    answers = people.fresh().answers | {"title": "=HYPERLINK(1) <b>", "abstract": f"{'kata ' * 30}{NIP}"}
    Project.objects.filter(pk=people.project.pk).update(answers=answers, title=answers["title"])
    people.move("return-idea", note="Lengkapi\nmatriks")
    return people


def download(people: Cast, language: str = "id") -> bytes:
    url = f"/{language}/training/projects/{people.project.key}/dossier/"
    answer = signed_in(people.coordinator).post(url, {"submit_key": str(uuid.uuid4())})
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)


def test_it_holds_everything_and_proves_each_file():
    people = handed_in()
    with zipfile.ZipFile(io.BytesIO(download(people))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[:3] == ["01-answers.txt", "02-people.txt", "03-history.txt"]
        assert {"revisions/001.txt", "revisions/002.txt"} <= set(names)
        assert names[-2:] == ["manifest.json", "SHA256SUMS.txt"]
        parts = {name: archive.read(name) for name in names}
    text = b"".join(parts.values()).decode("utf-8", "replace")
    assert "=HYPERLINK(1) <b>" in text
    assert NIP not in text
    assert "[NIP]" in text
    assert "matriks" in parts["03-history.txt"].decode()
    assert "Gagasan" in parts["03-history.txt"].decode()
    manifest, sums = json.loads(parts["manifest.json"]), parts["SHA256SUMS.txt"]
    assert manifest["dossier_sha256"] == hashlib.sha256(sums).hexdigest()
    assert sums.decode() == "".join(f"{row['sha256']}  {row['name']}\n" for row in manifest["files"])
    for row in manifest["files"]:
        assert hashlib.sha256(parts[row["name"]]).hexdigest() == row["sha256"]
    assert len(manifest["files"]) == len(names) - 2


def test_the_same_project_gives_the_same_bytes_and_every_download_is_kept():
    people = handed_in()
    project = people.fresh()
    assert b"".join(dossier.pieces(project)) == b"".join(dossier.pieces(project))
    download(people)
    assert "Answers" not in download(people).decode("latin-1")
    kept = Event.objects.filter(code="dossier")
    assert [(event.actor, event.role) for event in kept] == [(people.coordinator, "coordinator")] * 2
    meet(people, "originality")
    assert people.move("submit-idea").number == kept.last().number + 1


def test_it_speaks_the_readers_language_to_the_end():
    people = handed_in()
    with zipfile.ZipFile(io.BytesIO(download(people, "en"))) as archive:
        assert "What happened" in archive.read("03-history.txt").decode()


def test_another_part_of_training_adds_by_one_line(monkeypatch):
    people = cast()

    def minutes(project):
        yield dossier.text_part("01-answers.txt", "same name")
        yield dossier.Part("minutes/a.bin", [b"a" * 10, b"b" * 600_000])

    monkeypatch.setattr(dossier, "SOURCES", [*dossier.SOURCES, minutes])
    with zipfile.ZipFile(io.BytesIO(download(people))) as archive:
        assert "01-answers-2.txt" in archive.namelist()
        assert archive.read("minutes/a.bin") == b"a" * 10 + b"b" * 600_000


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a//b", "a/../b", ""])
def test_no_part_leaves_the_folder(name, monkeypatch):
    people = cast()
    monkeypatch.setattr(dossier, "SOURCES", [lambda project: [dossier.Part(name, [b"x"])]])
    with pytest.raises(ValueError, match=re.escape(name)):
        b"".join(dossier.pieces(people.fresh()))


def test_only_coordinators_have_it():
    people = cast()
    url = reverse("training:dossier", args=[people.project.key])
    for who in (people.participant, people.mentor, people.coach, people.examiner):
        client = signed_in(who)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert signed_in(people.coordinator).get(url).status_code == 200
    assert not later_events().exists()


@pytest.fixture
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def test_it_holds_what_the_rooms_of_the_project_hold(own_storage, own_key):
    people = named("implementation")
    project = people.fresh()
    private = logbook.Private("field", "Desa Sukamaju", "unwell")
    first = logs.entry(people, files=[("foto.jpg", made_files.photo())], private=private)
    logbook.confirm(entry=first, actor=people.mentor, changes=first.changes, submit_key=uuid.uuid4())
    logbook.remark(entry=first, actor=people.mentor, text="Berapa orang?", submit_key=uuid.uuid4())
    forum = forums.forum(project, people.participant)
    draft = discussions.Draft("Kata dari ruang diskusi")
    discussions.begin(forum=forum, author=people.participant, title="Obrolan", draft=draft)
    scoring.lock(people)
    documents.issue_waiting()
    with zipfile.ZipFile(io.BytesIO(download(people))) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = {name: content.decode("utf-8", "replace") for name, content in parts.items()}
    file = first.files.get()
    assert hashlib.sha256(parts["files/001-foto.jpg"]).hexdigest() == file.sha256
    assert file.sha256 in text["04-files.txt"]
    book = text["05-logbook.txt"]
    first.refresh_from_db()
    for words in (first.activity, file.sha256, first.digest, "Berapa orang?", "Mentor Bernama"):
        assert words in book
    assert "Matriks kegiatan" in text["06-consultations.txt"]
    assert "https://rapat.example/seminar" in text["07-seminars.txt"]
    assert "Examiner Bernama" in text["08-scores.txt"]
    assert "Tambahkan bukti." in text["08-scores.txt"]
    papers = {name.split("-")[0].split("/")[1] for name in parts if name.startswith("documents/")}
    assert papers == {"design", "minutes"}
    for name, content in text.items():
        for words in ("Sukamaju", "unwell", "Kata dari ruang diskusi"):
            assert words not in content, name
    signed = Document.objects.get(kind="minutes")
    assert hashlib.sha256(parts[f"documents/minutes-{signed.code}.pdf"]).hexdigest() == signed.sha256


def test_drafts_of_scores_stay_out_and_revoked_documents_say_so(own_storage, own_key):
    people = named("design-seminar")
    documents.issue_waiting()
    scores.save_draft(
        project=people.fresh(), occasion=Occasion.DESIGN_SEMINAR, actor=people.examiner, saved=0,
        given=scoring.given(people.fresh(), "seminar-1", strengths="rahasia-konsep"),
    )  # fmt: skip
    paper = Document.objects.get()
    documents.revoke(document=paper, by=people.coordinator, reason="Keliru", submit_key=uuid.uuid4())
    with zipfile.ZipFile(io.BytesIO(download(people))) as archive:
        names = archive.namelist()
        assert "08-scores.txt" not in names
        assert not any(b"rahasia-konsep" in archive.read(name) for name in names)
        assert f"documents/revoked-design-approval-{paper.code}.pdf" in names
