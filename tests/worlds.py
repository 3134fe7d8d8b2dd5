"""One small world for all tests of a file: making it takes longer than most tests.

Each test works in a savepoint of the world's transaction, so what it changes is gone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from catalogue.demo.quiet import quiet
from search.engines import get_engine
from search.rebuild import rebuild
from tests import factories

EMBEDDED = "search.engines.embedded.EmbeddedEngine"


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[factories.World]:
    """``factories.world()`` in an index of its own, for the whole file."""
    folder = tmp_path_factory.mktemp("world") / "index"
    engines = {"embedded": {"CLASS": EMBEDDED, "DIR": folder}}
    with override_settings(SEARCH_ENGINE="embedded", SEARCH_ENGINES=engines):
        with django_db_blocker.unblock():
            outer = transaction.atomic()
            outer.__enter__()
            with quiet():
                made = factories.world()
            rebuild(engine=get_engine())
        yield made
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def world(shared_world: factories.World, db: None) -> factories.World:
    return shared_world
