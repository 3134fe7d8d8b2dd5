"""Under which licence each installed package of requirements.txt comes, by the package's own word.

    .venv/bin/python scripts/licences.py

A package says it in one of three places; the newest way of saying it wins.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)
CLASSIFIER = "License :: "
UNKNOWN = "not said"


def packages() -> list[str]:
    return sorted(set(NAME.findall(REQUIREMENTS.read_text(encoding="utf-8"))))


def licence(package: str) -> str | None:
    """The licence as the package names it; None where it isn't installed, as one for another system."""
    try:
        metadata = distribution(package).metadata
    except PackageNotFoundError:
        return None
    if expression := metadata.get("License-Expression"):
        return expression
    named = [line for line in metadata.get_all("Classifier", []) if line.startswith(CLASSIFIER)]
    if named:
        return "; ".join(line.rsplit(" :: ", maxsplit=1)[-1] for line in named)
    return (metadata.get("License") or UNKNOWN).splitlines()[0]


def main() -> int:
    for package in packages():
        print(f"{package:28} {licence(package) or 'not installed here'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
