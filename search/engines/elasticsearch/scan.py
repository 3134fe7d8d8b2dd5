"""Every hit of a query, read piece by piece from one point in time.

A rebuild removes the index that a point in time was opened on. A scan in an order of its own, such as an
export's, then goes on behind its last hit in the index that answers now, and gives no hit twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch

from search.engines.elasticsearch.client import GONE, WRITE_SECONDS, answering, following
from search.engines.elasticsearch.deadline import one_call

SCAN: Final = 10_000
"""Records read at a time; within the cluster's window of 20 000."""
ALIVE: Final = "2m"
"""How long the cluster keeps a point in time for the next piece."""
MOVES: Final = 3
"""Rebuilds that one scan survives."""


class Scan:
    """One reading of all hits of ``query`` in the order ``sort``.

    ``goes_on`` says that the order means the same in another index; that of ``_doc`` does not.
    """

    def __init__(
        self,
        client: Elasticsearch,
        index: str,
        query: Mapping[str, Any],
        sort: list[Any],
        *,
        goes_on: bool,
        **extra: Any,
    ) -> None:
        self.client = client
        self.index = index
        self.moves = MOVES if goes_on else 0
        self.body: dict[str, Any] = {
            "query": query,
            "sort": sort,
            "size": SCAN,
            "source": False,
            "track_total_hits": False,
            **extra,
        }
        self.point = ""

    def hits(self) -> Iterator[Mapping[str, Any]]:
        """The hits; the first piece is read at once, so that trouble shows early.

        Raises ``SearchUnavailable``, also from the iterator.
        """
        self._open()
        return self._rest(self._read(None))

    @one_call
    def _open(self) -> None:
        with answering():
            opened = following(lambda: self.client.open_point_in_time(index=self.index, keep_alive=ALIVE))
        self.point = opened["id"]

    def _read(self, after: Any) -> list[Mapping[str, Any]]:
        with answering():
            try:
                return self._piece(after)
            except ApiError as error:
                if error.error not in GONE or not self.moves:
                    raise
            self.moves -= 1
            self._open()
            return self._piece(after)

    def _piece(self, after: Any) -> list[Mapping[str, Any]]:
        answer = self.client.options(request_timeout=WRITE_SECONDS).search(
            pit={"id": self.point, "keep_alive": ALIVE}, search_after=after, **self.body
        )
        self.point = answer["pit_id"]
        found: list[Mapping[str, Any]] = answer["hits"]["hits"]
        return found

    def _rest(self, found: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        # Where relevance is the order, the next index may weigh a hit a little less and show it again.
        seen: set[str] = set()
        try:
            while found:
                fresh = [hit for hit in found if hit["_id"] not in seen]
                seen.update(hit["_id"] for hit in fresh)
                yield from fresh
                found = self._read(found[-1]["sort"]) if len(found) == SCAN else []
        finally:
            with answering():
                self.client.close_point_in_time(id=self.point)
