"""Reads the files in catalogue/data, whose columns catalogue/data/README.md describes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The lines of ``name``.csv, keyed by its header."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def json_lines(name: str) -> Iterator[dict[str, Any]]:
    """The objects of ``name``.jsonl."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def split(cell: str) -> list[str]:
    """The parts of a cell that holds a list."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def lines(cell: str) -> str:
    """A list as the admin keeps it: one a line."""
    return "\n".join(split(cell))


def year(cell: str) -> int | None:
    return int(cell) if cell else None
