"""Public records that somebody cites, by their key or by the address of their page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_pages, public_records

KEY = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?<![0-9a-f-]){KEY}(?![0-9a-f-])")
_ADDRESS = re.compile(r"(?:https?://|/)\S+")
_COLUMNS = ("translation_key", "title", "url_path", "locale__language_code")


@dataclass(frozen=True, slots=True)
class Cited:
    """A public record as somebody cites it; ``path`` is of its page in the language it was written in."""

    key: str
    title: str
    path: str
    language: str


def by_key(keys: Iterable[str]) -> dict[str, Cited]:
    """Those of ``keys`` that visitors see; three queries, none without keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    prefixes = url_prefixes()
    rows = public_records().filter(translation_key__in=wanted).values(*_COLUMNS)
    found = {}
    for row in rows:
        key = str(row["translation_key"])
        found[key] = Cited(key, row["title"], page_path(row, prefixes), row["locale__language_code"])
    return found


def find(texts: Sequence[str]) -> list[Cited | None]:
    """The record that each text names by a key or an address in it; ``None`` where there is none.

    Six queries at most, whatever their number. Of an address only the path counts: the site has many names.
    """
    keys = [match[0] if (match := _KEY.search(text.lower())) else "" for text in texts]
    paths = ["" if key else _path_in(text) for key, text in zip(keys, texts, strict=True)]
    at = _keys_at({path for path in paths if path})
    named = [key or at.get(path, "") for key, path in zip(keys, paths, strict=True)]
    known = by_key(key for key in named if key)
    return [known.get(key) for key in named]


def _path_in(text: str) -> str:
    """The path of the first address in ``text``, with a slash at its end; empty without one."""
    match = _ADDRESS.search(text)
    if match is None:
        return ""
    try:
        path = unquote(urlsplit(match[0].rstrip(".,;)")).path)
    except ValueError:
        return ""
    return f"{path.rstrip('/')}/"


def _keys_at(paths: set[str]) -> Mapping[str, str]:
    """The keys of the public pages at ``paths``, also of translations; three queries at most."""
    slugs = {path.rstrip("/").rpartition("/")[2] for path in paths} - {""}
    if not slugs:
        return {}
    prefixes = url_prefixes()
    rows = public_pages().filter(slug__in=slugs).values(*_COLUMNS)
    return {page_path(row, prefixes): str(row["translation_key"]) for row in rows}
