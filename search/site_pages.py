"""Ordinary pages of the site beside the records of a search: about, news, events, collections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest
from wagtail.models import Locale, Page

from home.models.base import kind_word
from home.sites import MEMORY
from home.visibility import is_open
from search.text import clean, words

LIMIT = 3
CANDIDATES = 50
"""The best pages that are looked at, as some may ask who may see them."""
MAX_WORDS = 20
"""More words than that find no page; the database's own index would only be slow."""

KEPT_SECONDS = 60
"""How long the pages with some words are remembered: to find them takes a fifth of a result page's time."""


@dataclass(frozen=True, slots=True)
class PageHit:
    title: str
    url: str
    kind: str


def found(request: HttpRequest, text: str, language: str, limit: int = LIMIT) -> list[PageHit]:
    """Live and public pages of ``language`` with the words of ``text``; one query, or none, where there are
    none. New pages are found after ``KEPT_SECONDS`` at most, those taken down or closed are left out at once.
    """
    wanted = words(clean(text))[:MAX_WORDS]
    best = _kept_candidates(wanted, language) if wanted else []
    if not best:
        return []
    # Wagtail's search takes no condition that is not on a field.
    shown = Page.objects.live().filter(is_open(), pk__in=best)
    pages = {page.pk: page for page in shown.only("title", "url_path", "content_type", "locale")}
    hits = [pages[pk] for pk in best if pk in pages][:limit]
    return [PageHit(p.title, p.get_url(request) or "", str(p.cached_content_type.name)) for p in hits]


def _kept_candidates(wanted: Sequence[str], language: str) -> list[int]:
    """As ``_candidates``: a visitor narrows a search by facets, and its words stay the same."""
    memory = caches[MEMORY]
    key = sha256("\x1f".join(["site-pages", language, *wanted]).encode()).hexdigest()
    kept: list[int] | None = memory.get(key)
    if kept is None:
        kept = _candidates(wanted, language)
        memory.set(key, kept, KEPT_SECONDS)
    return kept


def _candidates(wanted: Sequence[str], language: str) -> list[int]:
    """Keys of the newest pages with all the words, those with most of them in the title first."""
    locale = Locale.objects.filter(language_code=language).values("pk")
    pages = Page.objects.live().filter(locale__in=locale).only("title")
    # Ranking them in the index would take longer than finding them.
    asked = pages.search(" ".join([*wanted, kind_word("page")]), operator="and", order_by_relevance=False)
    best = sorted(asked[:CANDIDATES], key=lambda page: -len(set(wanted) & set(words(clean(page.title)))))
    return [page.pk for page in best]
