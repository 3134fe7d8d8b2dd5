"""One small world for all tests of a file: making it takes longer than most tests.

Each test works in a savepoint of the world's transaction, so what it changes is gone afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.test import override_settings

from catalogue.demo.quiet import quiet
from search.engines import get_engine
from search.rebuild import rebuild
from tests import factories

Made = TypeVar("Made")
EMBEDDED = "search.engines.embedded.EmbeddedEngine"


@contextmanager
def for_a_file(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """What ``make`` makes stays for the tests of a file, and is rolled back behind them."""
    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        with quiet():
            made = make()
    yield made
    with blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def engines(folder: Path) -> dict[str, dict[str, Any]]:
    """``SEARCH_ENGINES`` of a site whose embedded index lies in ``folder``."""
    return {"embedded": {"CLASS": EMBEDDED, "DIR": folder}}


@pytest.fixture
def index_folder(settings: Any, tmp_path: Path) -> Path:
    """Where this test's own embedded index will lie: there is none yet, whatever ran before."""
    settings.SEARCH_ENGINE, settings.SEARCH_ENGINES = "embedded", engines(tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[factories.World]:
    """``factories.world()`` in an index of its own, for the whole file."""
    folder = tmp_path_factory.mktemp("world") / "index"

    def make() -> factories.World:
        made = factories.world()
        rebuild(engine=get_engine())
        return made

    changed = override_settings(SEARCH_ENGINE="embedded", SEARCH_ENGINES=engines(folder))
    with changed, for_a_file(django_db_blocker, make) as made:
        yield made


@pytest.fixture
def world(shared_world: factories.World, db: None) -> factories.World:
    return shared_world
