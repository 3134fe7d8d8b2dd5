"""Single records with words chosen by a test."""

from __future__ import annotations

from typing import Any

from search.types import Document


def document(
    key: str,
    title: str = "Tanpa judul",
    *,
    version: int = 1,
    facets: dict[str, tuple[str, ...]] | None = None,
    year: int | None = None,
    order: int = 0,
    stored: dict[str, Any] | None = None,
    **texts: str | dict[str, str],
) -> Document:
    """A record; a text given as a plain string is Indonesian. ``order`` places it in every sort."""
    all_texts = {"title": {"id": title}} | {
        name: {"id": content} if isinstance(content, str) else content for name, content in texts.items()
    }
    values = dict(facets or {}) | ({"year": (str(year),)} if year else {})
    names = ("newest", "oldest", "replicated", "complete", "published", "title.id", "title.en")
    return Document(
        key=key,
        version=version,
        texts=all_texts,
        facets=values,
        numbers={"year": year} if year else {},
        sorts=dict.fromkeys(names, f"{order:06}{key}"),
        stored={"title": title, "version": version} if stored is None else stored,
    )
