"""A PostgreSQL server of the drill's own, and the programs that back it up and restore it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from scripts.tooling.checks import free_port
from scripts.tooling.console import Stop
from scripts.tooling.owner import give, unprivileged
from scripts.tooling.postgres import OWNERS, THROW_AWAY, Cluster

PATIENCE = 60.0


@dataclass(kw_only=True)
class Server:
    """One server process with its folder. Raises Stop with the reason when a program fails."""

    binaries: Path
    folder: Path
    cluster: Cluster = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        owned(self.folder)
        self.cluster = Cluster(binaries=self.binaries, folder=self.folder, port=free_port())

    @property
    def url(self) -> str:
        return self.cluster.url

    def make(self) -> None:
        """An empty database on a new server."""
        self.cluster.make()
        self.start(THROW_AWAY)
        self.cluster.create_database()

    def start(self, settings: dict[str, str]) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.cluster.command(settings), **self.cluster.as_owner(), stdout=log, stderr=log
            )
        self.cluster.wait()

    def stop(self) -> None:
        """End it in order."""
        self.pg("pg_ctl", "stop", "--mode", "fast", "--pgdata", self.cluster.data)
        if self.process is not None:
            self.process.wait()
            self.process = None

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def destroy(self) -> None:
        """As a disk that is lost while the server runs."""
        self.kill()
        shutil.rmtree(self.cluster.data, ignore_errors=True)

    def sql(self, statement: str) -> str:
        return self.pg("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement, self.url)

    def pg(self, program: str, *arguments: str | Path, environment: dict[str, str] | None = None) -> str:
        """The output of one of PostgreSQL's programs, run as the owner of the server."""
        result = subprocess.run(
            [self.binaries / program, *arguments],
            **self.cluster.as_owner(),
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Stop(f"{program}: {result.stderr.strip()}")
        return result.stdout.strip()

    # --- Backup ---------------------------------------------------------------------------------

    def archive_to(self, archive: Path) -> None:
        """Restart it so that every finished piece of its log is copied to ``archive``."""
        self.stop()
        self.start(
            {
                "archive_mode": "on",
                "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
                "archive_timeout": "1",  # seconds; 300 on a real site
            }
        )

    def archived(self, archive: Path) -> None:
        """Wait until all that is committed now lies in ``archive``."""
        name = self.sql("SELECT pg_walfile_name(pg_current_wal_lsn())")
        deadline = time.monotonic() + PATIENCE
        while not (archive / name).exists():
            if time.monotonic() > deadline:
                raise Stop(f"PostgreSQL did not archive {name} within {PATIENCE:.0f} s.")
            time.sleep(0.2)

    def base_backup(self, target: Path) -> None:
        self.pg("pg_basebackup", "--checkpoint=fast", "--dbname", self.url, "--pgdata", target)
        self.pg("pg_verifybackup", target)

    def dump(self, target: Path) -> None:
        self.pg("pg_dump", "--format=custom", "--file", target, self.url)

    # --- Restore --------------------------------------------------------------------------------

    def load(self, dump: Path) -> None:
        """Fill the empty database from a dump."""
        self.pg(
            "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname", self.url, dump
        )

    def recover(self, backup: Path, archive: Path, moment: str, password: Path) -> None:
        """Bring a base backup and the archived log back to ``moment``, and wait until it takes writes."""
        subprocess.run(["cp", "-a", backup, self.cluster.data], check=True)
        shutil.copy(password, self.cluster.password_file)
        signal = self.cluster.data / "recovery.signal"
        signal.touch()
        give(unprivileged(*OWNERS), [signal])
        self.start(
            {
                "restore_command": f"cp {archive}/%f %p",
                "recovery_target_time": moment,
                "recovery_target_action": "promote",
            }
        )
        deadline = time.monotonic() + PATIENCE
        while self.sql("SELECT pg_is_in_recovery()") != "f":
            if time.monotonic() > deadline:
                raise Stop(f"PostgreSQL did not reach {moment} within {PATIENCE:.0f} s.")
            time.sleep(0.2)


def owned(folder: Path) -> Path:
    """A new folder that the owner of the servers may write to."""
    folder.mkdir()
    give(unprivileged(*OWNERS), [folder])
    return folder
