"""The whole site over the real Elasticsearch, with a proxy between that can fail in every way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from search import changes, engines
from search.engines import get_index
from search.engines.fallback import FallbackEngine
from tests import cluster, factories
from tests.fault_proxy import FaultProxy, proxy
from tests.faults.office import SLUGS, Office
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
def hosts(faults: FaultProxy) -> str:
    """Where the site finds its cluster."""
    return faults.url


@pytest.fixture
def start_site(
    read_seconds, settings, tmp_path: Path, faults: FaultProxy, hosts: str, monkeypatch
) -> Iterator[Callable]:
    """Call it after making records: the site then searches an index of them at ``hosts``.

    ``copy`` says whether it keeps an embedded one beside it.
    """
    prefix = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(engines, "FallbackEngine", partial(FallbackEngine, look_seconds=LOOK_SECONDS))
    started = []

    def start(*, copy: bool = True) -> ClusterSite:
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.SEARCH_ENGINES = cluster.engines(
            url=hosts, prefix=prefix, copy=tmp_path / "copy" if copy else None
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


@pytest.fixture
def open_office(db, start_site, tmp_path) -> Callable[..., tuple[ClusterSite, Office]]:
    """Five published records in an index; ``owed`` says whether all of them changed since."""

    def make(*, owed: bool) -> tuple[ClusterSite, Office]:
        for slug in SLUGS:
            factories.innovation(slug.replace("-", " "), slug=slug, revision=True)
        site = start_site()
        if owed:
            with transaction.atomic():
                changes.record_all()
        return site, Office(tmp_path, get_index("elasticsearch").indices.prefix)

    return make
