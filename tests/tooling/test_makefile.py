"""Each target of the Makefile has its command, and each is in the list that `make` shows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from scripts.tooling.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_target_has_a_command() -> None:
    called = set(re.findall(r"\$\(DEV\) ([a-z-]+)", MAKEFILE))
    assert called <= set(COMMANDS)


def test_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [target for target in phony[1].split() if f"make {target} " not in shown] == []
