"""The site, its worker and the hello-world beside it, as processes of their own."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.tooling.checks import free_port
from scripts.tooling.console import Stop
from scripts.tooling.environment import PYTHON, ROOT
from scripts.tooling.supervise import GRACE, Child

PATIENCE = 60.0
SITE_SETTINGS = "innovation_site.settings.dev"
GUNICORN = [PYTHON, "-m", "gunicorn", "--config", "python:innovation_site.gunicorn"]


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn: its port, and the process whose children answer."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        return children(self.pid)


@dataclass(frozen=True, slots=True)
class Servers:
    site: Server
    hello: Server
    worker: int


@contextmanager
def running() -> Iterator[Servers]:
    """All three, ready to answer; they end with the block."""
    started: list[Child] = []
    try:
        site = start(started, "The site", "innovation_site.wsgi", SITE_SETTINGS)
        hello = start(started, "Hello world", "scripts.bench.hello", "scripts.bench.hello_settings")
        worker = Child("The worker", [PYTHON, ROOT / "manage.py", "worker"], env=os.environ, cwd=ROOT)
        started.append(worker)
        worker.start()
        await_answer("The site", site.port, "/healthz")
        await_answer("Hello world", hello.port, "/")
        yield Servers(site, hello, pid_of(worker))
    finally:
        stop(started)


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[Server]:
    """The site alone, with ``env`` on top of this process's environment."""
    started: list[Child] = []
    try:
        site = start(started, "The site", "innovation_site.wsgi", SITE_SETTINGS, env)
        await_answer("The site", site.port, "/healthz")
        yield site
    finally:
        stop(started)


def stop(started: Sequence[Child]) -> None:
    for child in started:
        child.ask_to_stop()
    deadline = time.monotonic() + GRACE
    for child in started:
        child.make_stop(deadline)


def start(
    started: list[Child], name: str, application: str, settings: str, env: Mapping[str, str] | None = None
) -> Server:
    port = free_port()
    own = {"PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}", "DJANGO_SETTINGS_MODULE": settings}
    env = {**os.environ, **(env or {}), **own}
    child = Child(name, [*GUNICORN, application], env=env, cwd=ROOT)
    started.append(child)
    child.start()
    return Server(port, pid_of(child))


def pid_of(child: Child) -> int:
    if child.process is None:
        raise Stop(f"{child.name} did not start.")
    return child.process.pid


def await_answer(name: str, port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise Stop(f"{name} did not answer within {PATIENCE:.0f} s.")


def children(pid: int) -> list[int]:
    rows = (line.split() for line in ps("-A", "-o", "pid=,ppid="))
    return [int(child) for child, parent in rows if int(parent) == pid]


def resident_megabytes(pids: Sequence[int]) -> float:
    """The largest resident memory among processes; pages they share are counted in each."""
    rows = ps("-o", "rss=", "-p", ",".join(map(str, pids)))
    return max((int(line) * 1024 / 1_000_000 for line in rows), default=0.0)


def ps(*arguments: str) -> list[str]:
    output = subprocess.run(["ps", *arguments], capture_output=True, text=True).stdout
    return [line for line in output.splitlines() if line.strip()]


def processor_seconds(pids: Sequence[int]) -> float | None:
    """Processor time of processes so far; ``None`` where the system doesn't say it finely enough."""
    if sys.platform != "linux":
        return None
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
