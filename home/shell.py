"""What stands around every public page: menu, language switch, banner, footer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.contributions import banner_texts
from home.language import PARAMETER, UNPREFIXED
from home.models import HomePage, SiteSettings


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the shell; ``current`` is what ``aria-current`` says, empty elsewhere."""

    title: str
    url: str
    current: str = ""


class Shell:
    """Asked for by templates only, so that a response without a page costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @property
    def home_url(self) -> str:
        return f"/{self.language}/"

    @cached_property
    def settings(self) -> SiteSettings | None:
        site = Site.find_for_request(self.request)
        return SiteSettings.for_site(site) if site else None

    @property
    def organisation(self) -> str:
        return self._setting("organisation")

    @property
    def footer(self) -> str:
        return self._setting("footer")

    def _setting(self, name: str) -> str:
        """A text in the page's language, in Indonesian where it has none."""
        found = self.settings
        return (
            (getattr(found, f"{name}_{self.language}", "") or getattr(found, f"{name}_id", ""))
            if found
            else ""
        )

    @cached_property
    def menu(self) -> list[Link]:
        """The pages editors put in menus, below the home page of this language."""
        home = HomePage.objects.filter(locale__language_code=self.language, live=True).first()
        if home is None:
            return []
        pages = home.get_children().live().public().in_menu()
        return [self._link(page.title, page.get_url(self.request) or "") for page in pages]

    @cached_property
    def privacy(self) -> Link | None:
        return self._settings_link("privacy_page")

    @cached_property
    def contact(self) -> Link | None:
        return self._settings_link("contact_page")

    def _settings_link(self, name: str) -> Link | None:
        page: Page | None = getattr(self.settings, name, None)
        if page is None or not page.live:
            return None
        shown = page.localized
        return self._link(shown.title, shown.get_url(self.request) or "")

    def _link(self, title: str, url: str) -> Link:
        path = self.request.path
        if path == url:
            return Link(title, url, "page")
        return Link(title, url, "true" if url and path.startswith(url) else "")

    @cached_property
    def banners(self) -> list[str]:
        return banner_texts()

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def engine(self) -> str:
        return settings.SEARCH_ENGINE


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}


def language_links(request: HttpRequest, page: Page | None) -> list[dict[str, str]]:
    """The same page in every other language: a page's live translation or that of its nearest ancestor;
    for other addresses the same path and query under the other prefix."""
    active = get_language() or settings.LANGUAGE_CODE
    links = []
    for code, _name in settings.LANGUAGES:
        if code != active:
            url = _translated_page_url(request, page, code) if page else _translated_path(request, code)
            links.append({"code": code, "url": url})
    return links


def _translated_path(request: HttpRequest, code: str) -> str:
    if request.path_info.startswith(UNPREFIXED):
        return f"{request.path}?{PARAMETER}={code}"
    url = translate_url(request.get_full_path(), code)
    return url if url.startswith(f"/{code}/") else f"/{code}/"


def _translated_page_url(request: HttpRequest, page: Page, code: str) -> str:
    if page.pk is None:  # a preview of a page that was never saved
        return f"/{code}/"
    keys = [page.translation_key, *reversed(page.get_ancestors().values_list("translation_key", flat=True))]
    found = {
        item.translation_key: item
        for item in Page.objects.filter(
            translation_key__in=keys, locale__language_code=code, live=True
        ).public()
    }
    nearest = next((found[key] for key in keys if key in found), None)
    return (nearest.get_url(request) if nearest else None) or f"/{code}/"


def crumbs(request: HttpRequest, page: Page) -> list[dict[str, str]]:
    """The way from the home page (left out) to ``page`` (without an address); one query."""
    above = page.get_ancestors().filter(depth__gt=2) if page.pk else []
    found = [{"title": item.title, "url": item.get_url(request) or ""} for item in above]
    return [*found, {"title": page.title, "url": ""}]
