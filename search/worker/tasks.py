"""Run Django's background tasks, and again those whose worker was killed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.compat import TaskResultStatus, task_backends
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from search import leases

logger = logging.getLogger(__name__)

ATTEMPTS = 2
LEASE_SECONDS = 30.0
BEAT_SECONDS = 8.0
PRUNE_SECONDS = 86_400.0
SHORTEST_REST = 0.15
"""A writer who waits for SQLite looks again every tenth of a second."""
LONGEST_REST = 2.0
# Marks the ids of our workers: only their deaths can be told from their leases.
PREFIX = "worker:"


class WorkerDied(Exception):
    """The process that ran this task ended before the task did, as often as it may be tried."""


class TasksJob:
    """Run tasks of every queue, one at a time.

    A task of a priority below 0 is in no hurry, though there may be hundreds. After one the worker rests for
    as long as it took, so that on SQLite others who wait for the one write lock get it in between.

    A task is claimed by its row. The worker's life is a lease, renewed beside the running task; when it
    ends, the task goes back into the queue once, and fails the second time.
    """

    name = "tasks"
    pause = 0.2

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.worker_id = PREFIX + leases.holder()
        self._closed = Event()
        self._heart: Thread | None = None

    def open(self) -> None:
        for chatty in ("django_tasks", "django_tasks_db"):  # three lines for every task that succeeds
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._beat()
        self._heart = Thread(target=self._keep_beating, name="tasks-heartbeat", daemon=True)
        self._heart.start()

    def work(self) -> bool | float:
        if leases.take_turn(name="turn:orphaned_tasks", seconds=LEASE_SECONDS / 2):
            requeue_orphans()
        aliases = database_backends()
        for alias in aliases:
            task = DBTaskResult.objects.ready().filter(backend_name=alias).only("priority").first()
            if task is not None:
                started = self.clock()
                self._run_one(alias)
                return rest_after(self.clock() - started) if task.priority < 0 else True
        if aliases and leases.take_turn(name="turn:prune_tasks", seconds=PRUNE_SECONDS):
            for alias in aliases:
                call_command("prune_db_task_results", f"--backend={alias}", "--queue-name=*", verbosity=0)
        return False

    def close(self) -> None:
        self._closed.set()
        leases.release(name=self.worker_id, holder=self.worker_id)

    def _run_one(self, alias: str) -> None:
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name=alias,
            startup_delay=False,
            max_tasks=1,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        ).run()

    def _beat(self) -> None:
        leases.acquire(name=self.worker_id, holder=self.worker_id, seconds=LEASE_SECONDS)

    def _keep_beating(self) -> None:
        while not self._closed.wait(BEAT_SECONDS):
            try:
                self._beat()
            except (OperationalError, InterfaceError) as error:
                logger.warning("The worker's lease could not be renewed: %s", str(error).strip())
            finally:
                connection.close()


def rest_after(seconds: float) -> float:
    """How long to rest after a task that took ``seconds``."""
    return min(max(seconds, SHORTEST_REST), LONGEST_REST)


def database_backends() -> list[str]:
    """Names of the task backends that keep their tasks in the database."""
    return [alias for alias in task_backends if isinstance(task_backends[alias], DatabaseBackend)]


def requeue_orphans() -> int:
    """Put tasks of workers that died back into the queue; how many tasks were touched."""
    touched = 0
    for row in DBTaskResult.objects.running():
        worker = row.worker_ids[-1] if row.worker_ids else ""
        if not worker.startswith(PREFIX) or leases.held(name=worker):
            continue
        touched += 1
        if len(row.worker_ids) < ATTEMPTS:
            logger.warning("Task %s is run again: its worker died", row.id)
            DBTaskResult.objects.running().filter(id=row.id).update(status=TaskResultStatus.READY)
        else:
            logger.error("Task %s is given up: its workers died %d times", row.id, ATTEMPTS)
            row.set_failed(WorkerDied(f"{ATTEMPTS} workers died while they ran this task"))
    return touched
