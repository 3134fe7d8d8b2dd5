"""Looks into a PDF file that anybody may have made: a program of its own, with little time and memory.

Reads the file from its input and prints its signatures as JSON, the oldest first: the SHA-256 of the signer's
certificate, and whether the signature holds and covers the whole file. It ends with an error for a file that
can't be read, however it fails. It knows nothing of the site.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

MEMORY = 1 << 30
"""Bytes."""
SECONDS = 6
"""Of processor time; loading the library takes one or two."""


def signatures(content: bytes) -> list[dict[str, Any]]:
    """The signatures in ``content``. Raises whatever the library's parsers raise, which is much."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    found = []
    for signature in PdfFileReader(BytesIO(content), strict=False).embedded_signatures:
        status = validate_pdf_signature(signature, skip_diff=True)
        whole = status.intact and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        signer = hashlib.sha256(signature.signer_cert.dump()).hexdigest()
        found.append({"signer": signer, "whole": bool(whole)})
    return found


def main() -> None:
    with suppress(ValueError, OSError):  # not every system bounds a process's addresses
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(json.dumps(signatures(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
