"""Bring locale/wagtail in step with the installed Wagtail: `python scripts/wagtail_messages.py`.

Wagtail ships its Indonesian for the locale id_ID only, and 40 % of it. locale/wagtail/id holds all of the
admin's words for the site's `id`: a translation that is there stays, a new string takes Wagtail's own, and
what neither has is listed, to be translated in the .po file by hand.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "locale" / "wagtail" / "id" / "LC_MESSAGES"
PACKAGES = (
    "wagtail.admin",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.documents",
    "wagtail.images",
    "wagtail",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.sites",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail_modeladmin",
    "taggit",
)


def folder(package: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(package.partition(".")[0])
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    return Path(spec.origin).parent.joinpath(*package.split(".")[1:])


def catalogue(path: Path) -> dict[tuple[str | None, str], polib.POEntry]:
    entries = polib.pofile(str(path)) if path.exists() else []
    return {(e.msgctxt, e.msgid): e for e in entries if not e.obsolete}


def update(domain: str) -> list[str]:
    """Update one domain's file and return the strings that still have no Indonesian."""
    target = polib.pofile(str(TARGET / f"{domain}.po"), wrapwidth=100)
    known = {(e.msgctxt, e.msgid): e for e in target}
    wanted: set[tuple[str | None, str]] = set()
    for package in PACKAGES:
        locale = folder(package) / "locale"
        theirs = catalogue(locale / "id_ID" / "LC_MESSAGES" / f"{domain}.po")
        for key, entry in catalogue(locale / "en" / "LC_MESSAGES" / f"{domain}.po").items():
            wanted.add(key)
            if key not in known:
                known[key] = theirs.get(key, entry)
                target.append(known[key])
    for entry in [e for e in target if (e.msgctxt, e.msgid) not in wanted]:
        target.remove(entry)
    target.save()
    return [entry.msgid for entry in target if not entry.translated()]


if __name__ == "__main__":
    untranslated = [text for domain in ("django", "djangojs") for text in update(domain)]
    for text in untranslated:
        print(repr(text))
    sys.exit(f"{len(untranslated)} strings to translate" if untranslated else 0)
