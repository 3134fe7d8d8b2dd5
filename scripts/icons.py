"""Builds static/icons/sprite.svg: the few Bootstrap Icons the site uses and its own brand mark, in one file.

    python scripts/icons.py             says which icons the templates name but the sprite lacks
    python scripts/icons.py --update    fetches the pinned bootstrap-icons with npm and builds the sprite

Run --update after adding a name to ICONS. The licence of Bootstrap Icons (MIT) travels in the sprite.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
VERSION = "1.13.1"
ICONS = (
    "arrow-left",
    "arrow-right",
    "award",
    "bar-chart",
    "box-arrow-up-right",
    "building",
    "calendar-event",
    "calendar3",
    "check-circle",
    "chevron-left",
    "chevron-right",
    "clock-history",
    "collection",
    "diagram-3",
    "download",
    "envelope",
    "exclamation-triangle",
    "file-earmark-text",
    "funnel",
    "geo-alt",
    "graph-up-arrow",
    "grid",
    "house",
    "info-circle",
    "journal-text",
    "list",
    "mortarboard",
    "patch-check",
    "people",
    "person",
    "printer",
    "quote",
    "rss",
    "search",
    "tag",
    "translate",
    "x-lg",
)
# Four petals around a seed: the kawung, an old Javanese pattern, drawn for this site.
BRAND = (
    '<symbol id="brand" viewBox="0 0 32 32">'
    '<path d="M16 14.6C11.2 13.4 7 9.2 5 3.4c5.8 1.9 10 6.2 11 11.2z'
    "M16 14.6c1-5 5.2-9.3 11-11.2-2 5.8-6.2 10-11 11.2z"
    "M16 17.4c-1 5-5.2 9.3-11 11.2 2-5.8 6.2-10 11-11.2z"
    'M16 17.4c4.8 1.2 9 5.4 11 11.2-5.8-1.9-10-6.2-11-11.2z"/>'
    '<circle cx="16" cy="16" r="1.9"/></symbol>'
)
_SVG = re.compile(r"<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>", re.DOTALL)
_USE = re.compile(r"{%\s*icon\s+[\"']([a-z0-9-]+)[\"']|#([a-z0-9-]+)\"\s*/?></use>")


def symbol(name: str, text: str) -> str:
    """One icon file as a symbol of the sprite; raises ValueError when the file is no icon."""
    match = _SVG.search(text)
    if match is None:
        raise ValueError(f"{name}.svg holds no <svg viewBox>")
    body = " ".join(match[2].split()).replace("> <", "><")
    return f'<symbol id="{name}" viewBox="{match[1]}">{body}</symbol>'


def build(folder: Path) -> str:
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in ICONS]
    head = f"<!-- Bootstrap Icons {VERSION}, MIT License, Copyright 2019-2024 The Bootstrap Authors -->"
    body = "\n".join([*symbols, BRAND])
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{head}\n{body}\n</svg>\n'


def update() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"bootstrap-icons@{VERSION}"]
        subprocess.run(command, cwd=folder, check=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        SPRITE.parent.mkdir(parents=True, exist_ok=True)
        SPRITE.write_text(build(Path(folder) / "package" / "icons"), encoding="utf-8")


def missing() -> list[str]:
    """Icons that a template names and the sprite lacks."""
    known = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))
    used: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        used.update(a or b for a, b in _USE.findall(path.read_text(encoding="utf-8")))
    return sorted(used - known)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--update", action="store_true")
    if parser.parse_args().update:
        update()
    lacking = missing()
    for name in lacking:
        print(f"the sprite has no icon named {name}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
