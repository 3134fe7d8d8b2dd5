"""A mail server on loopback that keeps what it accepted. It speaks as much SMTP as smtplib asks for."""

from __future__ import annotations

import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock, Thread

PATIENCE = 20.0
"""Seconds a client may be silent."""


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts every mail, each after ``takes`` seconds, as a server does that looks into it first."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, takes: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.takes = takes
        self._accepted: list[bytes] = []
        self._lock = Lock()

    @property
    def url(self) -> str:
        """As ``EMAIL_URL`` takes it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def accept(self, content: bytes) -> None:
        with self._lock:
            self._accepted.append(content)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was accepted so far, the first first."""
        with self._lock:
            return [message_from_bytes(content, policy=policy.default) for content in self._accepted]


class _Conversation(socketserver.StreamRequestHandler):
    timeout = PATIENCE
    server: MailServer

    def handle(self) -> None:
        try:
            self._say("220 test")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"QUIT":
                    self._say("221 bye")
                    return
                if word == b"DATA":
                    self._take()
                else:
                    self._say("250 ok")
        except OSError:  # the client was killed
            return

    def _take(self) -> None:
        """A mail that was not given to its end was not accepted."""
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line[1:] if line.startswith(b"..") else line)
        time.sleep(self.server.takes)
        self.server.accept(b"".join(lines))
        self._say("250 accepted")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(takes: float = 0.0) -> Iterator[MailServer]:
    """One that runs while the block does."""
    with MailServer(takes) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(PATIENCE)
