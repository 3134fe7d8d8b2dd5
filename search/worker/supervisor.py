"""The worker process: a thread for every job, and an end in good order."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from threading import Event
from types import FrameType

from django.db import InterfaceError, OperationalError

from search.engines import get_index, index_names
from search.worker.index import CheckJob, FollowJob
from search.worker.loop import Job, Loop
from search.worker.periodic import ScheduleJob
from search.worker.tasks import TasksJob

logger = logging.getLogger(__name__)

GRACE_SECONDS = 1.5

KINDS = ("index", "tasks", "schedule")


def jobs(kinds: Sequence[str], should_stop: Callable[[], bool] = lambda: False) -> list[Job]:
    """The jobs of the given kinds, all of them when none is given. The index's check comes with it."""
    chosen = kinds or KINDS
    found: list[Job] = []
    if "index" in chosen:
        for name in index_names():
            index = get_index(name)
            found.append(FollowJob(index, should_stop=should_stop))
            found.append(CheckJob(index, should_stop=should_stop))
    if "schedule" in chosen:
        found.append(ScheduleJob())
    if "tasks" in chosen:
        found.append(TasksJob())
    return found


def run_once(kinds: Sequence[str]) -> None:
    """Do what is due now and return; errors are raised."""
    for job in jobs(kinds):
        job.open()
        try:
            while job.work():
                pass
        finally:
            job.close()


class Supervisor:
    """Runs jobs until SIGTERM or SIGINT, then waits for what is in hand: two seconds at most in all."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.stop = Event()
        self.loops = [Loop(job, self.stop) for job in jobs(kinds, self.stop.is_set)]

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        logger.info("The worker starts: %s", ", ".join(loop.job.name for loop in self.loops))
        for loop in self.loops:
            loop.start()
        while not self.stop.wait(1.0):
            self._require_life()
        self._end()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()

    def _require_life(self) -> None:
        """A thread never ends by itself; if one has, ending the process lets whoever runs it start afresh."""
        dead = [loop.job.name for loop in self.loops if not loop.is_alive()]
        if dead:
            logger.critical("The worker ends: %s stopped unexpectedly", ", ".join(dead))
            os._exit(1)

    def _end(self) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        for loop in self.loops:
            loop.join(max(0.0, deadline - time.monotonic()))
        unfinished = [loop.job for loop in self.loops if loop.is_alive()]
        for job in unfinished:
            logger.warning("%s was interrupted; it is done again at the next start", job.name)
            try:
                job.close()
            except (OperationalError, InterfaceError) as error:
                logger.warning("%s: could not give its leases back: %s", job.name, error)
        logger.info("The worker has ended")
        # At once: a thread inside native code must not meet an interpreter that is being taken down.
        logging.shutdown()
        os._exit(0)
