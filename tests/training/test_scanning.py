"""A virus scanner is asked by clamd's INSTREAM; while it is away nothing is kept and nothing is lost."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured

from innovation_site.settings.environment import address, scanner_of
from tests.training import made_files
from tests.training.logs import implementing, own_storage, upload, write
from tests.training.people import Cast
from tests.training.scenes import as_user, people, shared_cast
from training.models import EvidenceFile, LogEntry

__all__ = ["own_storage", "people", "shared_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


class Scanner:
    """Speaks as clamd does: reads what is streamed, and finds the EICAR test string."""

    def __init__(self, listener: socket.socket, answer: bytes | None = None) -> None:
        self.listener, self.answer = listener, answer
        self.streams: list[bytes] = []
        self.thread = Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as heard:
                if heard.read(10) != b"zINSTREAM\0":
                    continue
                content = b""
                while size := struct.unpack("!I", heard.read(4))[0]:
                    content += heard.read(size)
                self.streams.append(content)
                found = made_files.EICAR in content
                said = b"stream: Eicar-Test-Signature FOUND" if found else b"stream: OK"
                line.sendall((said if self.answer is None else self.answer) + b"\0")


@contextmanager
def scanner(answer: bytes | None = None) -> Iterator[tuple[dict[str, object], Scanner]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield {"host": "127.0.0.1", "port": listener.getsockname()[1]}, Scanner(listener, answer)


@pytest.fixture
def client(people: Cast):
    implementing(people)
    return as_user(people.participant)


def test_a_clean_file_is_kept_and_was_asked_about_whole(client, people, settings):
    content = made_files.photo_of_a_phone()
    with scanner() as (settings.UPLOAD_SCANNER, asked):
        assert write(client, people, files=[upload("foto.jpg", content)]).status_code == 302
        assert asked.streams == [content]  # as it came, not as it was made anew
    assert EvidenceFile.objects.count() == 1


def test_eicar_is_refused_and_what_was_written_stays(client, people, settings):
    with scanner() as (settings.UPLOAD_SCANNER, _asked):
        file = upload("surat.pdf", made_files.pdf() + made_files.EICAR)
        answer = write(client, people, activity="Rapat pertama", files=[file])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "surat.pdf" in page
    assert "Pemindai virus" in page
    assert "Rapat pertama" in page
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"UNKNOWN COMMAND"])
def test_an_answer_that_is_neither_yes_nor_no_is_no_yes(client, people, settings, answer):
    with scanner(answer) as (settings.UPLOAD_SCANNER, _asked):
        page = write(client, people, files=[upload("foto.jpg", made_files.photo())])
    assert page.status_code == 422
    assert "beberapa menit" in page.content.decode()
    assert not EvidenceFile.objects.exists()


def test_while_it_is_away_people_are_told_to_try_later_and_staff_why(client, people, settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.UPLOAD_SCANNER = {"host": "127.0.0.1", "port": listener.getsockname()[1]}
    answer = write(client, people, activity="Rapat pertama", files=[upload("foto.jpg", made_files.photo())])
    assert answer.status_code == 422
    assert "beberapa menit" in answer.content.decode()
    assert "Rapat pertama" in answer.content.decode()
    assert [record.levelname for record in caplog.records if record.name == "training.scanning"] == ["ERROR"]
    assert "foto.jpg" not in caplog.text
    with scanner() as (settings.UPLOAD_SCANNER, _asked):
        assert write(client, people, files=[upload("foto.jpg", made_files.photo())]).status_code == 302


def test_over_a_socket_file(client, people, settings, tmp_path: Path):
    place = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(place))
        listener.listen()
        asked = Scanner(listener)
        settings.UPLOAD_SCANNER = scanner_of(f"clamd+unix://{place}")
        assert write(client, people, files=[upload("foto.jpg", made_files.photo())]).status_code == 302
        assert len(asked.streams) == 1


def test_one_that_hangs_is_not_waited_for_for_ever(client, people, settings, monkeypatch):
    monkeypatch.setattr("training.scanning.SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.UPLOAD_SCANNER = {"host": "127.0.0.1", "port": listener.getsockname()[1]}
        answer = write(client, people, files=[upload("foto.jpg", made_files.photo())])
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("", {}),
        ("clamd://scan.example:3310", {"host": "scan.example", "port": 3310}),
        ("clamd://scan.example", {"host": "scan.example", "port": 3310}),
        ("clamd+unix:///run/clamd.ctl", {"path": "/run/clamd.ctl"}),
    ],
)
def test_the_setting(url, where):
    assert address("UPLOAD_SCANNER", url, scanner_of, "clamd://127.0.0.1:3310") == where


@pytest.mark.parametrize("url", ["127.0.0.1:3310", "http://a", "clamd://", "clamd+unix://x", "clamd://a:x"])
def test_a_setting_that_can_not_be_read_ends_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="UPLOAD_SCANNER"):
        address("UPLOAD_SCANNER", url, scanner_of, "clamd://127.0.0.1:3310")
