"""The connection to the cluster: bounded in time, and its troubles said in search's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final, TypeVar

from elastic_transport import ConnectionTimeout, SerializationError, TextSerializer, TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError
from elasticsearch.serializer import CompatibilityModeJsonSerializer

from search.engines.elasticsearch.deadline import PunctualNode
from search.errors import SearchUnavailable
from search.types import IndexState

T = TypeVar("T")

READ_SECONDS: Final = 1.0
"""Longest a visitor's call of the engine waits for the cluster, with all the requests that it makes."""
WRITE_SECONDS: Final = 60.0
"""Longest a follower's batch waits; nobody waits for a follower."""
ADMINISTRATION_SECONDS: Final = 30.0
"""Longest that making, switching, reading the settings of or removing an index takes: as long as the cluster
itself waits for its master, and less than the lease of a rebuild."""
_NOT_NOW: Final = frozenset({401, 403, 407, 408, 429})
"""Answers that, like all from 500 on, say nothing of the request: the cluster is busy, blocked or short of a
shard, or what stands before it lets nobody through."""
GONE: Final = frozenset(
    {"index_not_found_exception", "no_shard_available_action_exception", "search_phase_execution_exception"}
)
"""What a request is told whose index was removed under it."""


class CompatibleJson(OrjsonSerializer):
    """JSON as the client speaks it with a server: under the name of the version both understand."""

    mimetype: ClassVar[str] = CompatibilityModeJsonSerializer.mimetype


class WebPage(TextSerializer):
    """Elasticsearch never answers with a page: a proxy before it does, or whoever has its port now.

    The client itself looks at its first answer only.
    """

    mimetype: ClassVar[str] = "text/html"

    def loads(self, data: bytes) -> str:
        raise SerializationError("a web page answers, not Elasticsearch")


def following(ask: Callable[[], T]) -> T:
    """``ask()``, once more where its index was removed meanwhile: by then the alias names the next one."""
    try:
        return ask()
    except ApiError as error:
        if error.error not in GONE:
            raise
        return ask()


def connect(options: Mapping[str, Any]) -> Elasticsearch:
    """A client for ``HOSTS`` with whatever of ``API_KEY``, ``BASIC_AUTH`` and ``CA_CERTS`` is set.

    Where a connection fails another host is asked, or the same one once more: a server may close a
    connection that was kept. One that hangs, or says that it is busy, is not asked twice. No answer is
    waited for longer than the time it has, however it comes in.
    """
    hosts = list(options["HOSTS"])
    security = {
        name.lower(): options[name] for name in ("API_KEY", "BASIC_AUTH", "CA_CERTS") if options.get(name)
    }
    return Elasticsearch(
        hosts,
        node_class=PunctualNode,
        request_timeout=options.get("READ_SECONDS", READ_SECONDS),
        max_retries=max(1, len(hosts) - 1),
        retry_on_timeout=False,
        retry_on_status=(),
        serializers={kind.mimetype: kind() for kind in (WebPage, OrjsonSerializer, CompatibleJson)},
        **security,
    )


@contextmanager
def answering() -> Iterator[None]:
    """Turns the client's errors into ``SearchUnavailable``.

    Where the cluster answers that it has no such index, the error's state says so. What it refuses as
    malformed is a fault of ours and stays what it is.
    """
    try:
        yield
    except ConnectionTimeout as error:
        raise SearchUnavailable("Elasticsearch does not answer in time") from error
    except TransportError as error:
        raise SearchUnavailable(f"Elasticsearch cannot be reached: {error.message}") from error
    except UnsupportedProductError as error:
        raise SearchUnavailable("what answers is not Elasticsearch") from error
    except ApiError as error:
        if error.status_code == 404:
            reason = "the index is missing; it has to be built"
            raise SearchUnavailable(reason, IndexState.MISSING) from error
        if error.status_code in _NOT_NOW or error.status_code >= 500:
            raise SearchUnavailable(f"Elasticsearch refuses for now: {error.message}") from error
        raise
