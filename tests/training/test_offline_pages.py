"""Files that are no form, and the pages that take one and save it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.people import Cast
from tests.training.scenes import address, as_user, hidden, in_state, people, shared_cast
from tests.training.test_offline import edited, good, open_steps, write
from training.models import Project
from training.offline import reading
from training.offline.form import form
from training.services.sheets import UnreadableFile

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db


def packed(**parts: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return output.getvalue()


BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
DTD = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + BODY % b"<w:p>&b;</w:p>"
HOSTILE = {
    "empty": b"",
    "text": b"halo",
    "old-word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 64,
    "cut": b"PK\x03\x04 rusak",
    "other-zip": packed(a=b"b"),
    "dtd": packed(**{"[Content_Types]_xml": b"<a/>", "word__document_xml": DTD}),
    "no-xml": packed(**{"[Content_Types]_xml": b"<a/>", "word__document_xml": b"\x00\x01"}),
    "no-marks": packed(**{"[Content_Types]_xml": b"<a/>", "word__document_xml": BODY % b"<w:p/>"}),
    "bomb": packed(**{"[Content_Types]_xml": b"<a/>", "word__document_xml": b" " * 50_000_000}),
    "many-tags": packed(
        **{"[Content_Types]_xml": b"<a/>", "word__document_xml": BODY % (b"<w:p/>" * 400_000)}
    ),
    "macros": packed(
        **{"[Content_Types]_xml": b"<a/>", "word__document_xml": BODY % b"", "word__vbaProject.bin": b"x"}
    ),
}


class TestHostileFiles:
    @pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
    def test_are_refused_with_the_remedy(self, people: Cast, content: bytes):
        with pytest.raises(UnreadableFile) as refused:
            reading.read(people.project, content)
        assert str(refused.value)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(place=st.integers(0, 60_000), byte=st.integers(0, 255))
    def test_any_damage_gets_an_answer(self, people: Cast, place: int, byte: int):
        project = in_state(people, "issue")
        content = bytearray(form(project, open_steps(project)))
        content[place % len(content)] = byte
        with suppress(UnreadableFile):
            reading.read(project, bytes(content))

    def test_the_form_of_another_project_is_refused(self, people: Cast):
        project = in_state(people, "issue")
        content = form(project, open_steps(project))
        other = Project(key="0c4b6b0e-3a4f-4f55-8f4e-6f3f0f6c9d11")
        with pytest.raises(UnreadableFile, match=r"lain|another"):
            reading.read(other, content)


# --- The pages ---------------------------------------------------------------------------------------


def file_of(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("formulir.docx", content)


def typed(page: Any) -> dict[str, str]:
    html = page.content.decode()
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', html, re.S)
    return hidden(page) | {name: unescape(value) for name, value in found}


class TestPages:
    @pytest.fixture
    def client(self, people: Cast) -> Client:
        project = in_state(people, "final-improvement")
        in_state(people, "final-improvement", answers=good(project))
        return as_user(people.participant)

    def compared(self, client: Client, people: Cast, *changes: Callable[[Any], None]) -> Any:
        content = client.get(address(people, "offline/form.docx")).content
        for change in changes:
            content = edited(content, change)
        return client.post(address(people, "offline/"), {"file": file_of(content)})

    def test_there_and_back_and_saved_after_the_comparison(self, client: Client, people: Cast):
        before = people.fresh()
        page = self.compared(client, people, write("title", "Judul dari berkas ini"))
        assert page.status_code == 200
        assert "<ins>" in page.content.decode()
        assert people.fresh().answers == before.answers
        answer = client.post(address(people, "offline/"), typed(page) | {"apply": "1"})
        assert answer.headers["Location"] == address(people)
        after = people.fresh()
        assert after.title == "Judul dari berkas ini"
        assert after.answers == before.answers | {"title": "Judul dari berkas ini"}
        # Sent again it is the same.
        client.post(address(people, "offline/"), typed(page) | {"apply": "1"})
        assert people.fresh().saved == after.saved

    def test_an_untouched_form_says_so(self, client: Client, people: Cast):
        page = self.compared(client, people)
        assert 'name="apply"' not in page.content.decode()

    def test_what_was_saved_after_the_comparison_is_not_overwritten(self, client: Client, people: Cast):
        page = self.compared(client, people, write("title", "Judul dari berkas ini"))
        now = people.fresh().answers | {"title": "Judul dari situs ini"}
        Project.objects.filter(pk=people.project.pk).update(answers=now, saved=7)
        again = client.post(address(people, "offline/"), typed(page) | {"apply": "1"})
        assert again.status_code == 409
        assert people.fresh().answers == now
        html = again.content.decode()
        assert "Judul dari berkas ini" in html
        assert "Judul dari situs ini" in html
        client.post(address(people, "offline/"), typed(again) | {"apply": "1", "keep-title": "saved"})
        assert people.fresh().answers == now
        client.post(address(people, "offline/"), typed(again) | {"apply": "1", "keep-title": "mine"})
        assert people.fresh().answers["title"] == "Judul dari berkas ini"

    def test_a_step_that_was_handed_in_meanwhile_is_not_changed(self, client: Client, people: Cast):
        page = self.compared(client, people, write("title", "Judul dari berkas ini"))
        before = people.fresh().answers
        in_state(people, "graduation")
        answer = client.post(address(people, "offline/"), typed(page) | {"apply": "1"})
        assert answer.status_code in (400, 409)
        assert people.fresh().answers == before
        assert client.get(address(people, "offline/")).status_code == 200
        assert client.get(address(people, "offline/form.docx")).status_code == 404

    @pytest.mark.parametrize("field", ["a-unknown", "owner", "keep-owner", "seen-other", "state_code"])
    def test_a_field_that_was_never_shown_is_refused(self, client: Client, people: Cast, field: str):
        page = self.compared(client, people, write("title", "Judul dari berkas ini"))
        answer = client.post(address(people, "offline/"), typed(page) | {"apply": "1", field: "x"})
        assert answer.status_code == 400

    def test_what_can_not_be_read_is_told_and_nothing_given_names_the_remedy(
        self, client: Client, people: Cast
    ):
        for data in ({}, {"file": file_of(b"halo")}):
            page = client.post(address(people, "offline/", "en"), data)
            assert page.status_code == 422
            assert 'id="file_error"' in page.content.decode()

    def test_a_comparison_survives_the_end_of_the_session(self, client: Client, people: Cast):
        page = self.compared(client, people, write("title", "Judul dari berkas ini"))
        client.logout()
        client.post(address(people, "offline/"), typed(page) | {"apply": "1"})
        client.force_login(people.participant)
        [key] = client.session["training-kept"]
        again = client.get(address(people, f"offline/?kept={key}"))
        assert "<ins>" in again.content.decode()
        assert client.post(address(people, "offline/"), typed(again) | {"apply": "1"}).status_code == 302
        assert people.fresh().title == "Judul dari berkas ini"

    def test_only_its_participant_has_it(self, client: Client, people: Cast):
        absent = client.get("/id/training/projects/0c4b6b0e-3a4f-4f55-8f4e-6f3f0f6c9d11/offline/").content
        for role in ("mentor", "coach", "examiner", "coordinator"):
            for rest in ("offline/", "offline/form.docx"):
                refused = as_user(people.of(role)).get(address(people, rest))
                assert (refused.status_code, refused.content) == (404, absent)
        assert Client().get(address(people, "offline/")).status_code == 302
        assert Client().get(address(people, "offline/form.docx")).status_code == 302
