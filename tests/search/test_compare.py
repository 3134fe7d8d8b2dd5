"""``search_compare``: what it prints, and by which code it ends."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from search.engines.embedded import EmbeddedEngine
from search.management.commands import search_compare
from tests.contract.base import fill
from tests.contract.records import document
from tests.contract.world import World


@pytest.fixture
def engines(tmp_path, monkeypatch) -> dict[str, EmbeddedEngine]:
    """Two with the same records; the second lacks one, on what is organic."""
    world = World(30, seed=3)
    records = list(world.records.values())
    found = {name: EmbeddedEngine(world.definition(), tmp_path / name) for name in ("one", "other", "empty")}
    alone = replace(document("alone"), texts={**records[0].texts, "title": {"en": "Organic compost"}})
    fill(found["one"], [*records, alone])
    fill(found["other"], records)
    monkeypatch.setattr(search_compare, "get_index", found.__getitem__)
    monkeypatch.setattr(search_compare.settings, "SEARCH_ENGINES", {name: {} for name in found})
    return found


def run(*names: str, words: str = "") -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("search_compare", *names, words=[words] if words else None, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_nothing_differs(engines):
    code, told = run("one", "one")
    assert code == 0
    assert "0 differences, 0 of words" in told


def test_a_difference_is_named_and_ends_with_1(engines):
    code, told = run("one", "other", words="compost")
    assert code == search_compare.DIFFERENT
    assert "q=compost" in told
    assert "total: 1 and 0" in told
    assert "alone" in told


def test_only_words_whose_stems_are_listed_are_excused(engines):
    _code, told = run("one", "other", words="organic")
    lines = [line for line in told.splitlines() if "q=organic" in line]
    assert lines
    assert all(line.endswith("(stems)") for line in lines)
    rest = [line for line in told.splitlines()[:-1] if "q=organic" not in line]
    assert not any(line.endswith("(stems)") for line in rest)


def test_an_engine_that_does_not_answer_ends_with_2(engines):
    with pytest.raises(CommandError) as refused:
        run("one", "empty")
    assert refused.value.returncode == search_compare.UNABLE


@pytest.mark.parametrize("names", [("one",), ("one", "unknown"), ("one", "other", "empty")])
def test_two_engines_are_named(engines, names):
    with pytest.raises(CommandError, match="Name two of: one, other, empty"):
        run(*names)
