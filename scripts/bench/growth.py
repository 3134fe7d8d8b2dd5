"""How much a page grows with the catalogue: the same pages at a smaller size, in a process of their own.

    python -m scripts.bench.growth SIZE RUNS

The child needs TEST_ELASTICSEARCH_URL, where the larger index stays beside the smaller one. Its last line is
the median of the search page in milliseconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scripts.bench.figures import Figure, number
from scripts.bench.prepare import own_environment, prepare
from scripts.tooling.console import Progress, Stop, say
from scripts.tooling.environment import PYTHON, ROOT, var_dir

SMALL, LARGE = 36_000, 360_000
GROWTH = 3.0


def measure(url: str, size: int, runs: int, median: float) -> Figure:
    """``median`` milliseconds at ``size`` records beside those at ``SMALL``; the goal is for ``LARGE``."""
    folder = str(var_dir().parent.parent)  # this process's own is bench/<size> in it
    env = {**os.environ, "VAR_DIR": folder, "TEST_ELASTICSEARCH_URL": url}
    command = [PYTHON, "-m", "scripts.bench.growth", str(SMALL), str(runs)]
    with Progress(f"The same pages at {SMALL} records"):
        result = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Stop(f"The smaller catalogue: {(result.stderr or result.stdout).strip()[-300:]}")
    small = float(result.stdout.split()[-1])
    value = f"{number(median / small, '×', 2)} ({number(small, 'ms', 1)} before)"
    name = f"search page on Elasticsearch, grown from {SMALL} to {size} records"
    if size < LARGE * 0.9:
        return Figure(name, value)
    return Figure(name, value, f"≤ {number(GROWTH, '×')}", median / small <= GROWTH)


def main(size: int, runs: int) -> None:
    folder: Path = own_environment(size)
    prepare(folder, size)
    import django

    django.setup()
    from scripts.bench import beside
    from scripts.bench.chosen import chosen, server
    from search.rebuild import rebuild

    with server() as url, chosen(url) as engine:
        rebuild(engine=engine)
        say(str(beside.page_median(beside.measure(engine, runs))))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
