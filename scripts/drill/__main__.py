"""Run by `make drill`.

make drill
make drill ARGS="--size 36000"
make drill ARGS="sqlite"
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.drill import exercises
from scripts.tooling.console import Stop, say
from scripts.tooling.owner import give, unprivileged
from scripts.tooling.postgres import OWNERS
from scripts.tooling.services import POSTGRESQL_MISSING, find_postgresql

DATABASES = ("sqlite", "postgresql")
FEWEST = 12  # records that the drill's people can work with


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill", description="Back up, destroy, restore, compare.")
    parser.add_argument("database", nargs="?", choices=DATABASES, help="one of them (default: both)")
    parser.add_argument("--size", type=int, default=40, help="invented records (default: 40)")
    parser.add_argument("--template", default="", help="a migrated database to begin with: a URL, or a file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    # For root not in TMPDIR, which may be closed to the user that runs the servers.
    base = "/var/tmp" if os.geteuid() == 0 else None  # noqa: S108 - the folder itself is closed to others
    folder = Path(tempfile.mkdtemp(prefix="catalogue-drill-", dir=base))
    try:
        if options.size < FEWEST:
            raise Stop(f"--size {options.size} is not enough: set it to {FEWEST} or more.")
        for database in [options.database] if options.database else DATABASES:
            exercise(database, folder, options)
    except Stop as stop:
        print(f"✗ {stop}", file=sys.stderr, flush=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say("Everything came back.")
    return 0


def exercise(database: str, folder: Path, options: argparse.Namespace) -> None:
    own = folder / database
    own.mkdir()
    if database == "sqlite":
        exercises.sqlite(own, options.size, options.template)
        return
    binaries = find_postgresql()
    if binaries is None:
        if options.database:
            raise Stop(POSTGRESQL_MISSING)
        say(f"Without PostgreSQL: {POSTGRESQL_MISSING}")
        return
    give(unprivileged(*OWNERS), [folder, own])
    exercises.postgresql(own, options.size, binaries, options.template)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
