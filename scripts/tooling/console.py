"""What the commands print: a line a step, a sign of life in long ones, one line when something is wrong."""

from __future__ import annotations

import errno
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEARTBEAT = 10.0  # seconds between signs of life where the output is not a terminal
FULL_DISK_SIGNS = ("No space left on device", "database or disk is full", "Disk quota exceeded")


class Stop(Exception):
    """Ends the command with one line for the reader; never shown with a traceback."""


def say(line: str) -> None:
    print(line, flush=True)


def explain(error: OSError) -> str:
    """One line for an error of the file system, with the remedy where there is one."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{where}: free some space and start again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"No permission{where}: change its owner or its rights, then start again."
    return f"{error.strerror or error}{where}"


class Progress:
    """Shows that a step is alive: a line that is rewritten on a terminal, a heartbeat elsewhere."""

    def __init__(self, title: str, watch: Callable[[], str] | None = None) -> None:
        self.title, self.detail = title, ""
        self.watch = watch  # asked at each sign of life, where the step itself says nothing
        self.started = time.monotonic()
        self._done = threading.Event()
        self._terminal = sys.stdout.isatty()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Progress:
        say(f"  {self.title} …") if not self._terminal else None
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._done.set()
        self._thread.join()
        if self._terminal:
            print("\r\033[K", end="")
        if kind is None:
            say(f"✓ {self.title} ({self.seconds:.0f} s)")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def _beat(self) -> None:
        while not self._done.wait(0.2 if self._terminal else HEARTBEAT):
            detail = self.watch() if self.watch else self.detail
            line = f"  {self.title} … {self.seconds:.0f} s  {detail}"
            if self._terminal:
                print(f"\r\033[K{line[:100]}", end="", flush=True)
            else:
                say(line)


def run_step(
    title: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    detail: Callable[[str], str] = str.strip,
    watch: Callable[[], str] | None = None,
) -> None:
    """Run ``command`` under one progress line; ``detail`` turns a line of its output into what is shown.
    For a command that prints nothing ``watch`` is asked.

    Raises Stop with the last lines of the output when the command fails.
    """
    with Progress(title, watch) as progress:

        def show(line: str) -> None:
            progress.detail = detail(line) or progress.detail

        follow(title, command, env=env, cwd=cwd, show=show)


def show_step(
    title: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run ``command`` and pass its output on, indented: for commands whose output the reader needs."""
    say(f"  {title} …")
    started = time.monotonic()
    follow(title, command, env=env, cwd=cwd, show=lambda line: say(f"    {line.rstrip()}"))
    say(f"✓ {title} ({time.monotonic() - started:.0f} s)")


def follow(
    title: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    show: Callable[[str], None],
) -> None:
    """Run ``command`` to its end, giving each line of its output to ``show``; an interruption ends it too."""
    tail: deque[str] = deque(maxlen=12)
    process = subprocess.Popen(
        list(command), env=env, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None  # noqa: S101 - PIPE was asked for
    try:
        with process.stdout as output:
            for line in output:
                tail.append(line.rstrip())
                show(line)
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code != 0:
        raise failure(title, tail)


@contextmanager
def beside(title: str, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> Iterator[None]:
    """Run ``command`` while the block runs, then wait for it under a progress line of its own."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            list(command), env=env, cwd=cwd, text=True, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield
            with Progress(title):
                if process.wait() != 0:
                    output.seek(0)
                    raise failure(title, output.read().splitlines()[-12:])
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def failure(title: str, tail: Sequence[str]) -> Stop:
    output = "\n".join(tail)
    if any(sign in output for sign in FULL_DISK_SIGNS):
        return Stop(f"{title}: the disk is full. Free some space and start again.")
    return Stop(f"{title} failed:\n{output}" if output else f"{title} failed.")
