"""Ordinary pages of the site beside the records of a search: about, news, events, collections."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest
from wagtail.models import Locale, Page

from home.visibility import is_open
from search.text import clean, words

LIMIT = 3
MAX_WORDS = 20
"""More words than that find no page; the database's own index would only be slow."""


@dataclass(frozen=True, slots=True)
class PageHit:
    title: str
    url: str
    kind: str


def found(request: HttpRequest, text: str, language: str, limit: int = LIMIT) -> list[PageHit]:
    """Live and public pages of ``language`` with the words of ``text``; at most two queries."""
    wanted = " ".join(words(clean(text))[:MAX_WORDS])
    if not wanted:
        return []
    locale = Locale.objects.filter(language_code=language).values("pk")
    pages = Page.objects.live().filter(is_open(), locale__in=locale).type(*_types())
    # Wagtail's search takes no condition that is not on a field.
    hits = Page.objects.filter(pk__in=pages.values("pk")).search(wanted, operator="and")[:limit]
    return [PageHit(p.title, p.get_url(request) or "", str(p.cached_content_type.name)) for p in hits]


def _types() -> list[type[Page]]:
    """Page types that say they are found as pages."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Page) and getattr(model, "indexed_as", "") == "page"
    ]
