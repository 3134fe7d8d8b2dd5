"""Writing: in bulk, each change acknowledged by itself, versions decided by the cluster.

A document's version is the record's own, given as an external one: the cluster refuses an older one, also
after a deletion, because a deletion is a document too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from elasticsearch import Elasticsearch

from search.engines.base import IndexBuild
from search.engines.elasticsearch.client import WRITE_SECONDS, answering
from search.engines.elasticsearch.documents import encode
from search.engines.elasticsearch.indices import Indices, writes
from search.engines.elasticsearch.layout import Layout
from search.errors import RebuildRunning, SearchUnavailable
from search.types import Acknowledgement, Change, Document, IndexState

BULK_BYTES: Final = 4_000_000
"""What one bulk request holds at most; a single larger document goes alone."""
REFUSALS = (TypeError, ValueError, OverflowError)
_FAILED, _NO_INDEX, _OLDER = 300, 404, 409
_LATER: Final = frozenset({429, 500, 502, 503, 504})
"""Answers to an item that say nothing of it: its turn comes again."""

log = logging.getLogger(__name__)


Numbered = tuple[int, Change, bytes]
"""A change's place among those given, the change, its JSON."""


class Bulk:
    """Changes on their way into one generation, and into no other."""

    def __init__(self, client: Elasticsearch, generation: str, layout: Layout) -> None:
        self.client = client.options(request_timeout=WRITE_SECONDS)
        self.index = writes(generation)
        self.layout = layout

    def send(self, changes: Iterable[Change], *, refresh: bool) -> list[Acknowledgement]:
        """Write ``changes``, acknowledged in their order.

        With ``refresh`` what was written can be searched at the end. Raises ``SearchUnavailable`` when the
        cluster doesn't answer or takes nothing; what it took by then stays.
        """
        acknowledged: dict[int, Acknowledgement] = {}
        for batch in _batches(self._encoded(changes, acknowledged)):
            acknowledged |= self._send_batch(batch)
        if refresh:
            with answering():
                self.client.indices.refresh(index=self.index)
        return [acknowledged[place] for place in sorted(acknowledged)]

    def _encoded(self, changes: Iterable[Change], refused: dict[int, Acknowledgement]) -> Iterator[Numbered]:
        for place, change in enumerate(changes):
            try:
                yield place, change, encode(change, self.layout)
            except REFUSALS as error:
                refused[place] = _refused(change, f"{type(error).__name__}: {error}")

    def _send_batch(self, batch: Sequence[Numbered]) -> dict[int, Acknowledgement]:
        operations: list[Any] = []
        for _place, change, source in batch:
            action = {"_id": change.key, "version": change.version, "version_type": "external_gte"}
            operations += ({"index": action}, source)
        with answering():
            answer = self.client.bulk(index=self.index, operations=operations, require_alias=True)
        found = {}
        items = [item["index"] for item in answer["items"]]
        for (place, change, _source), item in zip(batch, items, strict=True):
            status = item["status"]
            if status < _FAILED or status == _OLDER:
                found[place] = Acknowledgement(change.key, change.version)
            elif status in _LATER:
                found[place] = Acknowledgement(change.key, change.version, later=True)
            else:
                found[place] = _refused(change, _reason(item["error"]))
        if all(item["status"] == _NO_INDEX for item in items):
            raise SearchUnavailable("the index is missing; it has to be built", IndexState.MISSING)
        if all(one.later for one in found.values()):
            raise SearchUnavailable(f"Elasticsearch takes nothing for now: {_reason(items[0]['error'])}")
        return found


def _batches(changes: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    batch: list[Numbered] = []
    size = 0
    for change in changes:
        if batch and size + len(change[2]) > BULK_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(change)
        size += len(change[2])
    if batch:
        yield batch


def _refused(change: Change, reason: str) -> Acknowledgement:
    return Acknowledgement(change.key, change.version, reason)


def _reason(error: Mapping[str, Any] | str) -> str:
    """The server's words without values of the document, which may be long."""
    if isinstance(error, str):
        return error
    return f"{error.get('type', 'error')}: {error.get('reason', '')}"[:500]


class ElasticsearchBuild(IndexBuild):
    """A new index that no alias names until it is activated.

    Two builds of one process exclude each other here, those of several by the lease in ``search.rebuild``.
    """

    _running: set[str] = set()
    _lock = Lock()

    def __init__(
        self, client: Elasticsearch, indices: Indices, layout: Layout, *, shards: int, replicas: str
    ) -> None:
        self.client = client.options(request_timeout=WRITE_SECONDS)
        self.indices = indices
        self.name = indices.new_name()
        with self._lock:
            if indices.prefix in self._running:
                raise RebuildRunning("this process builds the index already")
            self._running.add(indices.prefix)
        try:
            with answering():
                indices.drop_orphans()
                indices.create(self.name, shards=shards, replicas=replicas)
        except BaseException:
            self._release()
            raise
        self._bulk = Bulk(client, self.name, layout)

    def load(self, documents: Iterable[Document]) -> int:
        """Add documents; those that cannot be indexed are left out and logged."""
        done = self._bulk.send(documents, refresh=False)
        for refused in done:
            if refused.error is not None:
                log.error("record %s cannot be indexed: %s", refused.key, refused.error)
        return sum(one.error is None for one in done)

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return self._bulk.send(changes, refresh=False)

    def activate(self) -> None:
        with answering():
            self.client.indices.refresh(index=self.name)
            self.client.indices.put_settings(index=self.name, settings={"refresh_interval": None})
            self.indices.switch(self.name)
        self._release()

    def discard(self) -> None:
        try:
            with answering():
                self.indices.drop(self.name)
        except SearchUnavailable as error:
            log.warning("%s could not be removed; the next rebuild does it: %s", self.name, error)
        finally:
            self._release()

    def _release(self) -> None:
        with self._lock:
            self._running.discard(self.indices.prefix)
