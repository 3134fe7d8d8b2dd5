"""What no file of the project may say."""

from __future__ import annotations

import re

from tests.architecture.source import relative, tracked_files

# Spelled in pieces, so that this file doesn't hold what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.-])/(?:" + "|".join(["wo" + "rk", "tm" + "p/w", "ro" + "ot"]) + r")/")
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
REGISTRIES = re.compile("|".join(["pypi\\." + "org", "registry\\." + "npmjs", "python" + "hosted"]))
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".ico", ".woff2", ".mo", ".pdf", ".xlsx", ".gz"}


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked_files():
        if path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{relative(path)}:{number} {line.strip()[:100]}")
    return found


def test_no_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with(UNFINISHED) == []


def test_no_package_registry_is_named() -> None:
    assert lines_with(REGISTRIES) == []
