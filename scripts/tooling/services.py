"""Which programs beside Python this machine has, and one line for each that is missing."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ON_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM_MISSING = "no Chromium was found (Debian or Ubuntu: apt install chromium)"
POSTGRESQL_MISSING = "no PostgreSQL server was found (Debian or Ubuntu: apt install postgresql)"
POSTGRESQL_FOLDERS = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES]
    found += [path for path in CHROMIUM_ON_MACOS if Path(path).exists()]
    return next((path for path in found if path), None)


def find_postgresql() -> Path | None:
    """The folder with initdb and postgres, of the newest version; Debian doesn't put servers on the PATH."""
    folders = [folder for pattern in POSTGRESQL_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    folders.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))], reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next(
        (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()),
        None,
    )
