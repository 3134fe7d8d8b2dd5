"""Asking the API, for tests."""

from __future__ import annotations

from typing import Any

from django.test import Client


def get(client: Client, path: str, **parameters: Any) -> Any:
    """What it answers, which must be no refusal."""
    response = client.get(path, parameters)
    assert response.status_code == 200, response.content
    return response.json()
