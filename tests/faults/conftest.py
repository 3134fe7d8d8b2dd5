"""The whole site over the real Elasticsearch, with a proxy between that can fail in every way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from search import engines
from search.engines.fallback import FallbackEngine
from tests import cluster
from tests.fault_proxy import FaultProxy, proxy
from tests.faults.site import ClusterSite

SILENT = ("hang", "slow", "trickle")
"""Faults that only the site's own limit ends."""
LOOK_SECONDS = 0.25
"""Pause between two looks at a cluster that is away: the tests don't wait for the site's own two seconds."""


@pytest.fixture
def faults() -> Iterator[FaultProxy]:
    with proxy(cluster.address()) as made:
        yield made


@pytest.fixture
def read_seconds(request: pytest.FixtureRequest) -> float:
    """Longest a search waits: as on the site where a test is about that, else enough for a busy machine."""
    spec = getattr(request.node, "callspec", None)
    return 1.0 if spec and spec.params.get("fault") in SILENT else 5.0


@pytest.fixture
def start_site(read_seconds, settings, tmp_path: Path, faults: FaultProxy, monkeypatch) -> Iterator[Callable]:
    """Call it after making records: the site then searches an index of them behind ``faults``.

    ``copy`` says whether it keeps an embedded one beside it.
    """
    prefix = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(engines, "FallbackEngine", partial(FallbackEngine, look_seconds=LOOK_SECONDS))
    started = []

    def start(*, copy: bool = True) -> ClusterSite:
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.SEARCH_ENGINES = cluster.engines(
            url=faults.url, prefix=prefix, copy=tmp_path / "copy" if copy else None
        )
        settings.SEARCH_ENGINES["elasticsearch"]["READ_SECONDS"] = read_seconds
        site = ClusterSite(faults)
        started.append(site)
        site.build()
        return site

    yield start
    for site in started:
        site.close()
    cluster.remove(prefix)


@pytest.fixture
def site(world, start_site) -> ClusterSite:
    """Of the file's shared world, with a copy."""
    return start_site()
