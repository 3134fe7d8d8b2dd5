"""Python on the database of a running site: one process beside it, which sets Django up once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from scripts.tooling.environment import ROOT

_LOOP = """
import contextlib, io, json, sys, traceback
from django.conf import settings
from django.utils import translation

def run(script):
    output = io.StringIO()
    with contextlib.redirect_stdout(output), translation.override(settings.LANGUAGE_CODE):
        exec(script, {"__name__": "beside"})
    return output.getvalue()

for line in sys.stdin:
    try:
        answer = {"output": run(json.loads(line))}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print("ANSWER " + json.dumps(answer), flush=True)
"""
_MARK = "ANSWER "
_OUTSIDE = {"DATABASE_URL", "SITE_URL"}
STOP_SECONDS = 10


def environment(folder: Path) -> dict[str, str]:
    """For a process beside the running site, on its database and files."""
    env = {name: value for name, value in os.environ.items() if name not in _OUTSIDE}
    return env | {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "innovation_site.settings.dev"}


class Helper:
    """Starts with the first script; each has a namespace of its own. ``folder`` holds the site's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: Popen[str] | None = None

    def run(self, script: str) -> Any:
        """What the script hands to ``json.dumps`` after MADE; ``None`` when it prints nothing.

        Raises AssertionError with the script's traceback, or with the process's log when it has ended.
        """
        answer = self._ask(script)
        assert "error" not in answer, answer["error"]
        made = (line for line in answer["output"].splitlines() if line.startswith("MADE "))
        return json.loads(next(made, "MADE null").removeprefix("MADE "))

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate(timeout=STOP_SECONDS)  # its input ends

    def _ask(self, script: str) -> dict[str, str]:
        self._process = process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(script) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            if line.startswith(_MARK):
                answer: dict[str, str] = json.loads(line.removeprefix(_MARK))
                return answer
        raise AssertionError(f"the process ended:\n{self._log.read_text(encoding='utf-8')}")

    @property
    def _log(self) -> Path:
        return self.folder.parent / "helper.txt"

    def _started(self) -> Popen[str]:
        env = environment(self.folder)
        command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", _LOOP]
        with self._log.open("w") as log:
            return Popen(command, cwd=ROOT, env=env, stdin=PIPE, stdout=PIPE, stderr=log, text=True)
