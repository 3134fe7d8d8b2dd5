"""Hosts that a visitor makes up fill no cache: out of a full one fall the counts of the rate limits."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(monkeypatch):
    """The keys that are written to the cache."""
    keys: set[str] = set()
    kind = type(caches["default"])
    original = kind.set

    def note(self, key, *args, **kwargs):
        keys.add(key)
        return original(self, key, *args, **kwargs)

    monkeypatch.setattr(kind, "set", note)
    return keys


@pytest.fixture
def record():
    return factories.innovation()


def test_ports_capitals_and_full_stops_are_one_host(client, record, kept):
    assert client.get(record.url).status_code == 200
    first = set(kept)
    assert {key.partition("-")[0] for key in first} >= {"site", "shell"}
    for host in ("testserver:81", "TestServer", "testserver.:82", "testserver:0000000000080"):
        assert client.get(record.url, headers={"host": host}).status_code == 200
    assert kept == first


def test_a_pattern_of_hosts_is_not_kept_by_name(client, record, kept, settings):
    settings.ALLOWED_HOSTS = ["testserver", ".contoh.go.id"]
    assert client.get(record.url).status_code == 200
    first = set(kept)
    assert client.get(record.url, headers={"host": "karangan.contoh.go.id"}).status_code == 200
    assert kept == first
