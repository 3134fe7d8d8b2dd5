"""Reads a file from its input, which must be a real file, with little time and memory.

Prints one line of JSON: ``{"kind": …}`` for a file that may be kept, ``{"refused": …}`` with a code for one
that may not. After the line of a picture comes the picture itself, made anew. It ends with an error for a
file that can't be read, however it fails.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))

from training.looking.kinds import look
from training.looking.refused import Refused

MEMORY = 640 * 1024 * 1024
"""Bytes of addresses, libraries included."""
SECONDS = 10
"""Of processor time."""


def main() -> None:
    with suppress(ValueError, OSError):  # not every system bounds a process's addresses
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    made = b""
    try:
        kind, made = look(sys.stdin.buffer)
        found = {"kind": kind}
    except Refused as refused:
        found = {"refused": refused.code}
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
