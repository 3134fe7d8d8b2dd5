"""Writing: in bulk, each change acknowledged by itself, versions decided by the cluster.

A document's version is the record's own, given as an external one: the cluster refuses an older one, also
after a deletion, because a deletion is a document too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import Any, Final

import orjson
from elasticsearch import Elasticsearch

from search.engines.base import IndexBuild
from search.engines.elasticsearch.client import WRITE_SECONDS, answering
from search.engines.elasticsearch.documents import encode
from search.engines.elasticsearch.indices import Indices, writes
from search.engines.elasticsearch.layout import Layout
from search.errors import RebuildRunning, SearchUnavailable
from search.refusals import refused, without_content
from search.types import Acknowledgement, Change, Document, IndexState, Refusal

BULK_BYTES: Final = 4_000_000
"""What one bulk request holds at most; a single larger document goes alone."""
REFUSALS = (TypeError, ValueError, OverflowError)
_FAILED, _NO_INDEX, _OLDER = 300, 404, 409
_LATER: Final = frozenset({429, 500, 502, 503, 504})
"""Answers to an item that say nothing of it: its turn comes again."""

_TOO_LARGE: Final = "immense term"
_FIELD: Final = frozenset(
    {"document_parsing_exception", "mapper_parsing_exception", "strict_dynamic_mapping_exception"}
)
"""The server's names for a value that does not fit, or has no place in the mapping."""

log = logging.getLogger(__name__)


Numbered = tuple[int, Change, bytes]
"""A change's place among those given, the change, its JSON."""
Places = dict[int, Acknowledgement]
"""A change's place among those given → its acknowledgement."""


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
        failed: Places = {}
        done = self.send_encoded(self.encoded(changes, failed), failed)
        if refresh:
            with answering():
                self.client.indices.refresh(index=self.index)
        return done

    def send_encoded(self, changes: Iterable[Numbered], failed: Places) -> list[Acknowledgement]:
        """As ``send``, for changes that are encoded, beside those that were refused at that."""
        acknowledged: Places = {}
        for batch in _batches(changes):
            acknowledged |= self._send_batch(batch)
        acknowledged |= failed
        return [acknowledged[place] for place in sorted(acknowledged)]

    def encoded(self, changes: Iterable[Change], failed: Places) -> Iterator[Numbered]:
        """Changes as JSON; those that can't be indexed go to ``failed``."""
        for place, change in enumerate(changes):
            try:
                yield place, change, encode(change, self.layout)
            except REFUSALS as error:
                failed[place] = refused(key=change.key, version=change.version, error=error)

    def _send_batch(self, batch: Sequence[Numbered]) -> Places:
        operations: list[Any] = []
        for _place, change, source in batch:
            action = {"_id": change.key, "version": change.version, "version_type": "external_gte"}
            operations += (orjson.dumps({"index": action}), source)
        with answering():
            answer = self.client.bulk(index=self.index, operations=operations, require_alias=True)
        found = {}
        items = [item["index"] for item in answer["items"]]
        for (place, change, source), item in zip(batch, items, strict=True):
            status = item["status"]
            if status < _FAILED or status == _OLDER:
                found[place] = Acknowledgement(change.key, change.version)
            elif status in _LATER:
                found[place] = Acknowledgement(change.key, change.version, later=True)
            else:
                found[place] = self._refused(change, source, item["error"])
        if all(item["status"] == _NO_INDEX for item in items):
            raise SearchUnavailable("the index is missing; it has to be built", IndexState.MISSING)
        if all(one.later for one in found.values()):
            raise SearchUnavailable(f"Elasticsearch takes nothing for now: {items[0]['error'].get('type')}")
        return found

    def _refused(self, change: Change, source: bytes, error: Mapping[str, Any]) -> Acknowledgement:
        """The server's words without those of the document, which it likes to quote."""
        causes = list(_causes(error))
        types = [str(cause.get("type", "error")) for cause in causes]
        # The names of the document's own fields are the code's, as those of the index are.
        names = self._names | orjson.loads(source).keys()
        content = source.decode(errors="replace")
        told = without_content(str(error.get("reason", "")), content=content, names=names)
        error_text = f"{', '.join(types)}: {told}"
        return Acknowledgement(change.key, change.version, error_text, refusal=_kind(causes, types))

    @cached_property
    def _names(self) -> frozenset[str]:
        """Fields of the index and their types: the words in brackets that staff may read."""
        fields: Mapping[str, Mapping[str, Any]] = self.layout.mappings()["properties"]
        return frozenset(fields) | {kind["type"] for kind in fields.values()}


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


def _causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An error and what caused it, the outermost first."""
    cause: Mapping[str, Any] | None = error
    while cause:
        yield cause
        cause = cause.get("caused_by")


def _loaded(done: Sequence[Acknowledgement]) -> int:
    for one in done:
        if one.error is not None:
            log.error("record %s cannot be indexed: %s", one.key, one.error)
    return sum(one.error is None for one in done)


def _kind(causes: Sequence[Mapping[str, Any]], types: Sequence[str]) -> Refusal:
    if any(_TOO_LARGE in str(cause.get("reason", "")) for cause in causes):
        return Refusal.TOO_LARGE
    return Refusal.FIELD if _FIELD.intersection(types) else Refusal.OTHER


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
        # Two requests at a time keep the cluster busy, and what waits in memory small.
        self._sender = ThreadPoolExecutor(2, thread_name_prefix="bulk")

    def load(self, documents: Iterable[Document]) -> int:
        """Add documents; those that cannot be indexed are left out and logged."""
        return self.load_later(documents)()

    def load_later(self, documents: Iterable[Document]) -> Callable[[], int]:
        """As ``load``, while a thread sends; that thread never touches the database."""
        failed: Places = {}
        encoded = list(self._bulk.encoded(documents, failed))
        sending = self._sender.submit(self._bulk.send_encoded, encoded, failed)
        return lambda: _loaded(sending.result())

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        return self._bulk.send(changes, refresh=False)

    def activate(self) -> None:
        self._sender.shutdown()
        with answering():
            self.client.indices.refresh(index=self.name)
            self.indices.make_searchable(self.name)
            old = self.indices.switch(self.name)
        # From here on this index answers, whatever becomes of the old ones.
        for index in old:
            self._remove(index)
        self._release()

    def discard(self) -> None:
        # A request on its way would make the index again.
        self._sender.shutdown(cancel_futures=True)
        try:
            self._remove(self.name, unless_it_answers=True)
        finally:
            self._release()

    def _remove(self, index: str, *, unless_it_answers: bool = False) -> None:
        """Remove an index. ``unless_it_answers``: a switch may have been made whose answer was lost."""
        try:
            with answering():
                if not (unless_it_answers and self.indices.answers(index)):
                    self.indices.drop(index)
        except SearchUnavailable as error:
            log.warning("%s could not be removed; the next rebuild does it: %s", index, error)

    def _release(self) -> None:
        with self._lock:
            self._running.discard(self.indices.prefix)
