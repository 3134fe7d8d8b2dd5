"""Web and worker as production runs them, on a test's own database: killed by SIGKILL, and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from scripts.tooling.serve import answers
from tests.faults.site import until
from tests.search.processes import ROOT, SharedDatabase

HEALED = 100.0
"""Seconds within which a process that was started again works, also on a busy machine."""
_GUNICORN = ("-m", "gunicorn", "--config", "python:innovation_site.gunicorn")


class Served:
    """The site on a port that the test itself holds, so that no other process takes it between two starts.

    Requests that come meanwhile wait there; those that a killed process had in its hands are lost.
    """

    def __init__(self, database: SharedDatabase, mail_url: str) -> None:
        self.database = database
        self.folder = database.folder
        self.door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self._mail_url = mail_url
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> Mapping[str, str]:
        """Of the processes. They read the sessions that the test made."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.served_settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": self.database.url,
            "SQLITE_TIMEOUT": "20",
            "VAR_DIR": str(self.folder),
            "SITE_URL": self.url,
            "EMAIL_URL": self._mail_url,
            "SEARCH_ENGINE": "embedded",
            "LOG_LEVEL": "INFO",
        }

    def start_web(self) -> None:
        door = self.door.fileno()
        self._start("web", *_GUNICORN, "--bind", f"fd://{door}", "innovation_site.wsgi", keeps=(door,))

    def answers(self) -> bool:
        return answers(self.door.getsockname()[1])

    def start_worker(self) -> None:
        """Returns when it begins to work. Whatever it does by the clock is due at once."""
        self.end_turns()
        before = self.log("worker").count("The worker starts")
        self._start("worker", "manage.py", "worker")
        until(lambda: self.log("worker").count("The worker starts") > before or self._ended("worker"), HEALED)
        assert not self._ended("worker"), self.log("worker")

    def end_turns(self) -> None:
        """What a killed worker had begun comes round again by itself, but only when its turn does."""
        self.database.rows("DELETE FROM search_lease WHERE name LIKE 'turn:training_%'")

    def kill(self, name: str) -> None:
        """As by ``kill -9`` of all of its processes. One that was not started is passed over."""
        process = self._running.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill_one_of_web(self) -> None:
        """Only one of its processes, in whose place gunicorn starts another; all where they can't be told."""
        master = self._running["web"].pid
        listed = Path(f"/proc/{master}/task/{master}/children")
        children = listed.read_text(encoding="ascii").split() if listed.exists() else []
        if not children:
            self.kill("web")
            self.start_web()
            return
        with suppress(ProcessLookupError):
            os.kill(int(children[0]), signal.SIGKILL)

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def close(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self.door.close()

    def _ended(self, name: str) -> bool:
        return self._running[name].poll() is not None

    def _start(self, name: str, *arguments: str, keeps: tuple[int, ...] = ()) -> None:
        with (self.folder / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=keeps,
                start_new_session=True,  # so that all of its processes are killed together
            )


@contextmanager
def served(database: SharedDatabase, mail_url: str) -> Iterator[Served]:
    """Nothing runs yet; at the end nothing does any more."""
    made = Served(database, mail_url)
    try:
        yield made
    finally:
        made.close()
