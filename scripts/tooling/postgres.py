"""PostgreSQL on loopback: a throw-away cluster for the tests, a lasting one for development.

The server refuses to run as root, so as root the cluster belongs to an unprivileged user of the system.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .checks import free_port, port_is_free
from .console import Stop, say
from .environment import ROOT
from .owner import give, run_as, unprivileged
from .services import POSTGRESQL_MISSING, find_postgresql

START_SECONDS = 60
# The cluster dies with the run, so a crash has nothing to lose: tests need no fsync.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
SERVICE_PORT = 5433
OWNERS = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    binaries: Path
    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    @property
    def url(self) -> str:
        return f"postgres://catalogue:{self.password}@127.0.0.1:{self.port}/catalogue"

    @property
    def password(self) -> str:
        return self.password_file.read_text(encoding="ascii").strip()

    def make(self) -> None:
        """Raises Stop with the last line of initdb when it fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24), encoding="ascii")
        give(unprivileged(*OWNERS), (self.folder, self.password_file))
        command = [
            self.binaries / "initdb",
            "--pgdata",
            self.data,
            "--username",
            "catalogue",
            "--auth",
            "scram-sha-256",
        ]
        command += [
            "--pwfile",
            self.password_file,
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-instructions",
        ]
        result = subprocess.run(command, **self.as_owner(), capture_output=True, text=True)
        if result.returncode != 0:
            lines = (result.stderr or result.stdout).strip().splitlines() or ["no output"]
            raise Stop(f"PostgreSQL could not make its data folder: {lines[-1]}")

    def command(self, settings: Mapping[str, str]) -> list[str | Path]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **settings,
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [self.binaries / "postgres", "-D", self.data, *flags]

    def as_owner(self) -> dict[str, Any]:
        """Arguments for subprocess that run a program as the owner of the cluster."""
        return {"cwd": self.folder, **run_as(unprivileged(*OWNERS))}

    def wait(self) -> None:
        ready = [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready).returncode != 0:
            if time.monotonic() > deadline:
                raise Stop(f"PostgreSQL did not answer on port {self.port} within {START_SECONDS} s.")
            time.sleep(0.1)

    def create_database(self) -> None:
        """Make the database that ``url`` names; one that exists stays as it is."""
        command = [
            self.binaries / "createdb",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "catalogue",
            "catalogue",
        ]
        env = {**os.environ, "PGPASSWORD": self.password}
        result = subprocess.run(command, env=env, capture_output=True, text=True)
        if result.returncode != 0 and "already exists" not in result.stderr:
            raise Stop(f"PostgreSQL: {result.stderr.strip()}")


@contextmanager
def throw_away() -> Iterator[str]:
    """A cluster that exists while the block runs; yields its DATABASE_URL."""
    binaries = find_postgresql()
    if binaries is None:
        raise Stop(POSTGRESQL_MISSING)
    folder = Path(tempfile.mkdtemp(prefix="catalogue-postgresql-"))
    cluster = Cluster(binaries=binaries, folder=folder, port=free_port())
    server: subprocess.Popen[bytes] | None = None
    try:
        cluster.make()
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                cluster.command(THROW_AWAY), **cluster.as_owner(), stdout=log, stderr=log
            )
        cluster.wait()
        cluster.create_database()
        yield cluster.url
    finally:
        if server is not None:
            server.terminate()  # first politely; open connections of a broken test must not hold us up
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def service() -> Cluster:
    """The cluster for development: in var/, except for root, in whose folders no other user may look."""
    binaries = find_postgresql()
    if binaries is None:
        raise Stop(f"{POSTGRESQL_MISSING}.")
    folder = ROOT / "var" / "postgresql"
    if os.geteuid() == 0:
        folder = Path("/var/tmp/catalogue-postgresql")  # noqa: S108 - owned by and closed to all but its user
    return Cluster(binaries=binaries, folder=folder, port=SERVICE_PORT)


def pg_ctl(cluster: Cluster, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [cluster.binaries / "pg_ctl", "-D", cluster.data, *arguments]
    with tempfile.TemporaryFile("w+") as output:  # not a pipe: the server would keep it open
        result = subprocess.run(command, **cluster.as_owner(), stdout=output, stderr=output, text=True)
        output.seek(0)
        result.stdout = output.read()
    return result


def start_service() -> None:
    cluster = service()
    if not (cluster.data / "PG_VERSION").exists():
        cluster.make()
    if pg_ctl(cluster, "status").returncode != 0:
        if not port_is_free(cluster.port):
            raise Stop(f"Port {cluster.port} is in use by something else: stop that first.")
        options = " ".join(f"'{part}'" for part in map(str, cluster.command({})[3:]))
        started = pg_ctl(cluster, "start", "-w", "-l", cluster.folder / "log", "-o", options)
        if started.returncode != 0:
            raise Stop(f"PostgreSQL did not start: see {cluster.folder / 'log'}")
    cluster.create_database()
    say(f"PostgreSQL runs on 127.0.0.1:{cluster.port}. Use it with:\n  export DATABASE_URL={cluster.url}")


def stop_service() -> None:
    if find_postgresql() is None:
        return
    cluster = service()
    if pg_ctl(cluster, "status").returncode != 0:
        say("PostgreSQL was not running.")
        return
    if pg_ctl(cluster, "stop", "-m", "fast").returncode != 0:
        raise Stop(f"PostgreSQL did not stop: see {cluster.folder / 'log'}")
    say(f"PostgreSQL stopped; its data stays in {cluster.data}")
