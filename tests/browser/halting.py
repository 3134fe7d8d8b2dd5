"""A line to the site that stops in the middle of a page until the test lets it go on. Loopback only."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

PASSED_ON = ("Content-Type", "Location", "Content-Security-Policy", "Cache-Control")
PATIENCE = 20.0


class Line:
    """Passes every request to ``upstream``; an answer that holds ``stop`` waits before it for ``go_on``."""

    def __init__(self, upstream: str, stop: bytes) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.stop = stop
        self.halted = False
        self.free = Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"line": self}))
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def go_on(self) -> None:
        self.free.set()


class Handler(BaseHTTPRequestHandler):
    line: Line

    def do_GET(self) -> None:
        connection = http.client.HTTPConnection(self.line.upstream, timeout=PATIENCE)
        connection.request("GET", self.path, headers={"Accept-Encoding": "identity"})
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in PASSED_ON:
            if value := answer.headers.get(name):
                self.send_header(name, value)
        self.end_headers()
        self.write(body)
        connection.close()

    def write(self, body: bytes) -> None:
        before, stop, after = body.partition(self.line.stop)
        self.wfile.write(before)
        if stop:
            self.line.halted = True
            self.line.free.wait(PATIENCE)
            self.wfile.write(stop + after)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def halting(upstream: str, stop: bytes) -> Iterator[Line]:
    """Serve ``upstream`` by a line that halts at the first ``stop`` of an answer."""
    line = Line(upstream, stop)
    thread = Thread(target=line.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.go_on()
        line.server.shutdown()
        line.server.server_close()
        thread.join(PATIENCE)
