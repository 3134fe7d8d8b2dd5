"""A certificate is issued once, signed, and everybody can tell it from anything that looks like it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import pytest
from asn1crypto.pem import armor
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from tests.pages import unbroken
from tests.training import forgery
from tests.training.apart import apart
from tests.training.people import Cast, cast
from training.checking import Verdict, by_code, by_file
from training.drawing import draw
from training.errors import NotAllowed
from training.models import Certificate, Notice
from training.models.papers import new_code, read_code
from training.services import certificates
from training.services.mails import message
from training.signing import DemoSigner, make_demo_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def passed() -> Cast:
    people = cast()
    people.participant.first_name, people.participant.last_name = "Siti", "Nurhaliza Ó Ćirić"
    people.participant.save()
    people.answer_all()
    people.walk_to("passed")
    return people


def issued() -> Certificate:
    people = passed()
    assert certificates.issue_waiting() == 1
    return Certificate.objects.get(project=people.project)


def pdf_of(certificate: Certificate) -> bytes:
    with certificate.file.open("rb") as file:
        return file.read()


class TestIssuing:
    def test_it_is_reserved_with_the_move_and_issued_by_the_worker(self):
        people = passed()
        certificate = Certificate.objects.get(project=people.project)
        assert certificate.state == Certificate.State.WAITING
        assert by_code(certificate.code).verdict is Verdict.WAITING
        assert certificates.issue_waiting() == 1
        assert certificates.issue_waiting() == 0
        certificate.refresh_from_db()
        assert certificate.state == Certificate.State.ISSUED
        assert Notice.objects.filter(user=people.participant, kind=Notice.Kind.CERTIFICATE).count() == 1

    def test_the_signature_is_pades_whole_and_allows_no_change(self):
        signature = PdfFileReader(BytesIO(pdf_of(issued()))).embedded_signatures[0]
        status = apart(validate_pdf_signature, signature)
        assert status.intact
        assert status.valid
        assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert status.docmdp_ok

    def test_two_workers_issue_one(self, tmp_path):
        people = passed()
        first = Certificate.objects.get(project=people.project)
        second = Certificate.objects.get(project=people.project)
        signer = DemoSigner(tmp_path / "k.p12", "contoh")
        assert certificates.issue(first, signer)
        assert not certificates.issue(second, signer)
        files = first.file.storage.listdir("certificates")[1]
        assert [name for name in files if name.startswith(str(first.key))] == [first.file.name.split("/")[1]]

    def test_without_a_key_it_waits_and_says_so_and_is_never_unsigned(self, settings, caplog):
        settings.DEMO = False
        people = passed()
        assert certificates.issue_waiting() == 0
        certificate = Certificate.objects.get(project=people.project)
        assert certificate.state == Certificate.State.WAITING
        assert certificate.trouble.startswith("no-key: ")
        assert not certificate.file
        assert "wait for a signature" in caplog.text
        settings.DEMO = True
        assert certificates.issue_waiting() == 1

    @pytest.mark.parametrize(("begins", "days", "words"), [
        (-3, -1, "has expired"), (1, 30, "is not valid yet"),
    ])  # fmt: skip
    def test_with_a_key_out_of_its_time_it_waits_by_code_and_by_file(
        self, settings, tmp_path, begins, days, words
    ):
        people = passed()
        key = tmp_path / "own.p12"
        make_demo_key(key, "x", begins=begins, days=days)
        settings.SIGNING = settings.SIGNING | {"KEY": str(key), "PASSPHRASE": "x"}
        assert certificates.issue_waiting() == 0
        certificate = Certificate.objects.get(project=people.project)
        assert (certificate.state, certificate.file.name) == (Certificate.State.WAITING, "")
        assert words in certificate.trouble
        assert by_code(certificate.code).verdict is Verdict.WAITING
        make_demo_key(key, "x")
        assert certificates.issue_waiting() == 1
        certificate.refresh_from_db()
        assert by_file(pdf_of(certificate)).verdict is Verdict.GENUINE

    def test_one_that_fails_keeps_no_other_back_and_says_nothing_personal(self, caplog, monkeypatch):
        broken, whole = passed(), passed()

        def draw_or_fail(certificate, *, address):
            if certificate.project_id == broken.project.pk:
                raise ValueError(certificate.holder)
            return draw(certificate, address=address)

        monkeypatch.setattr(certificates, "draw", draw_or_fail)
        assert certificates.issue_waiting() == 1
        failed = Certificate.objects.get(project=broken.project)
        assert (failed.state, failed.file.name) == (Certificate.State.WAITING, "")
        assert failed.trouble.startswith("not-made: ValueError (test_certificates.py:")
        assert Certificate.objects.get(project=whole.project).state == Certificate.State.ISSUED
        assert "can't be issued: ValueError" in caplog.text
        assert failed.holder not in caplog.text
        monkeypatch.undo()
        assert certificates.issue_waiting() == 1
        failed.refresh_from_db()
        assert failed.trouble == ""

    def test_numbers_follow_each_other(self):
        numbers = [issued().number.split("/")[0] for _time in range(2)]
        assert numbers == ["00001", "00002"]

    def test_nothing_personal_but_the_name_is_in_the_file(self):
        certificate = issued()
        person = certificate.project.owner
        reader = PdfFileReader(BytesIO(pdf_of(certificate)))
        info = " ".join(str(value) for value in reader.trailer["/Info"].values())
        assert person.email not in info
        assert person.email.encode() not in pdf_of(certificate)


class TestChecking:
    def test_the_file_itself_is_genuine(self):
        certificate = issued()
        finding = by_file(pdf_of(certificate))
        assert (finding.verdict, finding.paper) == (Verdict.GENUINE, certificate)

    def test_a_changed_byte_is_told(self):
        assert by_file(forgery.changed(pdf_of(issued()))).verdict is Verdict.ALTERED

    def test_something_added_after_the_signature_is_told(self):
        assert by_file(forgery.extended(pdf_of(issued()))).verdict is Verdict.ALTERED

    def test_the_same_page_signed_by_somebody_else_is_told(self, tmp_path):
        page = draw(issued(), address="https://katalog.example")
        assert by_file(forgery.signed_by_another(page, tmp_path)).verdict is Verdict.RESIGNED

    def test_a_page_without_a_signature_is_told(self):
        assert by_file(draw(issued(), address="https://katalog.example")).verdict is Verdict.UNSIGNED

    def test_a_revoked_one_is_told_by_code_and_by_file(self):
        certificate = issued()
        coordinator = certificate.project.batch.coordinators.get()
        certificates.revoke(certificate=certificate, by=coordinator, reason="Salah nama")
        assert by_code(certificate.code).verdict is Verdict.REVOKED
        assert by_file(pdf_of(certificate)).verdict is Verdict.REVOKED

    def test_revoking_is_kept_once_and_its_holder_is_told(self):
        certificate = issued()
        project = certificate.project
        coordinator = project.batch.coordinators.get()
        for _time in range(2):
            certificates.revoke(certificate=certificate, by=coordinator, reason=" Salah nama ")
        [event] = project.events.filter(code=certificates.REVOKE)
        assert (event.actor, event.role, event.note) == (coordinator, "coordinator", "Salah nama")
        assert event.source == event.target == project.state_code
        [notice] = Notice.objects.filter(kind=Notice.Kind.REVOKED)
        assert notice.user == project.owner
        mail = message(notice)
        assert "dicabut" in mail.subject
        assert "was revoked" in mail.body

    def test_only_a_coordinator_revokes(self):
        certificate = issued()
        with pytest.raises(NotAllowed):
            certificates.revoke(certificate=certificate, by=certificate.project.owner, reason="")

    def test_a_key_that_expired_since_is_told_apart(self):
        certificate = issued()
        now = datetime.now(tz=UTC)
        Certificate.objects.update(issued_at=now - timedelta(days=2), signer_until=now - timedelta(days=1))
        assert by_file(pdf_of(certificate)).verdict is Verdict.KEY_EXPIRED
        assert by_code(certificate.code).verdict is Verdict.KEY_EXPIRED

    @pytest.mark.parametrize(("language", "words"), [
        ("en", "the certificate of its key had already expired"),
        ("id", "sertifikat kuncinya sudah kedaluwarsa"),
    ])  # fmt: skip
    def test_one_that_was_signed_after_its_key_expired_is_never_called_good(self, client, language, words):
        certificate = issued()
        Certificate.objects.update(signer_until=datetime.now(tz=UTC) - timedelta(days=1))
        assert by_file(pdf_of(certificate)).verdict is Verdict.SIGNED_LATE
        assert by_code(certificate.code).verdict is Verdict.SIGNED_LATE
        page = client.get(f"/{language}/verify/{certificate.code}/").content.decode()
        assert words in page
        assert "notice success" not in page

    @hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=400))
    def test_any_bytes_get_an_answer(self, rest):
        assert by_file(rest).verdict in {Verdict.NOT_A_PDF, Verdict.ALTERED, Verdict.UNSIGNED}
        assert by_file(b"%PDF-1.7\n" + rest).verdict in {Verdict.ALTERED, Verdict.UNSIGNED}


class TestCodes:
    def test_are_read_as_people_type_them(self):
        assert read_code(" 7k2m 9qxd-oil0abcd ") == "7K2M-9QXD-0110-ABCD"

    def test_differ(self):
        assert len({new_code() for _time in range(200)}) == 200


class TestPages:
    @pytest.mark.parametrize("language", ["id", "en"])
    def test_a_genuine_one_shows_what_is_printed(self, client, language):
        certificate = issued()
        page = client.get(f"/{language}/verify/{certificate.code}/")
        assert page.status_code == 200
        assert certificate.number in unbroken(page)
        assert "Siti Nurhaliza" in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]

    def test_an_unknown_code_is_not_found_with_a_way_on(self, client):
        page = client.get("/id/verify/AAAA-BBBB-CCCC-DDDD/")
        assert page.status_code == 404
        assert 'name="code"' in page.content.decode()

    def test_a_typed_code_leads_to_its_page(self, client):
        certificate = issued()
        answer = client.post("/id/verify/", {"code": certificate.code.lower().replace("-", " ")})
        assert answer.headers["Location"] == f"/id/verify/{certificate.code}/"

    def test_an_uploaded_file_is_checked(self, client):
        file = SimpleUploadedFile("s.pdf", pdf_of(issued()), content_type="application/pdf")
        page = client.post("/id/verify/", {"file": file})
        assert page.status_code == 200
        assert "notice success" in page.content.decode()

    def test_nothing_given_is_an_error_with_the_remedy(self, client):
        page = client.post("/en/verify/", {"code": ""})
        assert page.status_code == 400
        assert "Type the code" in page.content.decode()

    def test_guessing_is_slowed_down(self, client):
        for _time in range(30):
            client.get("/id/verify/AAAA-BBBB-CCCC-DDDD/")
        refused = client.get("/id/verify/AAAA-BBBB-CCCC-DDDD/")
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) <= 61


class Certifier(BaseHTTPRequestHandler):
    """A signing service that keeps the key: it sees digests only."""

    key: object
    fail = False

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert set(order) == {"algorithm", "digest"}
        status = 503 if self.fail or self.headers["Authorization"] != "Bearer rahasia" else 200
        raw = self.key.sign(bytes.fromhex(order["digest"]), padding.PKCS1v15(), utils.Prehashed(SHA256()))
        body = json.dumps({"signature": raw.hex()}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def certifier(tmp_path, settings, request):
    days = getattr(request, "param", 30)
    make_demo_key(tmp_path / "remote.p12", "x", name="Penerbit jauh", begins=-3, days=days)
    key, certificate, _others = pkcs12.load_key_and_certificates((tmp_path / "remote.p12").read_bytes(), b"x")
    (tmp_path / "remote.pem").write_bytes(armor("CERTIFICATE", certificate.public_bytes(Encoding.DER)))
    handler = type("Bound", (Certifier,), {"key": key})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.SIGNING = settings.SIGNING | {
        "KEY": "",
        "URL": f"http://127.0.0.1:{server.server_address[1]}/sign",
        "TOKEN": "rahasia",
        "CERTIFICATE": str(tmp_path / "remote.pem"),
    }
    yield handler
    server.shutdown()
    server.server_close()


class TestRemoteKey:
    def test_signs_as_well_as_a_file(self, certifier):
        certificate = issued()
        signature = PdfFileReader(BytesIO(pdf_of(certificate))).embedded_signatures[0]
        assert apart(validate_pdf_signature, signature).valid
        assert not certificate.is_demo
        assert by_file(pdf_of(certificate)).verdict is Verdict.GENUINE

    @pytest.mark.parametrize("certifier", [-1], indirect=True)
    def test_that_expired_is_not_asked(self, certifier, monkeypatch):
        monkeypatch.setattr(certifier, "do_POST", lambda _self: pytest.fail("asked"))
        people = passed()
        assert certificates.issue_waiting() == 0
        assert "has expired" in Certificate.objects.get(project=people.project).trouble

    def test_that_is_away_leaves_the_certificate_waiting(self, certifier):
        certifier.fail = True
        people = passed()
        assert certificates.issue_waiting() == 0
        certifier.fail = False
        assert certificates.issue_waiting() == 1
        assert Certificate.objects.get(project=people.project).state == Certificate.State.ISSUED


NESTED = b"%PDF-1.7\n1 0 obj\n" + b"[" * 20_000
ENDLESS = (
    b"%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 9/W[1 1 1]/Index[0 9999999999]/Length 0>>stream\n"
    b"endstream\nendobj\nstartxref\n9\n%%EOF"
)


class TestHostileFiles:
    """Bytes that would keep a parser busy for minutes, or fill its memory."""

    @pytest.mark.parametrize("content", [NESTED, ENDLESS], ids=["nested", "endless"])
    def test_get_an_answer(self, client, content):
        file = SimpleUploadedFile("s.pdf", content, content_type="application/pdf")
        page = client.post("/id/verify/", {"file": file})
        assert page.status_code == 200
        assert "notice error" in page.content.decode()

    def test_more_than_a_few_at_once_wait_outside(self, client, monkeypatch):
        from threading import BoundedSemaphore

        full = BoundedSemaphore(1)
        full.acquire()
        monkeypatch.setattr("training.apart._running", full)
        file = SimpleUploadedFile("s.pdf", b"%PDF-1.7 ", content_type="application/pdf")
        answer = client.post("/id/verify/", {"file": file})
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
