"""Web and worker live and end together."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from scripts.tooling import supervise
from scripts.tooling.console import Stop
from scripts.tooling.supervise import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
STUBBORN = [sys.executable, "-c", DEAF]


def child(name: str, command: list[str]) -> Child:
    return Child(name, command, env=dict(os.environ), cwd=Path.cwd())


@pytest.fixture(autouse=True)
def signals():
    """The supervisor takes the process's signal handlers; a test gives them back."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.getsignal(name) for name in names}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children(name: signal.Signals) -> None:
    children = [child("web", SLEEPER), child("worker", SLEEPER)]
    started = []

    def on_ready() -> None:
        started.extend(one.process for one in children)
        os.kill(os.getpid(), name)

    Supervisor(children).run(ready=lambda: True, on_ready=on_ready, patience=30)
    assert [process.returncode for process in started] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_child_that_dies_starts_again_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "LONGEST_PAUSE", 0.0)
    web, worker = child("web", SLEEPER), child("worker", SLEEPER)
    supervisor = Supervisor([web, worker])
    seen: list[int] = []
    start = worker.start

    def counted() -> None:
        start()
        assert worker.process is not None
        seen.append(worker.process.pid)
        if len(seen) < 3:
            worker.process.kill()
        else:
            supervisor.stopping = True

    monkeypatch.setattr(worker, "start", counted)
    supervisor.run(ready=lambda: True, on_ready=lambda: None, patience=30)
    assert len(set(seen)) == 3
    assert capsys.readouterr().out.count("worker ended (signal SIGKILL)") == 2


def test_pauses_grow_up_to_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(supervise.time, "monotonic", lambda: clock[0])
    worker = child("worker", [sys.executable, "-c", ""])
    pauses = []
    for _ in range(7):
        worker.start()
        assert worker.process is not None
        worker.process.wait()
        worker.tend()
        pauses.append(worker.pause)
        clock[0] += worker.pause
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_web_process_that_cannot_start_stops_everything() -> None:
    worker = child("The worker", SLEEPER)
    broken = child("The web process", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Stop, match=r"The web process did not start \(code 3\)"):
        Supervisor([broken, worker]).run(ready=lambda: False, on_ready=lambda: None, patience=30)
    assert worker.process is not None
    assert worker.process.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "GRACE", 0.0)
    stubborn = child("web", STUBBORN)
    stubborn.start()
    assert stubborn.process is not None
    Supervisor([stubborn]).stop()
    assert stubborn.process.returncode in {-signal.SIGKILL, -signal.SIGTERM}


def test_children_end_when_the_supervisor_is_killed() -> None:
    """Only Linux can promise it: the kernel tells the child."""
    if sys.platform != "linux":
        return
    code = (
        "import os, sys, pathlib; sys.path.insert(0, '.')\n"
        "from scripts.tooling.supervise import Child\n"
        f"one = Child('one', {SLEEPER!r}, env=dict(os.environ), cwd=pathlib.Path.cwd())\n"
        "one.start(); print(one.process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    read, write = os.pipe()
    process = supervise.subprocess.Popen([sys.executable, "-c", code], stdout=write)
    os.close(write)
    ended = threading.Event()
    with os.fdopen(read) as output:
        pid = int(output.readline())
        threading.Thread(target=lambda: (output.read(), ended.set()), daemon=True).start()
        # The child holds the other end of the pipe: it closes when the child is gone.
        assert ended.wait(30), f"process {pid} still runs"
    process.wait()
