"""Runs the programs that look into files anybody may have made: few at a time, and not for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

LONGEST_SECONDS = 15
AT_ONCE = 2
"""Files that a process looks into at the same time."""
_running = BoundedSemaphore(AT_ONCE)


class TooBusy(Exception):
    """Enough files are being looked into; a moment later there is room."""


def look_into(
    program: str, *, content: bytes | None = None, file: IO[bytes] | None = None, wait: float = 0
) -> bytes | None:
    """What the program at ``program`` below this package prints about a file; ``None`` when it failed.

    The file is given as bytes, or open from its start. ``wait`` is how many seconds may pass before there is
    room. Raises ``TooBusy`` when there is none then.
    """
    # Isolated: neither the environment nor the folder the site runs in has a say in what it loads.
    command = [sys.executable, "-I", str(Path(__file__).parent / program)]
    if not _running.acquire(timeout=wait) if wait else not _running.acquire(blocking=False):
        raise TooBusy
    try:
        # Where there is no file, the bytes are written to the program's input.
        told: subprocess.CompletedProcess[bytes] = subprocess.run(
            command, stdin=file, input=content, capture_output=True, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None
    finally:
        _running.release()
    return told.stdout if told.returncode == 0 else None
