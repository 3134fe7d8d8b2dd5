"""What every test can count on: which services exist, why a test was skipped, and a count at the end.

- A test that asks for the database is marked `database` by itself; `make test` repeats those on PostgreSQL.
- A test marked `postgresql`, `elasticsearch` or `browser` is skipped, with the reason, where its service
  doesn't exist. The node that `make test` starts may still boot: the first marked test waits for it.
- With CI=true a skip is a failure: there everything is installed, so a skip hides something.
"""

from __future__ import annotations

import functools
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.signals import request_finished
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

from scripts.tooling.console import Stop
from scripts.tooling.elasticsearch_node import wait_for
from scripts.tooling.services import CHROMIUM_MISSING, find_chromium, missing_for_elasticsearch
from tests.database import (
    django_db_modify_db_settings,
    django_db_setup,
    migrated_sqlite,
    prefilled_database,
    restore_baseline,
)
from tests.worlds import index_folder, shared_world, world
from training.models import programmes

__all__ = [
    "django_db_modify_db_settings",
    "django_db_setup",
    "index_folder",
    "migrated_sqlite",
    "prefilled_database",
    "shared_world",
    "world",
]

# On PostgreSQL two that wait for each other fail by name, before the run is ended for a test that hangs.
os.environ.setdefault("PGOPTIONS", "-c lock_timeout=60s")

IN_CI = os.environ.get("CI") == "true"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}
NOT_POSTGRESQL = (
    "the database is not PostgreSQL (set DATABASE_URL; `make test` starts its own where it finds one)"
)
ELASTICSEARCH_URL = os.environ.get("TEST_ELASTICSEARCH_URL", "")
NO_ELASTICSEARCH = "TEST_ELASTICSEARCH_URL is not set (`make test` starts a node of its own)"


def uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
        return True
    cls = getattr(item, "cls", None)
    return cls is not None and issubclass(cls, TransactionTestCase)


def missing_service(item: pytest.Item) -> str | None:
    """The reason why this test can't run here, or None."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        return CHROMIUM_MISSING
    if item.get_closest_marker("postgresql") and "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return NOT_POSTGRESQL
    if item.get_closest_marker("elasticsearch") and not ELASTICSEARCH_URL:
        return missing_for_elasticsearch() or NO_ELASTICSEARCH
    return None


# What is drawn slowly on a busy machine is no defect: no test depends on the clock.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Numbers, menus and rows of programmes are kept; a test sees its own records only."""
    for cache in caches.all():
        cache.clear()
    programmes._READ.clear()


@pytest.fixture(autouse=True)
def kept_shell() -> Iterator[None]:
    """Menu, footer and site are read once a test, however slow the machine is: statements are counted."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("shell", "sites"):
            patch.setattr(f"home.{module}.KEPT_SECONDS", 3600)
        yield


@pytest.fixture(autouse=True)
def language_of_the_site() -> None:
    """Every test begins in Indonesian, whatever language a request of another one ended in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """Django drops doubtful connections around a request or a task; a test's transaction lives in its own.

    A streamed answer that a test did not read to its end has not finished its request: it ends here. The
    patch is no test's own, because a test may undo its patches before it ends.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
        yield
        request_finished.send(sender=None)


@functools.cache
def elasticsearch_failure() -> str | None:
    """Waits for the node, once; why it isn't ready, or None."""
    try:
        wait_for(ELASTICSEARCH_URL)
    except Stop as stop:
        return str(stop)
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("elasticsearch") and ELASTICSEARCH_URL and elasticsearch_failure():
        pytest.fail(elasticsearch_failure(), pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs before `-m` is applied, so that the automatic marker can be selected by it."""
    for item in items:
        if uses_database(item):
            item.add_marker(pytest.mark.database)
        reason = missing_service(item)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    """A transactional test empties the tables at its end; they are filled again for the next one, if any.

    Between two such tests without the programmes: most ask for none, and who does makes them.
    """
    result = yield
    if nextitem is not None and empties_tables(item):
        restore_baseline(item.config, programmes=not empties_tables(nextitem))
    return result


def empties_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


class OneSite(LoadScopeScheduling):
    """Gives tests/browser, with its one running site, to one worker, and each other file to who is free."""

    def _split_scope(self, nodeid: str) -> str:
        return "site" if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> OneSite:
    return OneSite(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    return skip_is_failure(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return skip_is_failure(report)


def skip_is_failure(report):
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which fails in CI: {skip_reason(report)}"
    return report


def skip_reason(report) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter) -> None:
    """Leaves the counts where `make test` adds up its runs; TEST_COUNTS names the file."""
    path = os.environ.get("TEST_COUNTS")
    if not path:
        return
    stats = terminalreporter.stats
    counts = {
        "passed": len(stats.get("passed", [])) + len(stats.get("xfailed", [])),
        "failed": sum(len(stats.get(kind, [])) for kind in ("failed", "error", "xpassed")),
        "skipped": dict(Counter(skip_reason(report) for report in stats.get("skipped", []))),
    }
    Path(path).write_text(json.dumps(counts), encoding="utf-8")
