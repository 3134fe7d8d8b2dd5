"""Asks a virus scanner about a file, where UPLOAD_SCANNER names one that speaks clamd's INSTREAM."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""For each word with the scanner."""
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_CLEAN, _FOUND = b" OK", b" FOUND"


class Infected(Exception):
    """The scanner says that the file is harmful."""


class ScannerAway(Exception):
    """Whether the file is clean can't be known now."""


def scan(file: IO[bytes]) -> None:
    """Read ``file`` from its start to the scanner; nothing happens where none is set.

    Raises ``Infected``, and ``ScannerAway`` when it does not answer, or not with yes or no.
    """
    where = settings.UPLOAD_SCANNER
    if not where:
        return
    try:
        answer = _ask(where, file)
    except OSError as error:
        logger.error("Uploads are refused: the virus scanner does not answer (%s)", type(error).__name__)
        raise ScannerAway from error
    if answer.endswith(_FOUND):
        raise Infected
    if not answer.endswith(_CLEAN):
        logger.error("Uploads are refused: the virus scanner answers neither OK nor FOUND")
        raise ScannerAway


def _ask(where: Mapping[str, Any], file: IO[bytes]) -> bytes:
    with _connection(where) as line:
        file.seek(0)
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(_CHUNK):
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
        file.seek(0)
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            if not (more := line.recv(_LONGEST_ANSWER)):
                break
            answer += more
    return answer.rstrip(b"\0\r\n ")


def _connection(where: Mapping[str, Any]) -> socket.socket:
    if "path" not in where:
        return socket.create_connection((where["host"], where["port"]), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    try:
        line.connect(where["path"])
    except OSError:
        line.close()
        raise
    return line
