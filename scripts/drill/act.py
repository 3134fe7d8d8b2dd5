"""``python -m scripts.drill.act fill 40``: do it as actor.py says, and print what there is then as JSON."""

from __future__ import annotations

import json
import sys

import django


def main(action: str, *arguments: str) -> None:
    django.setup()
    from scripts.drill import actor, inventory

    actions = {
        "fill": actor.fill,
        "work": actor.work,
        "accident": actor.accident,
        "restored": actor.restored,
    }
    print(json.dumps(actions[action](*arguments) or inventory.inventory()))


if __name__ == "__main__":
    main(*sys.argv[1:])
