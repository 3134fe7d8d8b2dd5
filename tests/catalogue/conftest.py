"""A real index of the test's own records, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.services.access import ensure_access
from search.engines import get_engine
from search.rebuild import rebuild
from tests import factories
from tests.catalogue.desk import Desk


@pytest.fixture
def index(db, index_folder) -> Callable[[], None]:
    """Call it after making records: the embedded engine then answers with those that are public now."""

    def build() -> None:
        rebuild(engine=get_engine())

    return build


@pytest.fixture(scope="module")
def _access(shared_world, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        ensure_access()


@pytest.fixture
def staffed(shared_world, _access, db):
    """The file's shared world, with roles and the workflow in place."""
    return shared_world


@pytest.fixture
def curator(staffed) -> Desk:
    return Desk(factories.user("curator"))
