"""Everybody in the demonstration gets a NIP; none of what the site gives out holds any of them.

The one who gave it reads it among their own data, and their coordinator on the answer to a form: both are
tested where they are made.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx
from openpyxl import Workbook

from accounts import nip
from accounts.models import Identity, User
from tests.browser import training_pages
from tests.training import reached
from tests.training.meeting import meet
from tests.training.people import cast
from tests.training.printed import unpacked, words
from tests.training.test_documents import GIVEN
from tests.training.test_route_matrix import names
from tests.training.worlds import HOST, shown
from training.drawing import draw
from training.models import Certificate, Document, DocumentKind, Project
from training.services import certificates, documents

__all__ = ["shown"]
pytestmark = pytest.mark.django_db
FILES = {
    "training:calendar", "training:certificate", "training:document", "training:dossier", "training:file",
    "training:minutes", "training:offline-form", "training:seminar-calendar",
    "training_batches:recap", "training_batches:template", "dashboards:csv", "dashboards:xlsx",
}  # fmt: skip
NUMBER = "198705122010012003"
ASKED_FOR = {"training:dossier"}
"""Files that are made when a form is sent."""


def plant() -> list[str]:
    """A NIP for everybody; what stands in the database of each of them, and how each may be written."""
    found = []
    for number, user in enumerate(User.objects.order_by("pk")):
        digits = f"19870512201001{1 + number % 2}{number:03d}"
        nip.keep(user=user, nip=digits)
        found += [digits, f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"]
    sealed = Identity.objects.values_list("sealed_nip", "nip_digest")
    return found + [str(part) for row in sealed for part in row]


def readable(content: bytes, name: str = "") -> Iterator[str]:
    """All that a file says, its name too, and what is packed in it down to the last level."""
    yield unquote(name)
    if content.startswith(b"%PDF"):
        yield words(content)
        content = unpacked(content)
    for encoding in ("latin-1", "utf-16-be"):
        yield content.decode(encoding, "ignore")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment.decode("latin-1")
            for info in archive.infolist():
                yield from readable(archive.read(info), info.filename)


def leaks(planted: list[str], content: bytes, name: str = "") -> list[str]:
    text = "\n".join(readable(content, name))
    return [one for one in planted if one in text]


def given(name: str, language: str) -> HttpResponseBase:
    """What the reader of that address gets there, or a coordinator where it is not theirs."""
    reader, _what = (training_pages.PAGES.get(name) or [reached.SENT.get(name, ("", None))])[0]
    where = reached.place(name)
    address = reverse(name, kwargs=where.arguments).replace("/id/", f"/{language}/", 1)
    answer = asked(User.objects.filter(email=f"{reader}@demo.example").first(), name, address)
    if answer.status_code == 404 and where.batch:
        return asked(where.batch.coordinators.first(), name, address)
    return answer


def asked(user: User | None, name: str, address: str) -> HttpResponseBase:
    client = Client(SERVER_NAME=HOST)
    if user:
        client.force_login(user)
    if name in ASKED_FOR:
        return client.post(address, {"submit_key": str(uuid.uuid4())})
    return client.get(address, follow=True)


@pytest.mark.slow
@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_and_no_file_tells_one(language):
    planted, wrong, files = plant(), [], set()
    for name in sorted(names() if language == "id" else FILES):
        reached.prepare(name)
        answer = given(name, language)
        assert answer.status_code == 200 or name not in FILES, f"{name}: {answer.status_code}"
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200 and not answer.headers.get("Content-Type", "").startswith("text/html"):
            files.add(name)
        wrong += [f"{name}: {one}" for one in leaks(planted, content, str(answer.headers))]
    assert wrong == []
    assert files == FILES


@pytest.mark.usefixtures("shown")
def test_no_signed_paper_of_any_kind_tells_one():
    planted = plant()
    certificates.issue_waiting(), documents.issue_waiting()
    kinds = set()
    for paper in [*Certificate.objects.exclude(file=""), *Document.objects.exclude(file="")]:
        with paper.file.open("rb") as file:
            assert leaks(planted, file.read(), paper.file.name) == [], paper.number
        kinds.add(paper.kind if isinstance(paper, Document) else "")
    assert kinds == {"", *DocumentKind}


@pytest.mark.slow
def test_one_that_somebody_typed_gets_on_no_paper(client, settings, tmp_path):
    """People are used to writing it below their name."""
    settings.VAR_DIR = tmp_path
    people = cast()
    for role in ("participant", "mentor", "coach", "examiner"):
        user = people.of(role)
        user.first_name, user.last_name = role.capitalize(), f"NIP {NUMBER}"
        user.save()
    people.answer_all()
    answers = people.fresh().answers | {"title": f"Antrean {NUMBER[:8]} {NUMBER[8:14]} {NUMBER[14:]}"}
    Project.objects.filter(pk=people.project.pk).update(answers=answers, title=answers["title"])
    people.walk_to("design-seminar")
    closing = next(move for move in people.fresh().version.all_moves if move.code == "close-design-seminar")
    meet(people, closing.guards)
    people.move("close-design-seminar", note=f"Dicatat oleh {NUMBER}")
    people.walk_to("passed")
    written = [NUMBER, answers["title"].removeprefix("Antrean ")]
    while certificates.issue_waiting() or documents.issue_waiting():
        pass  # whatever else waits, too
    project = people.project
    own = [*Certificate.objects.filter(project=project), *Document.objects.filter(project=project)]
    assert [paper.state for paper in own] == ["issued"] * (1 + len(GIVEN))
    for paper in own:
        with paper.file.open("rb") as file:
            assert leaks(written, file.read()) == [], paper.number
        assert leaks(written, client.get(f"/id/verify/{paper.code}/").content) == []


def as_pdf(number: str) -> bytes:
    paper = Certificate(holder=number, title="Antrean", programme="Latsar", reserved_at=timezone.now())
    return draw(paper, address="https://example.go.id/")


def as_title(number: str) -> bytes:
    paper = Certificate(number=number, holder="Siti", title="Antrean", reserved_at=timezone.now())
    return draw(paper, address="https://example.go.id/")


def as_docx(number: str) -> bytes:
    document, output = Docx(), io.BytesIO()
    document.add_table(1, 1).cell(0, 0).text = number
    document.save(output)
    return output.getvalue()


def as_author(number: str) -> bytes:
    document, output = Docx(), io.BytesIO()
    document.core_properties.author = number
    document.save(output)
    return output.getvalue()


def as_xlsx(number: str) -> bytes:
    book, output = Workbook(), io.BytesIO()
    book.active.append([number])
    book.save(output)
    return output.getvalue()


def as_archive(number: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("berkas/laporan.docx", as_docx(number))
    return output.getvalue()


def as_name(number: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(f"{number}.txt", "")
    return output.getvalue()


@pytest.mark.parametrize("made", [as_pdf, as_title, as_docx, as_author, as_xlsx, as_archive, as_name])
def test_one_that_is_there_would_be_found(made):
    assert leaks([NUMBER], made(NUMBER)) == [NUMBER]
    assert leaks([NUMBER], made("199001152015031002")) == []
