"""Documents are given by moves, signed as certificates are, and checked by anybody."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from accounts import privacy
from tests.pages import unbroken
from tests.training import forgery
from tests.training.apart import apart
from tests.training.people import Cast, cast, person, version
from tests.training.scenes import as_user
from training.checking import Verdict, by_code, by_file
from training.errors import GuardsUnmet, NotAllowed
from training.models import Certificate, Document, DocumentKind, Holder, Notice
from training.seeds import all_specs
from training.services import certificates, documents, issuing
from training.services.mails import message
from training.sheet import Decision, draw_sheet
from training.workflow import problems

pytestmark = pytest.mark.django_db
GIVEN = {
    "approve-design": DocumentKind.DESIGN_APPROVAL,
    "close-design-seminar": DocumentKind.MINUTES,
    "approve-report": DocumentKind.REPORT_APPROVAL,
    "close-result-seminar": DocumentKind.MINUTES,
    "submit-final": DocumentKind.ORIGINALITY,
    "sign-final": DocumentKind.ENDORSEMENT,
}


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def named(state: str = "design-seminar") -> Cast:
    """A project in ``state``, whose people all have a name."""
    people = cast()
    for role in ("participant", "mentor", "coach", "examiner"):
        user = people.of(role)
        user.first_name, user.last_name = role.capitalize(), "Bernama"
        user.save()
    people.answer_all()
    people.walk_to(state)
    return people


def signed(state: str = "design-seminar") -> Document:
    people = named(state)
    documents.issue_waiting()
    return Document.objects.filter(project=people.project).latest("pk")


def pdf_of(document: Document) -> bytes:
    with document.file.open("rb") as file:
        return file.read()


class TestGiving:
    def test_each_move_that_gives_one_reserves_it_with_its_event_and_revision(self):
        people = named("graduation")
        found = list(Document.objects.filter(project=people.project).select_related("event"))
        assert [(one.event.code, one.kind) for one in found] == list(GIVEN.items())
        assert {one.state for one in found} == {"waiting"}
        assert all(one.event.revision for one in found)
        assert [one.decider for one in found] == [
            "Mentor Bernama", "Examiner Bernama", "Mentor Bernama", "Examiner Bernama",
            "Participant Bernama", "Examiner Bernama",
        ]  # fmt: skip
        numbers = [one.number.split("/")[:2] for one in found]
        assert numbers == [
            ["00001", "PERSETUJUAN"], ["00001", "BERITA-ACARA"], ["00002", "PERSETUJUAN"],
            ["00002", "BERITA-ACARA"], ["00001", "ORISINALITAS"], ["00001", "PENGESAHAN"],
        ]  # fmt: skip
        assert len({one.code for one in found}) == 6

    def test_they_are_signed_once_and_their_people_are_told(self):
        people = named("graduation")
        assert documents.issue_waiting() == 6
        assert documents.issue_waiting() == 0
        told = Notice.objects.filter(kind=Notice.Kind.DOCUMENT)
        assert told.filter(user=people.participant).count() == 4
        assert told.filter(user=people.mentor).count() == 5
        assert told.filter(user=people.coach).count() == 3
        assert told.filter(user=people.examiner).count() == 3
        assert "ditandatangani" in message(told[0]).subject

    def test_the_signature_is_whole_and_names_nobody_but_who_stands_on_it(self):
        document = signed()
        signature = PdfFileReader(BytesIO(pdf_of(document))).embedded_signatures[0]
        status = apart(validate_pdf_signature, signature)
        assert status.intact
        assert status.valid
        assert status.docmdp_ok
        assert document.project.owner.email.encode() not in pdf_of(document)

    def test_without_a_key_they_wait_and_are_never_unsigned(self, settings):
        settings.DEMO = False
        people = named()
        assert documents.issue_waiting() == 0
        document = Document.objects.get(project=people.project)
        assert (document.state, document.file.name) == ("waiting", "")
        assert document.trouble.startswith("no-key: ")
        settings.DEMO = True
        assert documents.issue_waiting() == 1

    def test_a_programme_gives_only_what_can_be_made(self):
        found = version()
        move = next(move for move in found.all_moves if move.code == "close-design-seminar")
        assert problems(found) == []
        move.document = DocumentKind.MINUTES
        wrong = [text for text in problems(found) if move.label in text]
        assert len(wrong) == (DocumentKind.MINUTES not in documents.DRAWERS)

    def test_a_programme_without_batches_gives_none(self):
        found = version("mandiri-1")
        found.all_moves[0].document = DocumentKind.ENDORSEMENT
        assert len(problems(found)) == 1

    def test_every_programme_in_batches_gives_the_same(self):
        for spec in all_specs():
            found = version(spec["code"])
            given = {move.code: move.document for move in found.all_moves if move.document}
            assert given.keys() >= (GIVEN.keys() if found.needs_batch else set())


class TestChecking:
    def test_by_code_and_by_file(self, client):
        document = signed()
        for finding in (by_code(document.code), by_file(pdf_of(document))):
            assert (finding.verdict, finding.paper) == (Verdict.GENUINE, document)
        page = unbroken(client.get(f"/id/verify/{document.code}/"))
        for words in ("Persetujuan rancangan", document.number, "Mentor Bernama", "Participant Bernama"):
            assert words in page

    def test_a_changed_one(self):
        content = pdf_of(signed())
        assert by_file(forgery.changed(content)).verdict is Verdict.ALTERED
        assert by_file(forgery.extended(content)).verdict is Verdict.ALTERED

    def test_one_that_somebody_else_signed(self, tmp_path):
        document = signed()
        page = draw_sheet(
            document, "https://katalog.example", [Decision("Lain", Holder.MENTOR, timezone.now())]
        )
        assert by_file(page).verdict is Verdict.UNSIGNED
        assert by_file(forgery.signed_by_another(page, tmp_path)).verdict is Verdict.RESIGNED

    def test_one_whose_key_expired_since(self):
        document = signed()
        now = datetime.now(tz=UTC)
        Document.objects.update(issued_at=now - timedelta(days=2), signer_until=now - timedelta(days=1))
        assert by_file(pdf_of(document)).verdict is Verdict.KEY_EXPIRED
        assert by_code(document.code).verdict is Verdict.KEY_EXPIRED
        Document.objects.update(issued_at=now)
        assert by_file(pdf_of(document)).verdict is by_code(document.code).verdict is Verdict.SIGNED_LATE

    def test_a_revoked_one(self, client):
        document = signed()
        leader = document.project.batch.coordinators.get()
        for _time in range(2):
            documents.revoke(document=document, by=leader, reason="Keliru", submit_key=uuid.uuid4())
        assert by_code(document.code).verdict is Verdict.REVOKED
        assert by_file(pdf_of(document)).verdict is Verdict.REVOKED
        [event] = document.project.events.filter(code=documents.REVOKE)
        assert event.note == f"{document.number}: Keliru"
        assert Notice.objects.filter(kind=Notice.Kind.WITHDRAWN).count() == 2
        with pytest.raises(NotAllowed):
            documents.revoke(document=document, by=document.project.owner, reason="", submit_key=uuid.uuid4())


class TestPages:
    def test_everybody_with_a_part_gets_the_file_and_nobody_else(self, client):
        people = named()
        path = f"/id/training/projects/{people.project.key}/"
        document = Document.objects.get(project=people.project)
        file = f"{path}documents/{document.key}.pdf"
        assert as_user(people.mentor).get(file).status_code == 404  # not signed yet
        documents.issue_waiting()
        for role in ("participant", "mentor", "coach", "examiner", "coordinator"):
            answer = as_user(people.of(role)).get(file)
            assert b"".join(answer.streaming_content) == pdf_of(Document.objects.get())
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "no-store" in answer.headers["Cache-Control"]
            assert document.number in as_user(people.of(role)).get(path).content.decode()
        assert client.get(file).status_code == 302
        stranger, other = as_user(person("lain")), named()
        absent = stranger.get(f"{path}documents/{uuid.uuid4()}.pdf").content
        for outsider in (stranger, as_user(other.participant)):
            refused = outsider.get(file)
            assert (refused.status_code, refused.content) == (404, absent)
        # Through another project of one's own, too.
        own = f"/id/training/projects/{other.project.key}/documents/{document.key}.pdf"
        assert as_user(other.participant).get(own).status_code == 404

    def test_former_and_invited_mentors_and_closed_accounts_get_none(self):
        document = signed()
        file = f"/id/training/projects/{document.project.key}/documents/{document.key}.pdf"
        mentor = document.event.actor
        mentor.assignments.update(accepted_at=None)
        assert as_user(mentor).get(file).status_code == 404
        mentor.assignments.update(accepted_at="2026-03-07T01:00:00Z", until="2026-03-08T01:00:00Z")
        assert as_user(mentor).get(file).status_code == 404
        mentor.assignments.update(until=None)
        client = as_user(mentor)
        assert client.get(file).status_code == 200
        mentor.is_active = False
        mentor.save()
        assert client.get(file).status_code == 302

    def test_a_coordinator_revokes_one_on_the_persons_page(self):
        document = signed()
        project = document.project
        client = as_user(project.batch.coordinators.get())
        page = f"/id/training/batches/{project.batch.key}/people/{project.key}/"
        sent = {"withdraw-submit_key": str(uuid.uuid4()), "withdraw-document": document.pk}
        refused = client.post(f"{page}withdraw/", sent)
        assert refused.status_code == 422
        foreign = signed()
        tampered = {**sent, "withdraw-document": foreign.pk, "withdraw-reason": "x"}
        assert client.post(f"{page}withdraw/", tampered).status_code == 404
        assert client.post(f"{page}withdraw/", {**sent, "withdraw-reason": "Salah unggah"}).status_code == 302
        document.refresh_from_db()
        foreign.refresh_from_db()
        assert (document.state, foreign.state) == ("revoked", "issued")
        shown = as_user(project.owner).get(f"/id/training/projects/{project.key}/").content.decode()
        assert "Salah unggah" in shown
        assert f"{document.key}.pdf" not in shown


class TestNames:
    def test_a_paper_without_a_name_waits_and_says_so_until_the_name_is_given(self):
        people = cast()
        people.answer_all()
        people.walk_to("passed")
        for _time in range(2):
            assert certificates.issue_waiting() + documents.issue_waiting() == 0
        certificate = Certificate.objects.get(project=people.project)
        assert certificate.lacks_name
        told = Notice.objects.filter(kind=Notice.Kind.NAMELESS)
        assert told.filter(user=people.participant).count() == 1
        assert told.filter(user=people.mentor).count() == 1
        assert {people.participant.pk, people.coordinator.pk} <= set(told.values_list("user", flat=True))
        page = (
            as_user(people.participant).get(f"/id/training/projects/{people.project.key}/").content.decode()
        )
        assert "/accounts/data/" in page
        board = f"/id/training/batches/{people.batch.key}/people/{people.project.key}/"
        assert "belum menuliskan namanya" in as_user(people.coordinator).get(board).content.decode()
        answer = as_user(people.participant).post("/accounts/data/name/", {"name": "Siti  Nurhaliza"})
        assert answer.status_code == 302
        assert certificates.issue_waiting() == 1
        certificate.refresh_from_db()
        assert (certificate.holder, certificate.trouble) == ("Siti Nurhaliza", "")
        assert people.participant.email.encode() not in pdf_of(certificate)
        # The mentor has none yet, so only what the participant states alone is signed.
        assert documents.issue_waiting() == 1
        assert Document.objects.get(state="issued").kind == DocumentKind.ORIGINALITY

    def test_many_without_a_name_keep_nobody_back(self, monkeypatch):
        monkeypatch.setattr(issuing, "AT_ONCE", 1)
        for _time in range(2):
            nameless = cast()
            nameless.answer_all()
            nameless.walk_to("design-seminar")
        documents.issue_waiting()
        documents.issue_waiting()
        named()
        documents.issue_waiting()
        assert Document.objects.filter(state="issued").count() == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 151, "siti@dinas.go.id"])
    def test_what_is_no_name_is_refused_with_the_remedy_and_kept(self, name):
        client = as_user(person("baru"))
        answer = client.post("/accounts/data/name/", {"name": name})
        assert answer.status_code == 400
        assert 'id="name_error"' in answer.content.decode()


class TestIssuingAgain:
    def revoked(self) -> tuple[Cast, Certificate]:
        people = named("passed")
        certificates.issue_waiting()
        certificate = Certificate.objects.get(project=people.project)
        certificates.revoke(certificate=certificate, by=people.coordinator, reason="Salah nama")
        return people, certificate

    def test_the_new_one_has_its_own_number_and_code_and_the_old_stays_revoked(self, client):
        people, old = self.revoked()
        people.participant.first_name = "Siti"
        people.participant.save()
        key = uuid.uuid4()
        given = {"project": people.project, "by": people.coordinator, "reason": "Nama diperbaiki"}
        for _time in range(2):
            certificates.reissue(**given, submit_key=key)
        assert certificates.issue_waiting() == 1
        new = Certificate.objects.get(project=people.project, state="issued")
        assert new.holder == "Siti Bernama"
        assert (new.number, new.code) != (old.number, old.code)
        page = unbroken(client.get(f"/id/verify/{old.code}/"))
        assert "dicabut" in page
        assert new.code not in page
        assert new.number not in page
        assert by_code(new.code).verdict is Verdict.GENUINE
        assert [event.note for event in people.project.events.filter(code=certificates.REISSUE)] == [
            "Nama diperbaiki"
        ]
        assert Notice.objects.filter(user=people.participant, kind=Notice.Kind.CERTIFICATE).count() == 2

    def test_only_after_a_revocation_and_only_by_a_coordinator(self):
        people, _old = self.revoked()
        with pytest.raises(NotAllowed):
            certificates.reissue(
                project=people.project, by=people.mentor, reason="x", submit_key=uuid.uuid4()
            )
        given = {"project": people.project, "by": people.coordinator, "reason": "x"}
        certificates.reissue(**given, submit_key=uuid.uuid4())
        with pytest.raises(GuardsUnmet):
            certificates.reissue(**given, submit_key=uuid.uuid4())
        assert Certificate.objects.filter(project=people.project).count() == 2

    def test_by_the_coordinators_page(self):
        people, _old = self.revoked()
        client = as_user(people.coordinator)
        page = f"/id/training/batches/{people.batch.key}/people/{people.project.key}/"
        assert "reissue-reason" in client.get(page).content.decode()
        sent = {"reissue-submit_key": str(uuid.uuid4()), "reissue-reason": "Nama diperbaiki"}
        for _time in range(2):
            assert client.post(f"{page}reissue/", sent).status_code == 302
        assert Certificate.objects.filter(project=people.project).count() == 2
        file = f"/id/training/projects/{people.project.key}/certificate.pdf"
        assert as_user(people.participant).get(file).status_code == 404
        certificates.issue_waiting()
        assert as_user(people.participant).get(file).status_code == 200


class TestErasing:
    def test_takes_names_and_files_and_the_file_in_other_hands_verifies(
        self, django_capture_on_commit_callbacks
    ):
        document = signed()
        content, name, mentor = pdf_of(document), document.file.name, document.event.actor
        assert privacy.export_of(mentor)["training"]["documents"][0]["decided_by"] == "Mentor Bernama"
        with django_capture_on_commit_callbacks(execute=True):
            privacy.erase(user=mentor)
        assert not document.file.storage.exists(name)
        document.refresh_from_db()
        assert (document.decider, document.holder) == ("", "Participant Bernama")
        assert by_file(content).verdict is Verdict.GENUINE
        with django_capture_on_commit_callbacks(execute=True):
            privacy.erase(user=document.project.owner)
        document.refresh_from_db()
        assert document.holder == ""

    def test_one_that_waits_goes_as_a_whole(self):
        people = named()
        privacy.erase(user=people.participant)
        assert not Document.objects.exists()
