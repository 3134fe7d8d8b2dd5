"""The test database without its migrations each time: they take longer than most of the suite.

It holds vocabularies, site tree and roles from the start (`tests.factories.baseline`).

On SQLite the first worker migrates and keeps a copy under pytest's cache, named after the migrations; every
other worker, and every later run, starts from that copy. On PostgreSQL `make test` migrates one database and
names it in TEST_TEMPLATE; each worker's database is made from it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests import factories

ROOT = Path(__file__).resolve().parent.parent


def migrations_fingerprint() -> str:
    """Changes with any migration or seed of ours and with the libraries' versions."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for name in sorted(f"{app}.{migration}" for app, migration in MigrationLoader(None).disk_migrations):
        digest.update(name.encode())
    for pattern in ("*/migrations/*.py", "catalogue/data/*.csv", "catalogue/seeds/*", "*/roles.py"):
        for path in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class SqliteTemplate:
    """A migrated database in a file, and the lock under which it is made."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{migrations_fingerprint()}.sqlite3"
        self.stack = ExitStack()

    def fill(self, name: str) -> None:
        """Copy the file into the database ``name``; where there is none, hold the lock until ``keep``."""
        lock = self.stack.enter_context(self.path.with_suffix(".lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not self.path.exists():
            return
        # The open connection keeps a database in memory alive until Django has its own.
        target = sqlite3.connect(name, uri=True)
        self.stack.callback(target.close)
        source = sqlite3.connect(self.path)
        source.backup(target)
        source.close()
        fcntl.flock(lock, fcntl.LOCK_UN)

    def keep(self) -> None:
        if not self.path.exists():
            for old in self.path.parent.glob("*.sqlite3"):
                old.unlink()
            new = self.path.with_suffix(".new")
            target = sqlite3.connect(new)
            connection.ensure_connection()
            connection.connection.backup(target)
            target.close()
            new.replace(self.path)
        self.stack.close()


@pytest.fixture(scope="session")
def sqlite_template(pytestconfig: pytest.Config) -> SqliteTemplate | None:
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        return None
    return SqliteTemplate(pytestconfig.cache.mkdir("database"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, sqlite_template: SqliteTemplate | None
) -> None:
    if sqlite_template:
        sqlite_template.fill(connection.creation._get_test_db_name())
    elif connection.vendor == "postgresql" and os.environ.get("TEST_TEMPLATE"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = os.environ["TEST_TEMPLATE"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker, sqlite_template: SqliteTemplate | None) -> None:
    with django_db_blocker.unblock():
        factories.baseline()
        if sqlite_template:
            sqlite_template.keep()
