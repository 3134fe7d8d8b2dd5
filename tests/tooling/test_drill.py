"""`make drill`: what is backed up comes back, and what does not come back is noticed."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.drill import exercises
from scripts.tooling.console import Stop
from tests.search.processes import SharedDatabase

ROOT = Path(__file__).resolve().parent.parent.parent
INVENTORY = {
    "tables": {"page": [3, "a"], "account": [1, "b"]},
    "files": {"report.txt": "c"},
    "lost": [],
    "records": 3,
    "live": 2,
    "audit": 4,
    "second_factors": 1,
}


def drill(database: str, template: str | Path) -> str:
    command = [sys.executable, "-m", "scripts.drill", database, "--size", "12", "--template", template]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_a_site_on_sqlite_comes_back(migrated_sqlite):
    said = drill("sqlite", migrated_sqlite)
    assert said.count("equal: ") == 1
    assert "no difference" in said


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)  # another program reads the tables: no transaction may hold them
def test_a_site_on_postgresql_comes_back_from_a_dump_and_to_the_second(tmp_path):
    said = drill("postgresql", SharedDatabase(tmp_path).url)
    assert said.count("equal: ") == 2
    assert said.count("no difference") == 2


def test_more_files_than_were_backed_up_are_no_loss():
    found = copy.deepcopy(INVENTORY)
    found["files"]["later.txt"] = "d"
    exercises.compare(INVENTORY, found)


@pytest.mark.parametrize(
    "change",
    [
        {"tables": {"page": [3, "other"], "account": [1, "b"]}},
        {"tables": {"page": [3, "a"]}},
        {"tables": INVENTORY["tables"] | {"new": [0, ""]}},
        {"files": {"report.txt": "other"}},
        {"files": {}},
        {"lost": ["picture.jpg"]},
        {"second_factors": 0},
    ],
)
def test_what_differs_ends_the_drill(change):
    with pytest.raises(Stop, match="Not what there was"):
        exercises.compare(INVENTORY, copy.deepcopy(INVENTORY) | change)
