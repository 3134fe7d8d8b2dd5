"""`make test`: the whole suite on SQLite, then what uses the database once more on PostgreSQL.

One Elasticsearch node serves both runs. It starts first and needs a while, so it boots while packages are
installed and the first tests run; tests/conftest.py waits for it before the first test that is marked.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import containers, elasticsearch, elasticsearch_install, postgres
from .console import Stop, run_step, say
from .environment import PYTHON, ROOT, setup
from .services import (
    CHROMIUM_MISSING,
    POSTGRESQL_MISSING,
    elasticsearch_home,
    find_chromium,
    find_postgresql,
    missing_for_elasticsearch,
)

NOTHING_COLLECTED = 5
# A developer's own settings must not decide what the tests see.
NOT_INHERITED = {
    "DATABASE_URL",
    "VAR_DIR",
    "SEARCH_ENGINE",
    "ELASTICSEARCH_URL",
    "ELASTICSEARCH_API_KEY",
    "SECRET_KEY",
    "SITE_URL",
    "DJANGO_SETTINGS_MODULE",
    "DEBUG",
}
# The index doesn't care which database its records come from: what asks Elasticsearch runs once, except for
# tests that say they hold only on PostgreSQL, or that they are about the two together.
ON_POSTGRESQL = "((database and not elasticsearch and not slow) or postgresql or production) and not browser"


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, *, passed: int, failed: int, skipped: Mapping[str, int]) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped.update(skipped)


def pytest(title: str, arguments: Sequence[str], env: Mapping[str, str], total: Counts) -> None:
    """One run of the suite; its counts go into ``total``. A run that ends without counts is one failure."""
    say(f"\n── {title} ──")
    with tempfile.TemporaryDirectory(prefix="catalogue-test-run-") as folder:
        counts = Path(folder) / "counts.json"
        workers = os.environ.get("TEST_WORKERS", "2")
        command = [PYTHON, "-m", "pytest", "-q", f"-n{workers}"]
        result = subprocess.run(
            [*command, *arguments],
            cwd=ROOT,
            env={**environment(), **env, "TEST_COUNTS": str(counts), "TMPDIR": folder},
        )
        if counts.exists():
            total.add(**json.loads(counts.read_text(encoding="utf-8")))
        if result.returncode not in {0, 1, NOTHING_COLLECTED} or not counts.exists():
            total.failed += 1
            say(f"pytest ended with code {result.returncode}.")


def migrated(url: str) -> str:
    """Migrate the database of ``url`` once and return its name: each worker's own is made from it."""
    settings = {"DJANGO_SETTINGS_MODULE": "innovation_site.settings.test", "DATABASE_URL": url}
    command = [PYTHON, ROOT / "manage.py", "migrate", "--no-input"]
    run_step("Migrating on PostgreSQL", command, env={**environment(), **settings}, cwd=ROOT)
    return url.rsplit("/", 1)[-1]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


@contextmanager
def elasticsearch_node() -> Iterator[dict[str, str]]:
    """A throw-away node that boots beside the block; yields what tells the tests of it, or nothing."""
    missing = missing_for_elasticsearch()
    say(f"Elasticsearch: {missing or elasticsearch_home()}")
    if missing:
        yield {}
        return
    with elasticsearch.throw_away(wait=False) as cluster:
        yield {"TEST_ELASTICSEARCH_URL": cluster.url}


def test(arguments: Sequence[str]) -> int:
    """Run everything this machine can; 0 when nothing failed."""
    started = time.monotonic()
    total = Counts()
    in_ci = os.environ.get("CI") == "true"
    say(f"Chromium: {find_chromium() or CHROMIUM_MISSING}")
    say(f"PostgreSQL: {find_postgresql() or POSTGRESQL_MISSING}")
    if in_ci:
        install_elasticsearch(total)
        build_image(total)
    with elasticsearch_node() as env:
        setup(dev=True)
        first = ["-m", "not postgresql"] if find_postgresql() else []
        pytest("The whole suite on SQLite", [*first, *arguments], env, total)
        if find_postgresql():
            again_on_postgresql(arguments, env, total)
        else:
            reason = f"the run on PostgreSQL: {POSTGRESQL_MISSING}"
            total.add(passed=0, failed=int(in_ci), skipped={reason: 1})
    return report(total, time.monotonic() - started)


def install_elasticsearch(total: Counts) -> None:
    try:
        elasticsearch_install.install()
    except Stop as stop:
        say(str(stop))
        total.failed += 1


def build_image(total: Counts) -> None:
    """Build the image where a container engine runs; elsewhere only its files are read, by tests/docs."""
    if not containers.engine_runs():
        say("Container engine: none runs, the image is not built")
        return
    try:
        containers.build_image()
    except Stop as stop:
        say(str(stop))
        total.failed += 1


def again_on_postgresql(arguments: Sequence[str], env: Mapping[str, str], total: Counts) -> None:
    try:
        with postgres.throw_away() as url:
            own = {"DATABASE_URL": url, "TEST_TEMPLATE": migrated(url)}
            again = ["-m", ON_POSTGRESQL, *arguments]
            pytest("What uses the database, on PostgreSQL", again, {**env, **own}, total)
    except Stop as stop:
        say(str(stop))
        total.failed += 1


def report(total: Counts, seconds: float) -> int:
    say(f"\nDone in {seconds:.0f} s.")
    for reason, count in total.skipped.most_common():
        say(f"skipped {count}: {reason}")
    say(f"{total.passed} passed, {total.failed} failed, {total.skipped.total()} skipped")
    return 1 if total.failed or not total.passed else 0
