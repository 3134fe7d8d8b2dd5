"""A small HTTP proxy in front of a real server, with faults to switch on. Loopback only."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

NOT_FORWARDED = {"host", "connection", "transfer-encoding", "content-length", "accept-encoding"}
PATIENCE = 20.0
DELAY = 1.2
"""Seconds a slow server takes: longer than a visitor's request waits."""
PIECE, PAUSE = 7, 0.1
"""Bytes, and seconds before each such piece of a body that trickles: no wait is long, all of them are."""


class FaultProxy:
    """``fault`` is what happens to the next requests, those alone that have ``only`` in their path.

    ``hang``: no answer until the fault ends. ``held``: the request goes on when the fault ends, even if its
    sender has gone. ``mute``: the server takes it, and its answer is kept until the fault ends. ``slow``: it
    goes on after ``DELAY``. ``trickle``: the answer's body comes piece by piece until the fault ends.
    ``reset``, ``cut``: the connection breaks before or within the answer. ``refuse``: nobody listens.
    ``stranger``: something else answers. A number is the status of the answer.

    ``paths`` are those of all requests that arrived, ``connections`` counts connections and ``answers`` what
    the server answered, ``trickled`` how many seconds answers trickled. ``met`` is set when a request meets
    the fault. ``on_sent`` is called with each path when a request has gone to the server and its answer is
    still to come. ``rewrite`` changes the body of answers to bulk requests, as when single items are refused.
    ``hold`` says how many seconds a request of a method and a path is kept before it is passed on.
    """

    FAULTS = ("hang", "slow", "trickle", "reset", "cut", "refuse", "stranger", "401", "429", "503")

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.only = ""
        self.paths: list[str] = []
        self.connections = self.answers = 0
        self.trickled = 0.0
        self.rewrite: Callable[[dict], dict] | None = None
        self.hold: Callable[[str, str], float] = lambda method, path: 0.0
        self.on_sent: Callable[[str], object] = lambda path: None
        self.met, self.ended = Event(), Event()
        self._fault = ""
        self._listener: Listener | None = Listener(self, 0)
        self.port = self._listener.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> int:
        return len(self.paths)

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, fault: str) -> None:
        self._fault = fault
        self.ended.set()  # whoever was held by the fault before this one
        if fault:
            self.met, self.ended = Event(), Event()
        if fault == "refuse" and self._listener:
            self._listener.close()
            self._listener = None
        if fault != "refuse" and self._listener is None:
            self._listener = Listener(self, self.port)

    def close(self) -> None:
        self.fault = ""
        if self._listener:
            self._listener.close()


class Listener(ThreadingHTTPServer):
    """Accepts connections from its making on, each in a thread."""

    daemon_threads = True

    def __init__(self, proxy: FaultProxy, port: int) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", port), type("Bound", (Handler,), {"proxy": proxy}))
        self._thread = Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def process_request(self, request, client_address) -> None:
        self.proxy.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request, client_address) -> None:
        """A client or a server that has gone is what the tests are about; the connection just ends."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, or fails as the proxy says."""

    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault, ended = self.proxy.fault, self.proxy.ended
        self.proxy.paths.append(self.path)
        time.sleep(self.proxy.hold(self.command, self.path))
        if fault and self.proxy.only in self.path:
            self.proxy.met.set()
            if fault in {"held", "slow"}:
                ended.wait(PATIENCE if fault == "held" else DELAY)
            elif fault not in {"mute", "trickle"}:
                return self.fail(fault, ended)
        return self.forward(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def fail(self, fault: str, ended: Event) -> None:
        self.close_connection = True
        if fault == "hang":
            ended.wait(PATIENCE)
        elif fault in {"reset", "refuse"}:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"took":')
        elif fault == "stranger":
            self.answer(200, [("Content-Type", "text/html")], b"<h1>It works!</h1>")
        else:
            self.answer(int(fault), [("Content-Type", "application/json")], b'{"error":"busy"}')

    def forward(self, body: bytes) -> None:
        onward = http.client.HTTPConnection(
            self.proxy.upstream.hostname or "", self.proxy.upstream.port, timeout=PATIENCE
        )
        kept = {k: v for k, v in self.headers.items() if k.lower() not in NOT_FORWARDED}
        try:
            onward.request(self.command, self.path, body or None, kept)
            self.proxy.on_sent(self.path)
            answer = onward.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # the server has gone: the client is told nothing
            return
        finally:
            onward.close()
        self.proxy.answers += 1
        if self.proxy.fault == "mute" and self.proxy.only in self.path:
            self.proxy.ended.wait(PATIENCE)
        if self.proxy.rewrite and "/_bulk" in self.path:
            content = json.dumps(self.proxy.rewrite(json.loads(content))).encode()
        headers = [(k, v) for k, v in answer.getheaders() if k.lower() not in NOT_FORWARDED]
        self.answer(answer.status, headers, content)

    def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.proxy.fault == "trickle" and self.proxy.only in self.path:
            content = self.trickle(content)
        self.wfile.write(content)

    def trickle(self, content: bytes) -> bytes:
        """Send piece after piece while the fault lasts; what is left then."""
        ended = self.proxy.ended
        while content and not ended.wait(PAUSE):
            self.wfile.write(content[:PIECE])
            self.proxy.trickled += PAUSE
            content = content[PIECE:]
        return content

    def log_message(self, *args: object) -> None:
        """A test says what it needs to say itself."""


@contextmanager
def proxy(upstream: str) -> Iterator[FaultProxy]:
    made = FaultProxy(upstream)
    try:
        yield made
    finally:
        made.close()
