"""A key in a PKCS #11 token signs as well as one in a file; SoftHSM stands for the hardware."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from tests.training.apart import apart
from tests.training.test_certificates import issued, passed, pdf_of
from training.checking import Verdict, by_file
from training.models import Certificate
from training.services import certificates
from training.signing import make_demo_key

LIBRARIES = [
    *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so"),
    *Path("/usr/lib/softhsm").glob("libsofthsm2.so"),
    *Path("/opt/homebrew/lib/softhsm").glob("libsofthsm2.so"),
]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not LIBRARIES or shutil.which("softhsm2-util") is None, reason="SoftHSM is not installed (softhsm2)"
    ),
]
PIN, LABEL, EXPIRED, TOKEN = "1234", "sertifikat", "kedaluwarsa", "katalog"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A token with a key and its certificate. The library reads its place once, so a process has one."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    run = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", PIN, "--pin", PIN]
    subprocess.run(run, check=True, capture_output=True)
    _put_key(folder, LABEL, "01", days=730)
    _put_key(folder, EXPIRED, "02", days=-1)
    yield folder
    patch.undo()


def _put_key(folder: Path, label: str, number: str, *, days: int) -> None:
    """A key and its certificate, which holds until ``days`` from now, under ``label``."""
    place = folder / f"{label}.p12"
    make_demo_key(place, "x", name="Penerbit bertoken", begins=-3, days=days)
    key, certificate, _others = pkcs12.load_key_and_certificates(place.read_bytes(), b"x")
    assert key is not None
    assert certificate is not None
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{label}.pem").write_bytes(pem)
    run = ["softhsm2-util", "--import", str(folder / f"{label}.pem"), "--token", TOKEN, "--label", label]
    subprocess.run([*run, "--id", number, "--pin", PIN], check=True, capture_output=True)
    _put_certificate(certificate.public_bytes(Encoding.DER), label, number)


def _put_certificate(der: bytes, label: str, number: str) -> None:
    import pkcs11
    from asn1crypto import x509

    token = pkcs11.lib(str(LIBRARIES[0])).get_token(token_label=TOKEN)
    subject = x509.Certificate.load(der).subject.dump()
    with token.open(rw=True, user_pin=PIN) as session:
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.ID: bytes.fromhex(number),
                pkcs11.Attribute.SUBJECT: subject,
                pkcs11.Attribute.VALUE: der,
            }
        )


@pytest.fixture
def signing(token: Path, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.VAR_DIR, settings.DEMO = tmp_path, False
    chosen = {"MODULE": str(LIBRARIES[0]), "TOKEN_LABEL": TOKEN, "KEY_LABEL": LABEL, "PIN": PIN}
    settings.SIGNING = settings.SIGNING | chosen
    found: dict[str, str] = settings.SIGNING
    return found


def test_signs_one_after_the_other_and_each_is_genuine(signing):
    for _time in range(2):
        certificate = issued()
        signature = PdfFileReader(BytesIO(pdf_of(certificate))).embedded_signatures[0]
        assert apart(validate_pdf_signature, signature).valid
        assert signature.signer_cert.subject.native["common_name"] == "Penerbit bertoken"
        assert not certificate.is_demo
        assert by_file(pdf_of(certificate)).verdict is Verdict.GENUINE


@pytest.mark.parametrize(("name", "wrong"), [
    ("PIN", "9999"), ("TOKEN_LABEL", "lain"), ("KEY_LABEL", "lain"), ("MODULE", "/tidak/ada.so"),
])  # fmt: skip
def test_one_that_can_not_be_used_leaves_the_certificate_waiting_and_says_why(signing, name, wrong):
    right = signing[name]
    signing[name] = wrong
    people = passed()
    assert certificates.issue_waiting() == 0
    waiting = Certificate.objects.get(project=people.project)
    assert (waiting.state, waiting.file.name) == ("waiting", "")
    assert waiting.trouble.startswith("no-key: the token")
    assert PIN not in waiting.trouble
    signing[name] = right
    assert certificates.issue_waiting() == 1


def test_a_key_that_expired_is_not_used(signing):
    signing["KEY_LABEL"] = EXPIRED
    people = passed()
    assert certificates.issue_waiting() == 0
    waiting = Certificate.objects.get(project=people.project)
    assert (waiting.state, waiting.file.name) == ("waiting", "")
    assert "has expired" in waiting.trouble
