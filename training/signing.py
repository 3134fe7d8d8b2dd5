"""Who signs: an interface, so that the key may lie in a file, in a token, or with the certifier.

A signature is PAdES (ETSI EN 319 142-1) by pyHanko. The key's place is a setting: see docs/operations.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import requests
from asn1crypto import x509
from asn1crypto.pem import unarmor
from cryptography import x509 as make_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from training.errors import SigningUnavailable

FIELD = "Pengesahan"
_REMOTE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file and who signed it. ``signer`` is the SHA-256 of the signer's certificate, in hex."""

    pdf: bytes
    signer: str
    valid_until: datetime


class PdfSigner(ABC):
    """Signs PDF files. ``is_demo`` ones sign nothing that anybody may rely on."""

    is_demo = False

    @abstractmethod
    def pyhanko_signer(self) -> signers.Signer:
        """The signer pyHanko uses. Raises ``SigningUnavailable``."""

    @contextmanager
    def opened(self) -> Iterator[signers.Signer]:
        """That signer while it is needed; what it holds open is closed afterwards."""
        yield self.pyhanko_signer()

    def sign(self, pdf: bytes, *, reason: str, location: str) -> Signed:
        """``pdf`` with a certifying signature that allows no change.

        Raises ``SigningUnavailable``, also for a key whose certificate is not valid now: nobody could tell
        such a signature from one that was made with a key that had been given up.
        """
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        # The library runs an event loop of its own, and a thread that has one may not start another.
        with self.opened() as signer, ThreadPoolExecutor(1) as thread:
            certificate = _in_its_time(signer.signing_cert)
            writer = IncrementalPdfFileWriter(BytesIO(pdf))
            output = thread.submit(signers.sign_pdf, writer, metadata, signer=signer).result()
        return Signed(output.getvalue(), digest(certificate), certificate.not_valid_after)


def _in_its_time(certificate: x509.Certificate | None) -> x509.Certificate:
    """The certificate, if it is valid now. Raises ``SigningUnavailable``."""
    if certificate is None:
        raise SigningUnavailable("the signer has no certificate")
    now = datetime.now(tz=UTC)
    if now < certificate.not_valid_before:
        raise SigningUnavailable(f"the key's certificate is not valid yet: {certificate.not_valid_before}")
    if now > certificate.not_valid_after:
        raise SigningUnavailable(f"the key's certificate has expired: {certificate.not_valid_after}")
    return certificate


def digest(certificate: x509.Certificate) -> str:
    """What names a certificate: the SHA-256 of its DER bytes, in hex."""
    return hashlib.sha256(certificate.dump()).hexdigest()


class FileSigner(PdfSigner):
    """A key in a PKCS #12 file."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self.path = path
        self.passphrase = passphrase

    def pyhanko_signer(self) -> signers.Signer:
        try:
            signer = signers.SimpleSigner.load_pkcs12(str(self.path), passphrase=self.passphrase.encode())
        except (OSError, ValueError) as error:
            raise SigningUnavailable(f"the key file can't be read: {type(error).__name__}") from error
        if signer is None:
            raise SigningUnavailable("the key file can't be opened: is it PKCS #12, is the passphrase right?")
        return signer


class DemoSigner(FileSigner):
    """A key made here at its first use. Everything it signs is marked as a sample."""

    is_demo = True

    def pyhanko_signer(self) -> signers.Signer:
        if not self.path.exists():
            make_demo_key(self.path, self.passphrase)
        return super().pyhanko_signer()


class RemoteSigner(PdfSigner):
    """A key that stays with the certifier: only the digest goes there, the raw signature comes back.

    ``POST url`` with JSON ``{"algorithm": "sha256", "digest": "<hex>"}`` answers
    ``{"signature": "<hex>"}``: RSA PKCS #1 v1.5 over the attributes with that digest.
    """

    def __init__(self, url: str, token: str, certificate: Path) -> None:
        self.url = url
        self.token = token
        self.certificate = certificate

    def pyhanko_signer(self) -> signers.Signer:
        try:
            _kind, _headers, der = unarmor(self.certificate.read_bytes())
            own = x509.Certificate.load(der)
        except (OSError, ValueError) as error:
            raise SigningUnavailable("the signer's certificate can't be read") from error
        return _Remote(self.url, self.token, own)


class _Remote(signers.Signer):
    def __init__(self, url: str, token: str, certificate: x509.Certificate) -> None:
        self.url = url
        self.token = token
        self.signature_bytes = int(certificate.public_key.byte_size)
        super().__init__(signing_cert=certificate, cert_registry=SimpleCertificateStore())

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self.signature_bytes)
        order = {
            "algorithm": digest_algorithm,
            "digest": hashlib.new(digest_algorithm, data).hexdigest(),
        }
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = requests.post(self.url, json=order, headers=headers, timeout=_REMOTE_SECONDS)
            answer.raise_for_status()
            return bytes.fromhex(answer.json()["signature"])
        except (requests.RequestException, KeyError, ValueError) as error:
            raise SigningUnavailable(f"the signing service failed: {type(error).__name__}") from error


class TokenSigner(PdfSigner):
    """A key in a token or a hardware module that speaks PKCS #11 and never lets it out.

    ``module`` is the token's library, ``token`` its label; key and certificate have the same ``label``.
    """

    def __init__(self, module: str, token: str, label: str, pin: str) -> None:
        self.module = module
        self.token = token
        self.label = label
        self.pin = pin

    def pyhanko_signer(self) -> signers.Signer:
        # Only here: the library behind it is loaded into the process.
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        try:
            criteria = TokenCriteria(label=self.token)
            session = open_pkcs11_session(self.module, token_criteria=criteria, user_pin=self.pin or None)
        except (PKCS11Error, OSError, RuntimeError) as error:
            raise SigningUnavailable(f"the token can't be opened: {type(error).__name__}") from error
        return PKCS11Signer(session, cert_label=self.label, key_label=self.label, other_certs_to_pull=())

    @contextmanager
    def opened(self) -> Iterator[signers.Signer]:
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.sign.general import SigningError

        signer: Any = self.pyhanko_signer()
        try:
            yield signer
        except (PKCS11Error, SigningError) as error:
            raise SigningUnavailable(f"the token does not sign: {type(error).__name__}") from error
        finally:
            signer.pkcs11_session.close()


def get_signer() -> PdfSigner:
    """The signer the settings name. Raises ``SigningUnavailable`` when they name none."""
    chosen = settings.SIGNING
    if chosen["MODULE"]:
        return TokenSigner(chosen["MODULE"], chosen["TOKEN_LABEL"], chosen["KEY_LABEL"], chosen["PIN"])
    if chosen["URL"]:
        return RemoteSigner(chosen["URL"], chosen["TOKEN"], Path(chosen["CERTIFICATE"]))
    if chosen["KEY"]:
        return FileSigner(Path(chosen["KEY"]), chosen["PASSPHRASE"])
    if settings.DEMO:
        return DemoSigner(settings.VAR_DIR / "signing" / "demo.p12", "contoh")
    raise SigningUnavailable("no key is set: SIGNING_KEY, SIGNING_MODULE or SIGNING_URL")


def make_demo_key(
    path: Path,
    passphrase: str,
    *,
    begins: int = -1,
    days: int = 730,
    name: str = "CONTOH – bukan tanda tangan",
) -> None:
    """Write a new key with a certificate of its own, readable by the owner alone.

    The certificate holds from ``begins`` until ``days``, both in days from now.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = make_x509.Name([make_x509.NameAttribute(make_x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(tz=UTC)
    usage = make_x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        make_x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(make_x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = pkcs12.serialize_key_and_certificates(
        b"demo", key, certificate, None, BestAvailableEncryption(passphrase.encode())
    )
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(sealed)
    temporary.replace(path)
