"""A mail server on loopback that behaves as a test says, and keeps what it was given."""

from __future__ import annotations

import socketserver
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
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
    line, or one of the words above; it is given as often as ``times`` says, for ever without it. Each message
    is taken in ``takes`` seconds, as by a server that looks into it first.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, takes: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: dict[str, str] = {}
        self.times: int | None = None
        self.takes = takes
        self.held: list[bytes] = []
        """The messages that it was given whole and did not refuse, whatever it said of them."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """As ``EMAIL_URL`` takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        """The messages in ``held``, the first first."""
        return [message_from_bytes(content, policy=policy.default) for content in list(self.held)]

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
        try:
            self._say("220 ready")
            for line in self.rfile:
                verb = line.decode().split()[0].upper()
                answer = self._reply(verb)
                if answer.startswith("354"):
                    answer = self._take()
                if not answer or verb == "QUIT":
                    return
        except ConnectionError:  # the client was killed
            return

    def _take(self) -> str:
        """A message that was not given to its end was not taken."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return ""
            lines.append(line[1:] if line.startswith(b"..") else line)
        time.sleep(self.server.takes)
        answer = self.server.answer(".")
        if not answer.startswith(("4", "5")):
            # Held before it is said: a client that is killed meanwhile was not told of it.
            self.server.held.append(b"".join(lines))
        return self._give(answer)

    def _reply(self, verb: str) -> str:
        return self._give(self.server.answer(verb))

    def _give(self, answer: str) -> str:
        """What was said; nothing when the conversation ends here."""
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
def mail_server(takes: float = 0.0) -> Iterator[MailServer]:
    """One that listens until the end of the block."""
    with MailServer(takes) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
