"""Run by `make bench`: prepare, measure, print one table.

SIZE=36000 make bench
make bench ARGS="--rounds 9 --gate"
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from scripts.bench.prepare import own_environment, prepare
from scripts.tooling.checks import read_number
from scripts.tooling.console import Stop, say


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="What the site costs, as ratios in one run."
    )
    parser.add_argument("--size", type=int, help="synthetic records beside the real ones (SIZE, 36 000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the load, all pages in turns")
    parser.add_argument("--runs", type=int, default=60, help="runs of each query and page inside the process")
    parser.add_argument("--no-writes", action="store_true", help="leave out rebuild, follower and edits")
    parser.add_argument(
        "--only", choices=["site", "cluster"], help="the embedded site, or the Elasticsearch engine"
    )
    parser.add_argument("--gate", action="store_true", help="end with 1 when a goal is missed")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    try:
        size = options.size
        if size is None:
            size = read_number(os.environ, "SIZE", 36_000, lowest=0, highest=1_000_000)
        prepared = prepare(own_environment(size), size)
        import django

        django.setup()
        from scripts.bench.report import measure

        passed = measure(options, prepared)
    except Stop as stop:
        say(f"✗ {stop}")
        return 1
    return 0 if passed or not options.gate else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
