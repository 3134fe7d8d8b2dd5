"""Every key of a result, for exports: complete, in the order of the pages, beyond the paging bound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.engines.embedded import EmbeddedEngine
from search.errors import SearchUnavailable
from search.types import Range, SearchRequest, Sort, Tombstone
from tests.contract.world import World

COUNT = 600


@pytest.fixture(scope="module")
def world():
    return World(COUNT, seed=5)


@pytest.fixture(scope="module")
def engine(world, tmp_path_factory):
    engine = EmbeddedEngine(world.definition(), tmp_path_factory.mktemp("index"))
    build = engine.start_build()
    build.load(world.records.values())
    build.activate()
    return engine


def paged(engine, request):
    found = []
    for page in range(1, COUNT // 100 + 2):
        hits = engine.search(replace(request, page=page, size=100, facet_sizes={})).hits
        found += [hit.key for hit in hits]
    return found


REQUESTS = [
    SearchRequest(),
    *(SearchRequest(sort=sort) for sort in Sort),
    SearchRequest(sort=Sort.TITLE, language="en"),
    SearchRequest(query="layanan"),
    SearchRequest(query="layanan kesehatan", selections={"sector": ("sector-1", "sector-2")}),
    SearchRequest(selections={"agency": ("agency-1",)}, ranges={"year": Range(2015, 2020)}),
    SearchRequest(query="tidakadayangbegini"),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_keys_are_those_of_all_pages_in_their_order(engine, request_):
    assert list(engine.all_keys(request_)) == paged(engine, request_)


def test_page_and_size_do_not_matter(engine):
    assert len(list(engine.all_keys(SearchRequest(page=10_000, size=100)))) == COUNT


def test_what_is_gone_is_left_out(world, tmp_path):
    engine = EmbeddedEngine(world.definition(), tmp_path)
    build = engine.start_build()
    build.load(world.records.values())
    build.activate()
    gone = next(iter(world.records))
    engine.apply([Tombstone(gone, 2)])
    assert set(engine.all_keys(SearchRequest())) == world.records.keys() - {gone}


def test_a_missing_index_says_so_at_once(world, tmp_path):
    engine = EmbeddedEngine(world.definition(), tmp_path / "nothing")
    with pytest.raises(SearchUnavailable):
        engine.all_keys(SearchRequest())
