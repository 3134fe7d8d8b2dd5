"""Records of the catalogue that an answer cites: a line each, title and key, or what was typed and not found.

Only ``settled`` writes lines with a key in square brackets, so such a line names a record that was public.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.services import citing

MOST = 10
"""Records one answer may cite."""
_LOOKED_UP = 5 * MOST
"""Lines that are looked up at once; others stay as they were typed until those above them are settled."""
_SETTLED = re.compile(rf"(?P<title>.*) \[(?P<key>{citing.KEY})\]")
_BARE = re.compile(citing.KEY)
_BRACKETED = re.compile(rf"\[({citing.KEY})\]")


@dataclass(frozen=True, slots=True)
class Cite:
    """One line: of a record that was found, or as it was typed, then without ``key``."""

    title: str
    key: str = ""


def cites(text: str) -> list[Cite]:
    """The lines of an answer."""
    found = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        match = _SETTLED.fullmatch(line)
        found.append(Cite(match["title"], match["key"]) if match else Cite(line))
    return found


def marked(text: str) -> dict[str, str]:
    """Key → title of the lines that name a record, also those chosen in a form and not saved yet."""
    found = {}
    for cite in cites(text):
        key = cite.key or (cite.title if is_key(cite.title) else "")
        if key:
            found[key] = cite.title
    return found


def rest(text: str) -> str:
    """The lines that name no record, as they were typed."""
    return "\n".join(cite.title for cite in cites(text) if not cite.key and not is_key(cite.title))


def is_key(text: str) -> bool:
    return _BARE.fullmatch(text) is not None


def settled(text: str, before: str = "") -> str:
    """``text`` with each line that names a public record as its title and key, each record once.

    A record that ``before`` cites stays as it stands there, whatever became of it. Three queries, or six
    where addresses were typed; none for a text without a line that is new.
    """
    known = {cite.key: cite for cite in cites(before) if cite.key}
    lines = cites(text)
    new = [cite.key or cite.title for cite in lines if _key_of(cite) not in known][:_LOOKED_UP]
    found = dict(zip(new, citing.find(new), strict=True)) if new else {}
    made: dict[str, str] = {}
    for cite in lines:
        old, record = known.get(_key_of(cite)), found.get(cite.key or cite.title)
        if old is not None:
            made[old.key] = f"{old.title} [{old.key}]"
        elif record is not None:
            made[record.key] = f"{' '.join(record.title.split())} [{record.key}]"
        else:
            typed = f"{cite.title} ({cite.key})" if cite.key else _BRACKETED.sub(r"(\1)", cite.title)
            made[typed] = typed
    return "\n".join(made.values())


def _key_of(cite: Cite) -> str:
    return cite.key or (cite.title if is_key(cite.title) else "")


def problem(text: str) -> str:
    """What is wrong with the records an answer cites; empty where nothing is."""
    found = cites(text)
    if wrong := next((cite.title for cite in found if not cite.key), ""):
        return _("“%(text)s” is no public record of the catalogue. Copy the address of its page.") % {
            "text": wrong[:60]
        }
    if len(found) > MOST:
        return _("At most %(most)d records can be cited; there are %(count)d.") % {
            "most": MOST,
            "count": len(found),
        }
    return ""
