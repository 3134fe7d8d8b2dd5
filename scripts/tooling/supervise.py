"""Keeps a few child processes running together: starts, restarts with growing pauses, stops all at once."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .console import Stop, say

POLL = 0.1
LONGEST_PAUSE = 30.0
STEADY = 60.0  # a child that ran this long starts again without a pause
GRACE = 15.0  # seconds a child has to finish its work before it is killed
PR_SET_PDEATHSIG = 1


def stop_with_parent() -> None:
    """On Linux the kernel stops a child whose supervisor was killed; else the child would keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    def __init__(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path
    ) -> None:
        self.name, self.command, self.env, self.cwd = name, list(command), env, cwd
        self.process: subprocess.Popen[bytes] | None = None
        self.started = self.next_start = 0.0
        self.pause = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            cwd=self.cwd,
            start_new_session=True,
            preexec_fn=stop_with_parent,  # noqa: PLW1509
        )
        self.started = time.monotonic()

    def tend(self) -> None:
        """Notice an end, say so, and start again when its pause is over."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.process = None
            self.pause = 1.0 if now - self.started > STEADY else min(LONGEST_PAUSE, max(1.0, self.pause * 2))
            self.next_start = now + self.pause
            say(f"{self.name} ended ({describe(code)}); it starts again in {self.pause:.0f} s.")
        elif now >= self.next_start:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not finish within {GRACE:.0f} s and is killed.")
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def describe(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"


class Supervisor:
    """Runs ``children`` until SIGINT, SIGTERM or SIGHUP."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = False

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def run(self, *, ready: Callable[[], bool], on_ready: Callable[[], None], patience: float) -> None:
        """Start all, call ``on_ready`` once ``ready()`` is true, tend them until a signal; then stop all.

        Raises Stop when the first child ends before it was ready, or isn't ready within ``patience`` seconds.
        """
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        try:
            for child in self.children:
                child.start()
            self._wait(ready, patience)
            if not self.stopping:
                on_ready()
            while not self.stopping:
                for child in self.children:
                    child.tend()
                time.sleep(POLL)
        finally:
            self.stop()

    def _wait(self, ready: Callable[[], bool], patience: float) -> None:
        deadline = time.monotonic() + patience
        first, *others = self.children
        while not self.stopping and not ready():
            if first.process is not None and first.process.poll() is not None:
                raise Stop(
                    f"{first.name} did not start ({describe(first.process.returncode)}); the reason is above."
                )
            if time.monotonic() > deadline:
                raise Stop(f"{first.name} did not answer within {patience:.0f} s.")
            for child in others:
                child.tend()
            time.sleep(POLL)

    def stop(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.make_stop(deadline)
