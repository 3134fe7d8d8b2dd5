"""Alive and ready."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError, connection
from django.test import Client


def down(*args: object, **kwargs: object) -> None:
    raise OperationalError("server closed the connection unexpectedly: host=10.0.0.1 user=katalog")


def test_alive_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz")  # pytest-django refuses any query here
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def good() -> dict[str, object]:
    return {"ok": True, "engine": "embedded", "lag_seconds": 0.0}


def bad() -> dict[str, object]:
    return {"ok": False, "engine": "embedded", "reason": "being rebuilt"}


@pytest.mark.django_db
def test_ready_tells_of_database_and_search(client: Client, settings) -> None:
    settings.READINESS_CHECKS = {"search": f"{__name__}.good"}
    answer = client.get("/readyz")
    found = answer.json()
    assert answer.status_code == 200
    assert found["status"] == "ready"
    assert found["database"]["ok"] is True
    assert found["database"]["vendor"] == connection.vendor
    assert found["search"] == good()
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_the_sites_own_checks_name_the_engine(client: Client) -> None:
    found = client.get("/readyz").json()
    assert found["search"]["engine"] == "embedded"
    assert "lag_seconds" in found["search"]


@pytest.mark.django_db
def test_not_ready_without_search(client: Client, settings) -> None:
    settings.READINESS_CHECKS = {"search": f"{__name__}.bad"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["search"]["reason"] == "being rebuilt"


@pytest.mark.django_db
def test_not_ready_without_a_database_and_nothing_is_told_of_it(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(connection, "cursor", down)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": {"ok": False, "vendor": connection.vendor}}
    assert "10.0.0.1" not in json.dumps(answer.json())
