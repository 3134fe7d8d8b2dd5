"""A call of the engine ends when its time is used up, however a server spreads what it says."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread

import pytest
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import Elasticsearch

from search.engines.elasticsearch.client import answering, connect
from search.engines.elasticsearch.deadline import one_call
from search.errors import SearchUnavailable

LIMIT = 0.5
PAUSE = 0.05
BODY = b'{"took":1,"hits":{"hits":[]},"padding":"' + b"x" * 400 + b'"}'
HEAD = (
    b"HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\n"
    b"Content-Type: application/vnd.elasticsearch+json;compatible-with=9\r\n"
)
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"1\r\n%c\r\n" % byte for byte in BODY)
TLS = b"\x16\x03\x03\x3f\xff" + b"\x02" * 2_000
"""The beginning of a handshake whose first record is long."""


class Server:
    """Sends ``answer`` to each request: ``at_once`` bytes of it, then 7 after each pause. Counts both."""

    def __init__(self, answer: bytes, at_once: int) -> None:
        self.answer, self.at_once = answer, at_once
        self.connections = self.requests = 0
        self.trickled = 0.0
        self.ended = Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        with closing(connection):
            try:
                while connection.recv(65_536):
                    self.requests += 1
                    self.send(connection)
            except OSError:
                return

    def send(self, connection: socket.socket) -> None:
        connection.sendall(self.answer[: self.at_once])
        for start in range(self.at_once, len(self.answer), 7):
            if self.ended.wait(PAUSE):
                return
            connection.sendall(self.answer[start : start + 7])
            self.trickled += PAUSE

    def close(self) -> None:
        self.ended.set()
        self.listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    started = []

    def start(answer: bytes, at_once: int) -> Server:
        started.append(Server(answer, at_once))
        return started[-1]

    yield start
    for server in started:
        server.close()


def client_of(url: str, seconds: float = LIMIT) -> Elasticsearch:
    return connect({"HOSTS": [url], "READ_SECONDS": seconds})


@contextmanager
def answering_fails(words: str) -> Iterator[None]:
    with pytest.raises(SearchUnavailable, match=words), answering():
        yield


TRICKLES = {
    "status line": ("http", WHOLE, 0),
    "headers": ("http", WHOLE, 17),
    "body": ("http", WHOLE, len(WHOLE) - len(BODY)),
    "chunks": ("http", CHUNKED, len(HEAD) + 30),
    "handshake": ("https", TLS, 5),
}


@pytest.mark.parametrize(("scheme", "answer", "at_once"), TRICKLES.values(), ids=TRICKLES)
def test_an_answer_that_trickles_is_cut_when_its_time_is_over(serve, scheme, answer, at_once):
    server = serve(answer, at_once)
    with client_of(f"{scheme}://127.0.0.1:{server.port}") as client, answering_fails("in time"):
        client.search(index="any")
    assert 0 < server.trickled < 2 * LIMIT


def test_one_that_comes_in_many_pieces_within_its_time_is_read_whole_and_its_connection_kept(serve):
    server = serve(CHUNKED + b"0\r\n\r\n", len(CHUNKED) - 40)
    with client_of(f"http://127.0.0.1:{server.port}", 20.0) as client:
        for _ in range(3):
            assert client.search(index="any")["padding"] == "x" * 400
    assert (server.connections, server.requests) == (1, 3)


def test_a_request_that_has_no_time_left_is_not_sent(serve):
    server = serve(WHOLE, len(WHOLE))
    with client_of(f"http://127.0.0.1:{server.port}") as client:

        @one_call
        def ask_late() -> None:
            client.search(index="any")
            time.sleep(LIMIT)
            with pytest.raises(TransportError):
                client.search(index="any")
            assert client.transport.node_pool.get().config.port == server.port, "no node is put aside"

        ask_late()
        assert server.requests == 1
        client.search(index="any")
    assert server.requests == 2, "the next call has its own time"


def named(monkeypatch, *addresses: str) -> None:
    """Give the name ``cluster.example`` these addresses."""
    system = socket.getaddrinfo

    def look_up(host, port, *more):
        asked = addresses if host == "cluster.example" else (host,)
        return [found for one in asked for found in system(one, port, *more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_with_several_addresses_is_tried_at_each(serve, monkeypatch):
    server = serve(WHOLE, len(WHOLE))
    named(monkeypatch, "127.0.0.2", "127.0.0.1")
    with client_of(f"http://cluster.example:{server.port}", 20.0) as client:
        assert client.search(index="any")["took"] == 1


def test_all_addresses_of_a_name_share_the_time(monkeypatch):
    """Each is a host that lets nobody connect: its queue is full."""
    with socket.create_server(("0.0.0.0", 0), backlog=0) as full:  # noqa: S104 - this machine's own addresses
        port = full.getsockname()[1]
        addresses = [f"127.0.0.{last}" for last in range(1, 7)]
        named(monkeypatch, *addresses)
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        began = time.monotonic()
        with client_of(f"http://cluster.example:{port}") as client, pytest.raises(ConnectionTimeout):
            client.search(index="any")
        assert LIMIT <= time.monotonic() - began < 3 * LIMIT
        for one in waiting:
            one.close()


def test_a_name_that_nobody_knows_is_trouble(monkeypatch):
    def unknown(*_place):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with client_of("http://cluster.example:9200") as client, answering_fails("reached"):
        client.search(index="any")
