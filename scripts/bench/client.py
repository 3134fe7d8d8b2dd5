"""A small load: some connections that stay open, each asking for the next address until all are asked.

    python -m scripts.bench.client PORT CONNECTIONS REQUESTS < addresses

It reads no more of an answer than its length, so that it takes little of the processor that the server
is measured on. Prints one line of JSON.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from itertools import count

TIMEOUT = 60.0
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Connection:
    """Keeps one socket open; opens another when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, request: bytes) -> tuple[int, int]:
        """The status and the number of bytes of the answer."""
        try:
            self.socket.sendall(request)
            return self._read()
        except (ConnectionResetError, BrokenPipeError):
            self.close()
            self.socket = self._open()
            self.socket.sendall(request)
            return self._read()

    def _read(self) -> tuple[int, int]:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._some()
        head, got = received[:end], len(received) - end - 4
        length = LENGTH.search(head)
        if length is None:
            raise ValueError("an answer without its length")
        size = int(length[1])
        while got < size:
            got += len(self._some())
        return int(head[9:12]), size

    def _some(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionResetError("the server has closed the connection")
        return part

    def close(self) -> None:
        self.socket.close()


def run(port: int, connections: int, requests: int, paths: list[str]) -> dict[str, object]:
    """Seconds in all, answers other than 200, bytes, and the milliseconds of each request."""
    texts = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n\r\n".encode()
        for path in paths
    ]
    turns, times, failed, sizes = count(), [], [], []
    opened = [Connection(port) for _ in range(connections)]

    def work(connection: Connection) -> None:
        while (turn := next(turns)) < requests:
            started = time.perf_counter()
            status, size = connection.ask(texts[turn % len(texts)])
            times.append((time.perf_counter() - started) * 1000)
            sizes.append(size)
            if status != 200:
                failed.append(status)

    threads = [threading.Thread(target=work, args=[connection]) for connection in opened]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    for connection in opened:
        connection.close()
    missing = requests - len(times)
    return {"seconds": seconds, "failed": len(failed) + missing, "bytes": sum(sizes), "times": times}


def main() -> None:
    port, connections, requests = map(int, sys.argv[1:4])
    print(json.dumps(run(port, connections, requests, sys.stdin.read().split())))


if __name__ == "__main__":
    main()
