"""The real site as `make run` starts it, on a free port and on files of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.tooling.checks import free_port
from scripts.tooling.serve import answers
from tests.browser.helper import Helper

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 240
STOP_SECONDS = 30
ADDRESS = re.compile(r"(?P<email>[\w.+-]+@[\w.-]+)\s+(?P<password>\S+)")


@dataclass(frozen=True)
class Account:
    email: str
    password: str


@dataclass(frozen=True)
class Site:
    """A running site: ``url`` has no slash at its end; ``accounts`` are named by what stands before the @."""

    url: str
    folder: Path
    helper: Helper
    accounts: dict[str, Account] = field(default_factory=dict)


def read_accounts(path: Path) -> dict[str, Account]:
    found = [
        Account(match["email"], match["password"])
        for match in ADDRESS.finditer(path.read_text(encoding="utf-8"))
    ]
    return {account.email.split("@")[0]: account for account in found}


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Start web and worker with the demo catalogue; raises AssertionError with the log when that fails."""
    port = free_port()
    log = folder / "log.txt"
    outside = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SITE_URL", "DEMO"}
    }
    env = {**outside, "VAR_DIR": str(folder / "var"), "PORT": str(port), "ENGINE": "embedded"}
    command = [sys.executable, ROOT / "scripts" / "dev.py", "run", "--no-install"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    helper = Helper(folder / "var")
    try:
        wait_until_ready(process, port, log)
        accounts = read_accounts(folder / "var" / "demo-accounts.txt")
        yield Site(f"http://127.0.0.1:{port}", folder / "var", helper, accounts)
    finally:
        helper.close()
        process.terminate()
        process.wait(timeout=STOP_SECONDS)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        assert process.poll() is None, f"the site did not start:\n{log.read_text(encoding='utf-8')}"
        assert time.monotonic() < deadline, f"the site took too long:\n{log.read_text(encoding='utf-8')}"
        time.sleep(0.2)
