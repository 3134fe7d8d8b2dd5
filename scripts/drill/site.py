"""A site of the drill's own: its settings, its commands and its files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.bench.prepare import NOT_INHERITED
from scripts.tooling.console import Stop
from scripts.tooling.environment import PYTHON, ROOT

PRODUCTION = "innovation_site.settings.production"
DEMO = "innovation_site.settings.dev"
FILES = ("media", "private")
"""Where files lie, below the VAR_DIR: MEDIA_ROOT and PRIVATE_ROOT."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """``folder`` is its VAR_DIR; without a ``url`` its database is a SQLite file in there."""

    folder: Path
    secret: str
    url: str = ""

    @property
    def database(self) -> Path:
        return self.folder / "catalogue.sqlite3"

    def on(self, url: str) -> Site:
        """The same site on another server."""
        return replace(self, url=url)

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        own = {
            "VAR_DIR": str(self.folder),
            "PRIVATE_ROOT": str(self.folder / "private"),
            "SECRET_KEY": self.secret,
            "SEARCH_ENGINE": "embedded",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": PRODUCTION if self.url else DEMO,
        }
        return {**inherited, **own, **({"DATABASE_URL": self.url} if self.url else {})}

    def migrate(self) -> None:
        self._run([PYTHON, ROOT / "manage.py", "migrate", "--no-input"])

    def act(self, action: str, *arguments: str) -> dict[str, Any]:
        """Do something of actor.py in a process of its own; returns what inventory.py finds afterwards."""
        return json.loads(self._run([PYTHON, "-m", "scripts.drill.act", action, *arguments]))

    def copy_files(self, target: Path) -> None:
        """Copy uploads and certificates, over those that are there already."""
        for name in FILES:
            shutil.copytree(self.folder / name, target / name, dirs_exist_ok=True)

    def put_back(self, source: Path) -> None:
        """Take the files of a copy."""
        for name in FILES:
            shutil.copytree(source / name, self.folder / name)

    def lose_files(self) -> None:
        for name in FILES:
            shutil.rmtree(self.folder / name)

    def _run(self, command: list[str | Path]) -> str:
        result = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True)
        if result.returncode != 0:
            ending = (result.stderr or result.stdout).strip().splitlines()[-3:]
            raise Stop(f"{' '.join(map(str, command[1:]))}: {' | '.join(ending)}")
        return result.stdout.strip()
