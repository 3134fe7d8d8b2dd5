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

from tests.training.coordinators import signed_in
from tests.training.people import Cast, cast
from training import dossier
from training.models import Event, Project

pytestmark = pytest.mark.django_db
NIP = "199001012015031002"


def handed_in() -> Cast:
    people = cast()
    people.answer_all()
    people.move("begin")
    people.move("submit-issue")
    people.move("submit-idea")
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
    assert not Event.objects.exists()
