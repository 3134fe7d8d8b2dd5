"""Rules about pages are system checks: what breaks one is told before the site starts."""

from __future__ import annotations

import pytest

from home.checks import page_types_say_how_they_are_found
from home.models import NewsPage


def test_the_site_itself_is_sound() -> None:
    assert page_types_say_how_they_are_found(None) == []


@pytest.mark.parametrize("kind", ["", "sometimes"])
def test_a_page_type_that_does_not_say_how_it_is_found(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(NewsPage, "indexed_as", kind)
    (error,) = page_types_say_how_they_are_found(None)
    assert (error.id, error.obj) == ("home.E001", NewsPage)
    assert "NewsPage" in error.msg
