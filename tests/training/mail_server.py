"""A mail server on loopback that behaves as a test says, and keeps what it was given."""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from socket import SO_LINGER, SOL_SOCKET
from threading import Thread

GONE = "gone"
"""The connection is closed."""
RESET = "reset"
"""The connection is cut."""
SILENT = "silent"
"""No reply comes; the connection stays open."""
NOISE = "noise"
"""What comes is no reply of SMTP."""


class MailServer(socketserver.ThreadingTCPServer):
    """Answers every command by 250, unless ``answers`` says otherwise for its verb.

    The verb ``.`` stands for the end of a message: what the server says when it has all of it. An answer is a
    line, or one of the words above; it is given as often as ``times`` says, for ever without it.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: dict[str, str] = {}
        self.times: int | None = None
        self.held: list[str] = []
        """The messages that it was given whole and did not refuse, whatever it said of them."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer(self, verb: str) -> str:
        usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
        if verb not in self.answers or self.times == 0:
            return usual
        if self.times is not None:
            self.times -= 1
        return self.answers[verb]


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            verb = line.decode().split()[0].upper()
            answer = self._reply(verb)
            if answer.startswith("354"):
                answer = self._take()
            if not answer or verb == "QUIT":
                return

    def _take(self) -> str:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode())
        answer = self._reply(".")
        if not answer.startswith(("4", "5")):
            self.server.held.append("".join(lines))
        return answer

    def _reply(self, verb: str) -> str:
        """What was said; nothing when the conversation ends here."""
        answer = self.server.answer(verb)
        if answer == SILENT:
            self.rfile.read()  # until the other side gives up
        elif answer == RESET:
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        elif answer != GONE:
            self._say("hm?" if answer == NOISE else answer)
            return answer
        return ""

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One that listens until the end of the block."""
    with MailServer() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
