"""Which programs beside Python this machine has, and one line for each that is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ON_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM_MISSING = "no Chromium was found (Debian or Ubuntu: apt install chromium)"
POSTGRESQL_MISSING = "no PostgreSQL server was found (Debian or Ubuntu: apt install postgresql)"
ELASTICSEARCH_VERSION = "9.4.3"
ELASTICSEARCH_MISSING = "no Elasticsearch server was found (`make services` installs one)"
OLDEST_JAVA = 21
JAVA_MISSING = (
    f"no Java {OLDEST_JAVA} or newer was found for Elasticsearch (install a JDK, on Debian or Ubuntu "
    f"openjdk-{OLDEST_JAVA}-jdk-headless or newer, or let JAVA_HOME name one)"
)
JAVA_FOLDERS = "/usr/lib/jvm"
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


def java_version(home: Path) -> int:
    """The major version of the Java in ``home``, as its `release` file tells; 0 where there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    return int(found[1]) if found and (home / "bin" / "java").exists() else 0


def java_homes() -> Iterator[Path]:
    yield from sorted(Path(JAVA_FOLDERS).glob("*"), key=java_version, reverse=True)
    if sys.platform == "darwin":
        command = ["/usr/libexec/java_home", "--version", f"{OLDEST_JAVA}+"]
        found = subprocess.run(command, capture_output=True, text=True)
        if found.returncode == 0:
            yield Path(found.stdout.strip())
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent


def find_java() -> Path | None:
    """The home of a Java that runs Elasticsearch: JAVA_HOME where it is new enough, else the newest."""
    named = os.environ.get("JAVA_HOME")
    homes = [Path(named)] if named else []
    return next((home for home in (*homes, *java_homes()) if java_version(home) >= OLDEST_JAVA), None)


def cache_folder() -> Path:
    """Where large downloads stay. Not in root's home: the user that runs a server for root can't look in."""
    usual = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or usual) / "katalog-inovasi"


def elasticsearch_home() -> Path:
    return cache_folder() / f"elasticsearch-{ELASTICSEARCH_VERSION}"


def missing_for_elasticsearch() -> str | None:
    """Why no Elasticsearch can be started here, or None."""
    if not elasticsearch_home().is_dir():
        return ELASTICSEARCH_MISSING
    return None if find_java() else JAVA_MISSING
