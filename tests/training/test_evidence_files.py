"""Files as evidence: what is kept and how, what is refused and what is said, and who gets them."""

from __future__ import annotations

import io
import os
import time
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from PIL import Image

from tests.training import made_files as made
from tests.training.logs import entry, implementing, older, own_storage, photo, upload, write
from tests.training.people import Cast, cast, joined, person, switched_off
from tests.training.scenes import ROLES, address, as_user, hidden, people, shared_cast, submit_key
from training import uploads
from training.models import Certificate, Event, EvidenceFile, Holder, LogEntry
from training.models.certificates import private_storage
from training.models.evidence import TYPES, Kind
from training.services import certificates, evidence

__all__ = ["own_storage", "people", "shared_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
GOOD = {
    "pdf": made.pdf(),
    "docx": made.office("docx"),
    "xlsx": made.office("xlsx"),
    "pptx": made.office("pptx"),
    "jpg": made.photo(),
    "png": made.photo(kind="PNG"),
    "webp": made.photo(kind="WEBP"),
}
TYPES_PART = "[Content_Types].xml"
BAD = {
    "empty": b"",
    "words": b"Notulen rapat",
    "page": b"<!doctype html><script>alert(1)</script>",
    "drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "gif": b"GIF89a" + bytes(20),
    "old office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "heic": b"\0\0\0\x18ftypheic" + bytes(40),
    "program": b"MZ" + bytes(200),
    "cut picture": made.photo(640, 480)[:900],
    "flood": made.flood(),
    "archive": made.archive({"a.txt": "a"}),
    "many parts": made.archive({f"a{number}": "" for number in range(2_001)}),
    "bomb": made.office(word__big=bytes(101 * 1024 * 1024)),
    "doctype": made.office(word__x=b"", **{"word__d.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "macro": made.office(**{"word__vbaProject.bin": b"x"}),
    "outside": made.office(**{"word___rels__document.xml.rels": made.relations("attachedTemplate")}),
    "climbing": made.office(**{"..__..__etc__passwd": "x"}),
    "archive behind words": b"PK\x03\x04" + made.office(),
    "archive and more": made.office() + b"<html>",
    "pdf and archive": made.pdf() + made.archive({"a": "b"}),
    "pdf and page": b"%PDF-1.4\n<html><script>alert(1)</script>\n" + made.pdf(),
    "pdf and tail": made.pdf() + b"MZ program",
    "pdf program": made.pdf_with("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "pdf hidden program": made.pdf_with("/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>"),
    "pdf launch": made.pdf_with("/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "pdf launch elsewhere": made.pdf_with("/OpenAction << /S 4 0 R /F (cmd.exe) >>", "/Launch"),
    "pdf attached": made.pdf_with("/Names << /EmbeddedFiles << /Names [] >> >>"),
    "pdf cut": made.pdf()[:300],
}


@pytest.fixture
def client(people: Cast) -> Client:
    implementing(people)
    return as_user(people.participant)


def send(client: Client, people: Cast, *files, language="id", **given):
    path = address(people, "files/", language)
    return client.post(path, hidden(client.get(path)) | {"files": list(files)} | given)


def content_of(file: EvidenceFile) -> bytes:
    with private_storage().open(file.file.name) as stored:
        return stored.read()


class TestWhatIsKept:
    @pytest.mark.parametrize("kind", GOOD)
    def test_every_allowed_kind_by_its_content(self, client, people, kind):
        assert send(client, people, upload(f"Bukti {kind}.exe", GOOD[kind])).status_code == 302
        file = EvidenceFile.objects.get()
        assert (file.kind, file.name, file.uploaded_by) == (kind, f"Bukti {kind}.{kind}", people.participant)
        stored = content_of(file)
        assert (file.size, file.sha256) == (len(stored), evidence_sum(stored))
        assert kind in {"jpg", "png", "webp"} or stored == GOOD[kind]

    def test_as_a_browser_sends_a_form_with_a_photo_alone_or_with_nothing(self, client, people):
        assert send(client, people, photo=photo(), files="").status_code == 302
        answer = send(client, people, photo="", files="")
        assert answer.status_code == 422
        assert "Pilih berkas" in answer.content.decode()

    def test_a_picture_is_made_anew_upright_and_without_what_a_camera_adds(self, client, people):
        taken = made.photo_of_a_phone()
        assert b"Kamera-Rahasia" in taken
        send(client, people, upload("IMG_1.jpg", taken + made.archive({"a.class": "x"})))
        stored = content_of(EvidenceFile.objects.get())
        with Image.open(io.BytesIO(stored)) as image:
            assert image.size == (40, 80)  # it lay on its side
            assert dict(image.getexif()) == {}
            assert not image.info.keys() & {"exif", "icc_profile", "comment", "xmp"}
        for secret in (b"Kamera", b"Komentar", b"GPS", b"Exif", b"PK\x03\x04", b"a.class"):
            assert secret not in stored

    def test_a_large_photo_becomes_as_large_as_a_screen(self, client, people):
        send(client, people, upload("foto.jpg", made.photo(5200, 3900)))
        with Image.open(io.BytesIO(content_of(EvidenceFile.objects.get()))) as image:
            assert max(image.size) == 2560

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("C:\\Rahasia\\foto\u202egpj.exe", "fotogpj.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("a\nb<script>.svg", "a bscript.jpg"),
            ("", "berkas.jpg"),
            ("x" * 300 + ".png", "x" * 116 + ".jpg"),
        ],
    )
    def test_its_name_is_cleaned(self, given, kept):
        with translation.override("id"):
            assert uploads.cleaned(given.replace("\n", " "), "jpg") == kept


def evidence_sum(content: bytes) -> str:
    from training.services.seals import sha256_of

    return sha256_of(io.BytesIO(content))


class TestWhatIsRefused:
    @pytest.mark.parametrize("name", BAD)
    def test_it_is_said_of_which_file_and_nothing_stays(self, client, people, name):
        for language in ("id", "en"):
            answer = send(client, people, upload("Bukti kegiatan.pdf", BAD[name]), language=language)
            if name != "empty":  # browsers and Django's reader take an empty file for none
                assert "Bukti kegiatan.pdf" in answer.content.decode()
            assert answer.status_code == 422
        assert not EvidenceFile.objects.exists()
        assert stored_files() == []

    def test_each_reason_has_its_own_words_in_both_languages(self):
        for code in ("macros", "polyglot", "pixels", "pdf-script", "old-office", "encrypted"):
            with translation.override("id"):
                indonesian = uploads.words(code)
            with translation.override("en"):
                assert uploads.words(code) != indonesian

    def test_one_that_is_too_large_is_dropped_on_its_way_and_the_text_stays(self, client, people, settings):
        settings.UPLOAD_FILE_BYTES = 1024 * 1024
        answer = write(
            client, people, activity="Rapat pertama", files=[upload("besar.pdf", bytes(1_200_000))]
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "besar.pdf" in page
        assert "Rapat pertama" in page
        assert not LogEntry.objects.exists()

    def test_far_too_much_is_not_read_at_all(self, client, people, settings):
        settings.UPLOAD_FILE_BYTES = 1024
        answer = client.post(address(people, "files/"), {"files": upload("a.pdf", bytes(60_000))})
        assert answer.status_code == 413

    def test_six_are_too_many_and_so_is_a_sixth(self, client, people):
        assert send(client, people, *[photo(f"{number}.jpg") for number in range(6)]).status_code == 422
        assert send(client, people, *[photo(f"{number}.jpg") for number in range(5)]).status_code == 302
        assert send(client, people, photo()).status_code == 422
        assert write(client, people, files=[photo()]).status_code == 302  # an entry has room of its own
        assert EvidenceFile.objects.count() == 6

    def test_all_files_of_a_person_have_one_room(self, client, people, settings):
        settings.UPLOAD_PERSON_BYTES = 2_000
        assert send(client, people, photo()).status_code == 302
        answer = send(client, people, upload("a.pdf", made.pdf()))
        assert answer.status_code == 422
        assert EvidenceFile.objects.count() == len(stored_files()) == 1

    def test_a_disk_that_is_full_says_so_and_loses_no_word(self, client, people, monkeypatch):
        def full(*_args, **_kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
        answer = write(client, people, activity="Rapat pertama", files=[photo("rapat.jpg")])
        assert answer.status_code == 422
        assert "rapat.jpg" in answer.content.decode()
        assert "Rapat pertama" in answer.content.decode()
        assert not LogEntry.objects.exists()


def stored_files() -> list[str]:
    folder = Path(private_storage().path("evidence"))
    return sorted(path.name for path in folder.glob("*"))


class TestWhoGetsIt:
    @pytest.fixture
    def file(self, client, people) -> EvidenceFile:
        write(client, people, files=[upload("Notulen.pdf", made.pdf())])
        return EvidenceFile.objects.get()

    @pytest.mark.parametrize("role", ROLES)
    def test_everybody_with_a_part_and_always_to_be_saved(self, people, file, role):
        answer = as_user(getattr(people, role)).get(address(people, f"files/{file.key}/"))
        assert answer.status_code == 200
        assert answer.getvalue() == content_of(file)
        assert answer["Content-Disposition"] == 'attachment; filename="Notulen.pdf"'
        assert answer["Content-Type"] == TYPES[Kind.PDF]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-9"}, {"if-none-match": "*"}])
    def test_nobody_else_however_they_ask(self, people, file, method, headers):
        other, inactive = cast(), person("nonaktif")
        ex = joined(people.project, person("mantan"), Holder.MENTOR, over=True).user
        joined(people.project, switched_off(inactive), Holder.EXAMINER)
        path = address(people, f"files/{file.key}/")
        missing = address(people, f"files/{uuid.uuid4()}/")
        for user in (other.participant, other.mentor, other.coordinator, ex):
            answers = [getattr(as_user(user), method)(where, headers=headers) for where in (path, missing)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].content == answers[1].content
        for client in (Client(), as_user(inactive)):
            assert getattr(client, method)(path, headers=headers).status_code == 302
        # Not by way of a project that is one's own either.
        own = f"/id/training/projects/{other.project.key}/files/{file.key}/"
        assert getattr(as_user(other.participant), method)(own).status_code == 404

    def test_a_head_or_a_range_of_those_who_may(self, people, file):
        client, path = as_user(people.mentor), address(people, f"files/{file.key}/")
        head = client.head(path)
        assert head.status_code == 200
        head.close()
        assert len(client.get(path, headers={"range": "bytes=0-9"}).getvalue()) == file.size

    def test_a_host_without_the_file_says_so(self, people, file, caplog):
        private_storage().delete(file.file.name)
        assert as_user(people.mentor).get(address(people, f"files/{file.key}/")).status_code == 503
        assert "Notulen" not in caplog.text


class TestRemoving:
    def test_ones_own_within_two_days_and_once(self, client, people, django_capture_on_commit_callbacks):
        send(client, people, photo())
        file = EvidenceFile.objects.get()
        path, key = address(people, f"files/{file.key}/remove/"), submit_key()
        for user in (people.mentor, people.coach, people.coordinator):
            assert as_user(user).post(path, {"submit_key": key}).status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(path, {"submit_key": key}).status_code == 302
        assert not EvidenceFile.objects.exists()
        assert not private_storage().exists(file.file.name)
        assert client.post(path, {"submit_key": key}).status_code == 302
        assert Event.objects.filter(code="file-remove").count() == 1

    def test_not_later_and_not_of_a_confirmed_entry(self, client, people):
        from training.services import logbook

        old = older(entry(people, files=[("a.jpg", made.photo())]), hours=49)
        confirmed = entry(people, files=[("b.jpg", made.photo())])
        logbook.confirm(entry=confirmed, actor=people.mentor, changes=0, submit_key=uuid.uuid4())
        for found in (old, confirmed):
            path = address(people, f"files/{found.files.get().key}/remove/")
            assert client.post(path, {"submit_key": submit_key()}).status_code == 302
        assert EvidenceFile.objects.count() == 2


class TestTheSameRequest:
    def test_twice_keeps_files_once(self, client, people):
        sent = hidden(client.get(address(people, "files/")))
        for _time in range(2):
            answer = client.post(address(people, "files/"), sent | {"files": photo()})
            assert answer.status_code == 302
        assert EvidenceFile.objects.count() == 1
        assert Event.objects.filter(code="file-add").count() == 1

    def test_an_unknown_field_or_row_changes_nothing(self, client, people):
        assert send(client, people, photo(), uploaded_by="1").status_code == 400
        assert send(client, people, photo(), row="matrix:99").status_code == 422
        assert not EvidenceFile.objects.exists()


class TestSweeping:
    def test_only_what_no_row_names_and_nobody_writes_any_more(self, client, people):
        send(client, people, photo())
        kept = EvidenceFile.objects.get().file.name
        storage = private_storage()
        orphan = storage.save("evidence/orphan.pdf", ContentFile(b"x"))
        fresh = storage.save("evidence/fresh.pdf", ContentFile(b"x"))
        incoming = storage.save("incoming/upload-x", ContentFile(b"x"))
        long_ago = time.time() - evidence.LEFT_FOR - 60
        for name in (kept, orphan, incoming):
            os.utime(storage.path(name), (long_ago, long_ago))
        assert evidence.sweep() == 2
        assert [storage.exists(name) for name in (kept, orphan, fresh, incoming)] == [
            True,
            False,
            True,
            False,
        ]
        storage.delete(fresh)

    def test_signed_papers_that_no_row_names_and_no_other(self, people):
        storage = private_storage()
        kept, left, fresh = (storage.save(f"certificates/{name}.pdf", ContentFile(b"x")) for name in "abc")
        other = storage.save("documents/d.pdf", ContentFile(b"x"))
        certificate = certificates.reserve(people.project)
        Certificate.objects.filter(pk=certificate.pk).update(file=kept)
        long_ago = time.time() - evidence.LEFT_FOR - 60
        for name in (kept, left, other):
            os.utime(storage.path(name), (long_ago, long_ago))
        assert evidence.sweep() == 2
        assert [storage.exists(name) for name in (kept, left, fresh, other)] == [True, False, True, False]

    def test_uploads_leave_nothing_behind(self, client, people):
        folder = Path(private_storage().path("incoming"))
        before = set(folder.glob("*"))
        send(client, people, photo(), upload("a.pdf", made.pdf()))
        send(client, people, upload("a.pdf", b"x"))
        assert set(folder.glob("*")) == before
