"""The commands behind the Makefile's targets."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from . import development, elasticsearch_install, quality, serve, testing
from .checks import check_platform
from .console import Stop, explain, say
from .environment import PYTHON, ROOT, setup

ROLLING_RESTART = "tests/search/soak_rolling_restart.py"


def run(arguments: Sequence[str]) -> int:
    return serve.run(install="--no-install" not in arguments)


def with_tools(command: Callable[[], int]) -> int:
    setup(dev=True)
    return command()


def bench(arguments: Sequence[str]) -> int:
    setup()
    return subprocess.run([PYTHON, "-m", "scripts.bench", *arguments], cwd=ROOT).returncode


def drill(arguments: Sequence[str]) -> int:
    setup()
    return subprocess.run([PYTHON, "-m", "scripts.drill", *arguments], cwd=ROOT).returncode


def soak(arguments: Sequence[str]) -> int:
    say(
        "Fuzzing and load mixes are not part of this yet; it restarts a cluster's nodes under load, then "
        "runs the benchmarks, longer, at 360 000 records."
    )
    setup(dev=True)
    long_test = [PYTHON, "-m", "pytest", "-q", "-s", "-o", "faulthandler_timeout=900", ROLLING_RESTART]
    failed = subprocess.run(long_test, cwd=ROOT, env=testing.environment()).returncode
    return bench(["--size", "360000", "--rounds", "30", *arguments]) or failed


def install_elasticsearch() -> int:
    elasticsearch_install.install()
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": lambda arguments: setup(dev="--dev" in arguments) or 0,
    "run": run,
    "test": testing.test,
    "bench": bench,
    "soak": soak,
    "drill": drill,
    "check": lambda _: with_tools(quality.check),
    "fix": lambda _: with_tools(quality.fix),
    "messages": lambda _: with_tools(quality.messages),
    "requirements": lambda arguments: with_tools(lambda: quality.requirements(arguments)),
    "services": lambda _: development.start(),
    "services-stop": lambda _: development.stop(),
    "install-elasticsearch": lambda _: install_elasticsearch(),
    "clean": lambda _: quality.clean(),
}


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """The exit code of the command; a failure the reader can mend is one line without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[attr-defined]
    name, *rest = arguments or [""]
    if name not in COMMANDS:
        print(f"Unknown command {name!r}; there are: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, interrupt)  # so that what was started is ended on the way out
    try:
        check_platform()
        return COMMANDS[name](rest)
    except Stop as stop:
        message = str(stop)
    except OSError as error:
        message = explain(error)
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 130
    print(f"✗ {message}", file=sys.stderr, flush=True)
    return 1
