"""A real index of the test's own records, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.engines import get_engine
from search.rebuild import rebuild


@pytest.fixture
def index(db, settings, tmp_path) -> Callable[[], None]:
    """Call it after making records: the embedded engine then answers with those that are public now."""
    settings.SEARCH_ENGINE = "embedded"
    settings.SEARCH_ENGINES = {
        "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": tmp_path / "index"}
    }

    def build() -> None:
        rebuild(engine=get_engine())

    return build
