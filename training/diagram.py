"""A version's states and moves as a drawing: a row for each step away from the start, arrows between them."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from training.models import Move, ProgrammeVersion, State

BOX_WIDTH, BOX_HEIGHT = 210, 62
GAP_X, GAP_Y = 40, 44
MARGIN = 20
LANE = 14
"""Distance between arrows that run beside the boxes."""
LINE = 26
"""Characters of a label on one line."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state; ``x`` and ``y`` are its upper left corner, in pixels as all lengths here."""

    state: State
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    """Height and text of each line of the label."""

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH

    @property
    def bottom(self) -> int:
        return self.y + BOX_HEIGHT

    @property
    def holder_y(self) -> int:
        return self.bottom - 8


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move; ``path`` is that of an SVG path element."""

    move: Move
    path: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Way:
    """A state with the moves that lead on from it and the labels of where they lead."""

    state: State
    moves: tuple[tuple[Move, str], ...]


@dataclass(slots=True)
class Diagram:
    """The drawing and, for whoever can't see it, the same as a list."""

    width: int
    height: int
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)


def diagram(version: ProgrammeVersion) -> Diagram:
    """The drawing of ``version``; moves that name no state of it are left out."""
    states = {state.code: state for state in version.all_states}
    moves = [move for move in version.all_moves if {move.source, move.target} <= states.keys()]
    boxes = {box.state.code: box for box in _boxes(version.all_states, _ranks(version.all_states, moves))}
    edge = max((box.right for box in boxes.values()), default=0)
    arrows, lanes = _arrows(moves, boxes, edge)
    height = max((box.bottom for box in boxes.values()), default=0) + MARGIN
    ways = [
        Way(state, tuple((move, states[move.target].label) for move in moves if move.source == state.code))
        for state in version.all_states
    ]
    return Diagram(edge + (lanes + 1) * LANE + MARGIN, height, list(boxes.values()), arrows, ways)


def _ranks(states: Sequence[State], moves: Iterable[Move]) -> dict[str, int]:
    """How many moves each state is away from the start; what nothing leads to stands below all others."""
    onward = defaultdict(list)
    for move in moves:
        onward[move.source].append(move.target)
    ranks: dict[str, int] = {state.code: 0 for state in states if state.is_start}
    frontier = list(ranks)
    while frontier:
        reached = [target for source in frontier for target in onward[source] if target not in ranks]
        ranks |= dict.fromkeys(reached, ranks[frontier[0]] + 1)
        frontier = list(dict.fromkeys(reached))
    lowest = max(ranks.values(), default=-1) + 1
    return {state.code: ranks.get(state.code, lowest) for state in states}


def _boxes(states: Iterable[State], ranks: dict[str, int]) -> Iterable[Box]:
    filled: dict[int, int] = defaultdict(int)
    for state in states:
        rank = ranks[state.code]
        x = MARGIN + filled[rank] * (BOX_WIDTH + GAP_X)
        y = MARGIN + rank * (BOX_HEIGHT + GAP_Y)
        filled[rank] += 1
        label = textwrap.wrap(state.label, LINE)[:2] or [""]
        yield Box(state, x, y, tuple((y + 20 + 16 * number, text) for number, text in enumerate(label)))


def _arrows(moves: Iterable[Move], boxes: dict[str, Box], edge: int) -> tuple[list[Arrow], int]:
    """The arrows, and how many of them run beside the boxes."""
    arrows, lanes = [], 0
    for move in moves:
        source, target = boxes[move.source], boxes[move.target]
        if target.y - source.y == BOX_HEIGHT + GAP_Y:
            path = _down(source, target)
        elif target.y == source.y and target.x != source.x:
            path = _across(source, target)
        else:
            lanes += 1
            path = _beside(source, target, edge + lanes * LANE)
        arrows.append(Arrow(move, path, source.state.label, target.state.label))
    return arrows, lanes


def _down(source: Box, target: Box) -> str:
    half = (source.bottom + target.y) // 2
    return (
        f"M{source.middle} {source.bottom} C{source.middle} {half} {target.middle} {half} "
        f"{target.middle} {target.y - 2}"
    )


def _across(source: Box, target: Box) -> str:
    y = source.y + (BOX_HEIGHT // 3 if target.x > source.x else 2 * BOX_HEIGHT // 3)
    start, end = (source.right, target.x - 2) if target.x > source.x else (source.x, target.right + 2)
    return f"M{start} {y} L{end} {y}"


def _beside(source: Box, target: Box, x: int) -> str:
    """Out to the right of the source, along a lane of its own, and in from the right of the target."""
    out, back = source.y + BOX_HEIGHT // 2 + 8, target.y + BOX_HEIGHT // 2 - 8
    return f"M{source.right} {out} L{x} {out} L{x} {back} L{target.right + 2} {back}"
