"""What somebody may do to a signed paper who has no key of ours, for tests."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from tests.training.apart import apart
from training.signing import make_demo_key


def changed(content: bytes) -> bytes:
    """The paper with another letter in its title."""
    place = content.index(b"/Title") + 10
    return content[:place] + b"X" + content[place + 1 :]


def extended(content: bytes) -> bytes:
    """The paper with something added after its signature."""
    output = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.set_custom_trailer_entry("/Extra", writer.add_object(NumberObject(1)))
    writer.write(output)
    return output.getvalue()


def signed_by_another(page: bytes, folder: Path) -> bytes:
    """The unsigned ``page`` signed with a key that is made in ``folder``."""
    make_demo_key(folder / "other.p12", "x", name="Orang lain")
    other = signers.SimpleSigner.load_pkcs12(str(folder / "other.p12"), passphrase=b"x")
    metadata = signers.PdfSignatureMetadata(field_name="A", subfilter=fields.SigSeedSubFilter.PADES)
    signed = apart(signers.sign_pdf, IncrementalPdfFileWriter(BytesIO(page)), metadata, signer=other)
    return bytes(signed.getvalue())
