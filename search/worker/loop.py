"""Run one job for ever, through outages of the database or the index."""

from __future__ import annotations

import logging
import time
from threading import Event, Thread
from typing import Protocol

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from search.errors import LeaseLost, RebuildRunning, SearchUnavailable, Stopped

logger = logging.getLogger(__name__)

RECONNECT_SECONDS = 30.0
LONGEST_OUTAGE_PAUSE = 5.0
LONGEST_ERROR_PAUSE = 30.0


class Job(Protocol):
    """One kind of work. ``pause`` is the time in seconds between looks when nothing was due."""

    name: str
    pause: float

    def open(self) -> None:
        """Called once before the first ``work``."""

    def work(self) -> bool | float:
        """Do what is due; true when more may be due at once, or in how many seconds it shall go on."""

    def close(self) -> None:
        """Give back what others wait for; called once at the end."""


class Loop(Thread):
    """A thread that works at ``job`` until ``stop`` is set; an error makes it wait, never end."""

    def __init__(self, job: Job, stop: Event) -> None:
        super().__init__(name=job.name, daemon=True)
        self.job = job
        self.stop = stop
        self._opened = False
        self._failures = 0
        self._connected_at = time.monotonic()

    def run(self) -> None:
        while not self.stop.is_set():
            self.stop.wait(self.step())
        try:
            self.job.close()
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s: could not give its leases back: %s", self.job.name, error)
        finally:
            connection.close()

    def step(self) -> float:
        """Work once; the seconds to wait before the next time."""
        try:
            self._reconnect()
            if not self._opened:
                self.job.open()
                self._opened = True
            more = self.job.work()
        except Stopped:
            return 0.0
        except (OperationalError, InterfaceError) as error:
            connection.close()
            return self._failed("the database does not answer", error)
        except (SearchUnavailable, RebuildRunning, LeaseLost) as error:
            return self._failed("the index cannot be written now", error)
        except Exception:
            logger.exception("%s failed; it goes on", self.job.name)
            return self._wait(LONGEST_ERROR_PAUSE)
        if self._failures:
            logger.info("%s goes on", self.job.name)
            self._failures = 0
        if isinstance(more, bool):
            return 0.0 if more else self.job.pause
        return more

    def _reconnect(self) -> None:
        """Close a connection that is too old or broken, as Django does between two requests."""
        now = time.monotonic()
        if self._failures or now - self._connected_at > RECONNECT_SECONDS:
            close_old_connections()
            self._connected_at = now

    def _failed(self, what: str, error: Exception) -> float:
        if not self._failures:
            logger.warning("%s waits: %s (%s)", self.job.name, what, str(error).strip())
        return self._wait(LONGEST_OUTAGE_PAUSE)

    def _wait(self, longest: float) -> float:
        self._failures += 1
        return min(longest, 0.25 * 2.0 ** min(self._failures, 10))
