"""Ordinary pages of the site beside the records of a search: about, news, events, collections."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Locale, Page

from home.models.base import kind_word
from home.visibility import is_open
from search.text import clean, words

LIMIT = 3
CANDIDATES = 50
"""The best pages that are looked at, as some may ask who may see them."""
MAX_WORDS = 20
"""More words than that find no page; the database's own index would only be slow."""


@dataclass(frozen=True, slots=True)
class PageHit:
    title: str
    url: str
    kind: str


def found(request: HttpRequest, text: str, language: str, limit: int = LIMIT) -> list[PageHit]:
    """Live and public pages of ``language`` with the words of ``text``; one query where there are none."""
    wanted = words(clean(text))[:MAX_WORDS]
    if not wanted:
        return []
    locale = Locale.objects.filter(language_code=language).values("pk")
    pages = Page.objects.live().filter(locale__in=locale).only("title", "url_path", "content_type", "locale")
    # The newest that have all words; ranking them in the index would take longer than finding them.
    asked = pages.search(" ".join([*wanted, kind_word("page")]), operator="and", order_by_relevance=False)
    best = sorted(asked[:CANDIDATES], key=lambda page: -len(set(wanted) & set(words(clean(page.title)))))
    if not best:
        return []
    # Wagtail's search takes no condition that is not on a field.
    shown = Page.objects.filter(is_open(), pk__in=[page.pk for page in best]).values_list("pk", flat=True)
    open_pages = set(shown)
    hits = [page for page in best if page.pk in open_pages][:limit]
    return [PageHit(p.title, p.get_url(request) or "", str(p.cached_content_type.name)) for p in hits]
