"""Limits are counted in the cache: every test starts from none."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def no_limits_used() -> None:
    cache.clear()


@pytest.fixture
def log_in(client: Client) -> Callable[..., object]:
    """Send the sign-in form; answers the response."""

    def send(email: str, password: str = PASSWORD, **extra: str) -> object:
        return client.post("/accounts/login/", {"login": email, "password": password, **extra})

    return send


class Forms(HTMLParser):
    """The text, the fields and the scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.fields: dict[str, str] = {}
        self.inline: list[str] = []
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.language = found.get("lang") or ""
        if tag == "script":
            self.scripts.append(found)
        if tag == "input" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""
        self.inline += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        self.inline += [tag for _ in [0] if tag == "style"]

    def scripts_in_the_page(self) -> list[dict[str, str | None]]:
        """Scripts a browser would run although they are not files; JSON is data."""
        return [item for item in self.scripts if "src" not in item and item.get("type") != "application/json"]


@pytest.fixture
def read_page() -> type[Forms]:
    return Forms
