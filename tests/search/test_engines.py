"""Which engine answers is a setting."""

from __future__ import annotations

import pytest

from search import engines, registry
from search.engines.embedded import EmbeddedEngine
from tests.contract.world import World


@pytest.fixture(autouse=True)
def definition(monkeypatch):
    monkeypatch.setattr(registry, "_definition", World(0).definition())


def entry(folder):
    return {"embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": folder}}


def test_one_engine_a_process_until_the_settings_change(settings, tmp_path):
    settings.SEARCH_ENGINE, settings.SEARCH_ENGINES = "embedded", entry(tmp_path / "a")
    engine = engines.get_engine()
    assert isinstance(engine, EmbeddedEngine)
    assert engine is engines.get_engine()
    settings.SEARCH_ENGINES = entry(tmp_path / "b")
    assert engines.get_engine().folder == tmp_path / "b"


def test_an_engine_without_an_entry_is_an_error(settings):
    settings.SEARCH_ENGINE = "other"
    with pytest.raises(KeyError):
        engines.get_engine()


def test_a_site_without_a_definition_says_so(settings, monkeypatch, tmp_path):
    settings.SEARCH_ENGINE, settings.SEARCH_ENGINES = "embedded", entry(tmp_path)
    monkeypatch.setattr(registry, "_definition", None)
    with pytest.raises(RuntimeError):
        engines.get_engine()
