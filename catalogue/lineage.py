"""Who stands for whom in a vocabulary: merged items by their heirs, and parents that follow merges.

Services keep merges free of rings and of heirs below what they replace. Rows written past them are read all
the same, so that no data can hang a page or send a visitor round in circles.
"""

from __future__ import annotations

from collections.abc import Mapping


def last_heirs(merged: Mapping[int, int]) -> dict[int, int]:
    """Each merged item → the last of its chain; in a ring of merges the smallest key stands for all."""
    found = {}
    for item in merged:
        chain = [item]
        while (heir := merged.get(chain[-1])) is not None and heir not in chain:
            chain.append(heir)
        last = chain[-1] if heir is None else min(chain[chain.index(heir) :])
        if last != item:
            found[item] = last
    return found


def parent_of(item: int, parents: Mapping[int, int | None], heirs: Mapping[int, int]) -> int | None:
    """What stands above ``item`` now; a parent merged into ``item`` or below it gives way to the next one."""
    for above in _line(item, parents):
        current = heirs.get(above, above)
        if current != item and item not in _line(current, parents):
            return current
    return None


def _line(item: int, parents: Mapping[int, int | None]) -> list[int]:
    """What stood above ``item`` before any merge, nearest first."""
    line: list[int] = []
    above = parents.get(item)
    while above is not None and above not in line:
        line.append(above)
        above = parents.get(above)
    return line
