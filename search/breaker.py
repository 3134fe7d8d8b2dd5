"""A circuit breaker: after one failure nobody waits for a server until a look in the background succeeds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final

from django.db import connections

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
"""Pause between two looks at a server that is away."""


class Breaker:
    """Closed while a server answers. ``probe`` looks at it and raises one of ``errors`` while it doesn't.

    One a process and server; safe to share between threads. The looks are made by a thread of their own, so
    no visitor waits for them; it ends with the first that succeeds.
    """

    def __init__(
        self,
        name: str,
        probe: Callable[[], object],
        errors: tuple[type[Exception], ...],
        *,
        seconds: float = LOOK_SECONDS,
    ) -> None:
        self.name = name
        self.probe = probe
        self.errors = errors
        self.seconds = seconds
        self._lock = Lock()
        self._open = False
        self._looking: Thread | None = None
        self._end = Event()

    @property
    def is_open(self) -> bool:
        return self._open

    def trip(self, reason: object) -> None:
        """Open it, as after a failure; once open it stays so until a look succeeds."""
        with self._lock:
            if self._open:
                return
            self._open = True
            logger.warning("%s is left out until it answers again: %s", self.name, reason)
            self._looking = Thread(target=self._look, name=f"look-at-{self.name}", daemon=True)
            self._looking.start()

    def look(self) -> bool:
        """Look once; closes the breaker when the server answers."""
        try:
            self.probe()
        except self.errors:
            return False
        with self._lock:
            self._open = False
        logger.info("%s answers again", self.name)
        return True

    def close(self) -> None:
        """Stop looking, as at the end of a test or a process."""
        self._end.set()
        if self._looking is not None:
            self._looking.join()

    def _look(self) -> None:
        while not self._end.wait(self.seconds):
            try:
                if self.look():
                    return
            except Exception:
                # Whatever it was, such as a database that is away too: a thread that ended here would leave
                # the server out until the process ends.
                logger.exception("A look at %s failed; it is looked at again", self.name)
            finally:
                connections.close_all()  # this thread's own, if looking took one
