"""The test's database shared with real processes, which can be started, listened to and killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class SharedDatabase:
    """PostgreSQL's test database itself, or a copy of SQLite's in a file. The test asks it in plain SQL.

    ``module`` is the one whose actions the processes do.
    """

    def __init__(self, folder: Path, module: str = "tests.search.actor") -> None:
        self.folder = folder
        self.module = module
        self.file = folder / "shared.sqlite3"
        connection.ensure_connection()
        if connection.in_atomic_block:  # a fixture may hold one: the copy would wait for ever
            raise RuntimeError("a database inside a transaction can't be shared")
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as target:
                connection.connection.backup(target)

    @property
    def url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        found = connection.settings_dict
        login = quote(found["USER"]) + (f":{quote(found['PASSWORD'])}" if found["PASSWORD"] else "")
        host = quote(found["HOST"] or "", safe="")
        port = f":{found['PORT']}" if found["PORT"] else ""
        return f"postgres://{login}@{host}{port}/{found['NAME']}"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file, timeout=20)) as source, source:
                return source.execute(sql).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def read_back(self) -> None:
        """Let the test's own connection see what the processes wrote, for models and services."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(self.file, timeout=20)) as source:
                source.backup(connection.connection)

    @contextmanager
    def actor(self, *arguments: str) -> Iterator[Actor]:
        """A process that does one of the actions of the module."""
        with self.process("-m", self.module, *arguments) as actor:
            yield actor

    @contextmanager
    def process(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Actor]:
        """Python with ``arguments``, on this database; killed at the end if it still runs."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "innovation_site.settings.test",
            "DATABASE_URL": self.url,
            "SQLITE_TIMEOUT": "20",
            "VAR_DIR": str(self.folder),
            **(settings or {}),
        }
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, text=True, **pipes
        ) as process:
            try:
                yield Actor(process)
            finally:
                if process.poll() is None:
                    process.kill()


class Actor:
    """A started process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def asked(self, line: str) -> str:
        """Its answer to a line it reads."""
        assert self.process.stdin
        print(line, file=self.process.stdin, flush=True)
        return self.says()

    def says(self) -> str:
        """Its next line, waited for; fails with what it wrote to its log if there is none."""
        assert self.process.stdout
        assert self.process.stderr
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return line.strip()

    def tell(self, word: str) -> None:
        """Give it a line to read."""
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def logs(self, words: str) -> None:
        """Wait until it has logged a line with these words."""
        assert self.process.stderr
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if words in line:
                return
        raise AssertionError("".join(seen))

    def kill(self) -> None:
        """As by ``kill -9``."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """As by ``kill``; its exit code. Fails after ten seconds."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)
