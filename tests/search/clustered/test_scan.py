"""An export reads on while a rebuild takes the index away under it."""

from __future__ import annotations

import pytest

from search.engines.elasticsearch import scan
from search.errors import SearchUnavailable
from search.rebuild import rebuild
from search.types import SearchRequest, Sort
from tests.search.clustered.conftest import edit

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.mark.parametrize("request_", [SearchRequest(sort=Sort.NEWEST), SearchRequest(query="judul")])
def test_a_scan_goes_on_in_the_next_index_and_gives_every_record_once(server, records, monkeypatch, request_):
    monkeypatch.setattr(scan, "SCAN", 10)
    edit(records, 35)
    rebuild(engine=server)
    wanted = list(server.all_keys(request_))

    found = []
    for key in server.all_keys(request_):
        found.append(key)
        if len(found) in (5, 25):
            rebuild(engine=server)

    assert len(wanted) == 35
    assert sorted(found) == sorted(wanted)
    if request_.sort is Sort.NEWEST:
        assert found == wanted


def test_a_scan_without_an_order_of_its_own_says_that_the_index_is_gone(server, records, monkeypatch):
    monkeypatch.setattr(scan, "SCAN", 10)
    edit(records, 15)
    rebuild(engine=server)
    keys = server.keys()
    next(keys)
    rebuild(engine=server)
    with pytest.raises(SearchUnavailable):
        list(keys)
