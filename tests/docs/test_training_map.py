"""The map of training names every module, and none that is not there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT

FRAME = {"__init__", "apps", "urls", "urls_coordinator", "urls_verify", "wagtail_hooks"}
PLACES = {"": 1, "services": 2, "views": 3}
"""Folder below training → column of the map."""


def cells(column: int) -> list[str]:
    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    table = text.partition("## Map")[2].partition("## 1.")[0]
    return [line.split("|")[column + 1] for line in table.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("place", PLACES)
def test_the_map_names_every_module(place):
    named = {name for cell in cells(PLACES[place]) for name in re.findall(r"`(\w+)`", cell)}
    there = {path.stem for path in (ROOT / "training" / place).glob("*.py")} - FRAME
    assert named == there
