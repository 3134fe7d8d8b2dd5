"""The test database without its migrations each time: they take longer than most of the suite.

On SQLite one migrated file is kept under pytest's cache, named after the migrations; every worker of every
run starts from it, and so does the site of the browser tests. On PostgreSQL `make test` migrates one database
and names it in TEST_TEMPLATE; each worker's own is made from it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """Changes with any migration of ours and with the versions of the libraries."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrated_file(folder: Path) -> Path:
    """The migrated SQLite file in ``folder``: whoever comes first makes it, the others wait for that."""
    path = folder / f"{fingerprint()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            new = folder / "new.sqlite3"
            env = {
                **os.environ,
                "DATABASE_URL": f"sqlite:///{new}",
                "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            }
            command = [sys.executable, ROOT / "manage.py", "migrate", "--no-input", "--verbosity=0"]
            subprocess.run(command, env=env, cwd=ROOT, check=True)
            shutil.move(new, path)
    return path


@pytest.fixture(scope="session")
def migrated_sqlite(pytestconfig: pytest.Config) -> Path:
    return migrated_file(pytestconfig.cache.mkdir("database"))


@pytest.fixture(scope="session")
def prefilled_database(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix
) -> Iterator[None]:
    """Let Django find its test database already migrated."""
    if connection.vendor == "postgresql" and os.environ.get("TEST_TEMPLATE"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = os.environ["TEST_TEMPLATE"]
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    source = sqlite3.connect(request.getfixturevalue("migrated_sqlite"))
    # A database in memory lives as long as a connection to it is open.
    target = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
    source.backup(target)
    source.close()
    yield
    target.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(prefilled_database: None) -> None:
    """pytest-django asks for this before it makes the test database."""


BLOCKER = pytest.StashKey[pytest_django.DjangoDbBlocker]()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, pytestconfig: pytest.Config
) -> None:
    """Vocabularies, site tree, roles and programmes are there from the start; a test rolls back to them."""
    pytestconfig.stash[BLOCKER] = django_db_blocker
    restore_baseline(pytestconfig)


def restore_baseline(config: pytest.Config, *, programmes: bool = True) -> None:
    """Put back what every test starts from; nothing is done where it is there, or where no test needed it."""
    from tests import factories
    from training.seeds import seed_programmes

    if BLOCKER not in config.stash:  # a skipped test ends, too
        return
    with config.stash[BLOCKER].unblock():
        factories.baseline()
        if programmes:
            seed_programmes()
