"""What invented records are about, read from the files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Phrase:
    """A noun phrase in both languages."""

    id: str
    en: str


@dataclass(frozen=True)
class Means(Phrase):
    """What a record does about its problem; ``kind`` is a code of the innovation types, ``serves`` are
    the places of the services it suits."""

    kind: str
    digital: bool
    serves: Sequence[int]


@dataclass(frozen=True)
class Indicator:
    """Code of an outcome indicator and the range of its value before."""

    code: str
    low: float
    high: float


@dataclass(frozen=True)
class Theme:
    """One kind of problem. ``national`` are codes of agencies that meet it beside local governments."""

    code: str
    sector: str
    matter: str
    weight: int
    national: Sequence[str]
    units: Sequence[str]
    users: Sequence[str]
    words: Sequence[str]
    services: Sequence[Phrase]
    problems: Sequence[str]
    causes: Sequence[str]
    effects: Sequence[str]
    means: Sequence[Means]
    steps: Sequence[str]
    indicators: Sequence[Indicator]
    tags: Sequence[str]
    sdgs: Sequence[int]


@cache
def themes() -> tuple[Theme, ...]:
    """Every theme, in the order of the files' names."""
    return tuple(
        _theme(row) for path in sorted((_HERE / "themes").glob("*.toml")) for row in _read(path)["themes"]
    )


@cache
def words() -> Mapping[str, Any]:
    """Sentences and names that all themes share."""
    return _read(_HERE / "words.toml")


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _theme(row: dict[str, Any]) -> Theme:
    return Theme(
        **row
        | {
            "services": [Phrase(*parts) for parts in row["services"]],
            "means": [Means(*parts) for parts in row["means"]],
            "indicators": [Indicator(*parts) for parts in row["indicators"]],
        }
    )
