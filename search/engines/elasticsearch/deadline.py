"""One deadline for a call of the engine, however many requests it makes and however an answer comes in.

The client's own limit is one for each time it waits for the network: a server that sends a byte now and then
is waited for without end. Here a request ends when its time is used up, by the clock, whatever arrived until
then; and the requests of one ``call`` share the time of one.

What is not bounded is how long the operating system looks for the address of a host's name.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast

from elastic_transport import HttpHeaders, NodeConfig, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType
from urllib3 import Timeout
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

P = ParamSpec("P")
T = TypeVar("T")

_begun: Final[ContextVar[float | None]] = ContextVar("begun", default=None)
"""When the call that this thread is in began."""


def one_call(method: Callable[P, T]) -> Callable[P, T]:
    """Have all requests that ``method`` makes, one after the other, share the time of one.

    A call within another belongs to that one.
    """

    @wraps(method)
    def timed(*args: P.args, **kwargs: P.kwargs) -> T:
        if _begun.get() is not None:
            return method(*args, **kwargs)
        token = _begun.set(time.monotonic())
        try:
            return method(*args, **kwargs)
        finally:
            _begun.reset(token)

    return timed


class PunctualNode(Urllib3HttpNode):
    """A host of the cluster, each request to which ends within its time."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        plain = self.pool.ConnectionCls
        self.pool.ConnectionCls = type("PunctualConnection", (_Punctual, plain), {})
        # Where all kept connections are in use a new one is made: nobody waits for somebody else's answer.
        self.pool.block = False

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """As the client's own.

        Raises ``ConnectionTimeout`` when the request's time is used up, ``TransportError`` when those before
        it in the same call left nothing of it.
        """
        limit = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        begun = _begun.get()
        if limit is not None and begun is not None:
            limit -= time.monotonic() - begun
            if limit <= 0:
                # No timeout of this node: it was not asked, and is not put aside.
                raise TransportError("The requests before this one took the time of the call")
        # urllib3 takes a number for two limits, one to connect and one to read.
        whole = cast(float, Timeout(total=limit))
        return super().perform_request(method, target, body, headers, request_timeout=whole)


if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse

    _Connection = HTTPConnection
else:
    _Connection = object


class _Punctual(_Connection):
    """What a connection, plain or by TLS, does within the time that it is given."""

    def _new_conn(self) -> socket.socket:
        """Connect: all addresses of the host's name, and the handshake that follows, share the time."""
        name, given = self._dns_host, self.timeout
        left = _countdown(given)
        trouble = NewConnectionError(self, f"{name} has no address")
        try:
            for address in _addresses(self, name):
                self._dns_host, self.timeout = address, left()
                try:
                    connected = super()._new_conn()
                except NewConnectionError as error:
                    trouble = error
                    continue
                connected.settimeout(left())
                return connected
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        finally:
            self._dns_host, self.timeout = name, given
        raise trouble

    class response_class(HTTPResponse):
        """An answer, read to its end within the time that is left when it is first waited for."""

        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = BufferedReader(_Bounded(self.fp.detach(), sock))


class _Bounded(RawIOBase):
    """What comes from a socket, for as long as the socket would wait once, counted from now."""

    def __init__(self, raw: RawIOBase, sock: socket.socket) -> None:
        self.raw = raw
        self.sock = sock
        self.left = _countdown(sock.gettimeout())

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(self.left())
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


def _addresses(connection: HTTPConnection, name: str) -> Iterator[str]:
    """Each address of a host's name once, in the system's order."""
    try:
        found = socket.getaddrinfo(name, connection.port, allowed_gai_family(), socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise NameResolutionError(name, connection, error) from error
    yield from dict.fromkeys(str(place[0]) for *_kind, place in found)


def _countdown(seconds: Any) -> Callable[[], float | None]:
    """What is left of ``seconds`` from now on, or ``TimeoutError`` when nothing is. None has no end."""
    if seconds is None:
        return lambda: None
    ends = time.monotonic() + seconds

    def left() -> float:
        if (now := time.monotonic()) >= ends:
            raise TimeoutError("the time of the request is used up")
        return ends - now

    return left
