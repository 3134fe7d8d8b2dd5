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


class FaultProxy:
    """``fault`` is what happens to the next requests; ``requests`` counts those that arrived.

    ``rewrite`` changes the body of answers to bulk requests, as when single items are refused. ``hold`` says
    how many seconds a request of a method and a path is kept before it is passed on.
    """

    FAULTS = ("hang", "reset", "429", "503", "cut")

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.fault = ""
        self.requests = 0
        self.rewrite: Callable[[dict], dict] | None = None
        self.hold: Callable[[str, str], float] = lambda method, path: 0.0
        self.released = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, or fails as the proxy says."""

    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.proxy.requests += 1
        time.sleep(self.proxy.hold(self.command, self.path))
        if self.proxy.fault:
            self.fail(self.proxy.fault)
        else:
            self.forward(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def fail(self, fault: str) -> None:
        self.close_connection = True
        if fault == "hang":
            self.proxy.released.wait(PATIENCE)
        elif fault == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"took":')
        else:
            self.answer(int(fault), [("Content-Type", "application/json")], b'{"error":"busy"}')

    def forward(self, body: bytes) -> None:
        onward = http.client.HTTPConnection(
            self.proxy.upstream.hostname or "", self.proxy.upstream.port, timeout=PATIENCE
        )
        kept = {k: v for k, v in self.headers.items() if k.lower() not in NOT_FORWARDED}
        onward.request(self.command, self.path, body or None, kept)
        answer = onward.getresponse()
        content = answer.read()
        if self.proxy.rewrite and "/_bulk" in self.path:
            content = json.dumps(self.proxy.rewrite(json.loads(content))).encode()
        headers = [(k, v) for k, v in answer.getheaders() if k.lower() not in NOT_FORWARDED]
        onward.close()
        self.answer(answer.status, headers, content)

    def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """A test says what it needs to say itself."""


@contextmanager
def proxy(upstream: str) -> Iterator[FaultProxy]:
    made = FaultProxy(upstream)
    try:
        yield made
    finally:
        made.close()
