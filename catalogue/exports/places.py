"""How many long files one process writes at once.

A file of every record takes a thread, and as much of a core as it gets, for as long as its reader likes.
Without a bound a few readers would hold every thread, and no page of the site would be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from weakref import finalize


class Places:
    """A fixed number of places; nobody waits for one, for waiting takes a thread as well."""

    def __init__(self, number: int) -> None:
        self._free = BoundedSemaphore(number)

    def hold(self, pieces: Iterator[bytes]) -> Held | None:
        """``pieces`` with a place of their own; ``None`` while all are taken."""
        return Held(pieces, self._free.release) if self._free.acquire(blocking=False) else None


class Held(Iterator[bytes]):
    """Pieces whose place is free again when they end, fail, are closed or are dropped without a word."""

    def __init__(self, pieces: Iterator[bytes], release: Callable[[], None]) -> None:
        self._pieces = pieces
        self._release = finalize(self, release)

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back; once is enough."""
        self._release()
