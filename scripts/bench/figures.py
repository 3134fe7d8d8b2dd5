"""Figures with their goals, and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``passed`` is ``None`` where there is no goal, or none at this size."""

    name: str
    value: str
    goal: str = ""
    passed: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.passed is None else "pass" if self.passed else "MISS"


def at_most(name: str, value: float, limit: float, unit: str = "", digits: int = 1) -> Figure:
    return Figure(name, number(value, unit, digits), f"≤ {number(limit, unit)}", value <= limit)


def at_least(name: str, value: float, limit: float, unit: str = "", digits: int = 1) -> Figure:
    return Figure(name, number(value, unit, digits), f"≥ {number(limit, unit)}", value >= limit)


def plain(name: str, value: float, unit: str = "", digits: int = 1) -> Figure:
    return Figure(name, number(value, unit, digits))


def number(value: float, unit: str = "", digits: int | None = None) -> str:
    text = f"{value:g}" if digits is None else f"{value:,.{digits}f}".replace(",", " ")
    return f"{text} {unit}".rstrip()


def share(name: str, ratio: float, parts: int) -> Figure:
    """``ratio`` as 1/N, which is to be at least 1/``parts``."""
    return Figure(name, f"1/{1 / ratio:.0f}" if ratio else "0", f"≥ 1/{parts}", ratio >= 1 / parts)


def table(title: str, rows: Iterable[Sequence[str]], heads: Sequence[str]) -> str:
    """Columns as wide as their longest cell; all but the first are aligned to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = [_line(line, widths) for line in lines]
    rule = "─" * len(text[0])
    return "\n".join(["", title, rule, text[0], rule, *text[1:], rule])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others])


def figures_table(title: str, figures: Iterable[Figure]) -> str:
    rows = [(figure.name, figure.value, figure.goal, figure.verdict) for figure in figures]
    return table(title, rows, ("what", "figure", "goal", ""))
