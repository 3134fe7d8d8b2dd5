"""What stands around every public page: menu, language switch, banner, footer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.db.models import Q
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Page, Site

from home.contributions import banner_texts, header_links
from home.language import PARAMETER, UNPREFIXED
from home.lineage import Lineage
from home.models import SiteSettings
from home.sites import MEMORY, remember_site
from home.visibility import is_open

KEPT_SECONDS = 5
"""How long menu and footer are kept: they cost more than a search, and an editor won't wait longer."""

ADMIN_ACCESS = "wagtailadmin.access_admin"

HOME_DEPTH = 2
"""The home pages' depth in the tree, right under its root."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the shell; ``current`` is what ``aria-current`` says, empty elsewhere."""

    title: str
    url: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the pages and settings of one language say, the same for every request."""

    organisation: str = ""
    footer: str = ""
    menu: tuple[tuple[str, str], ...] = ()
    """Title and address of each page editors put in menus."""
    service: tuple[tuple[str, str], ...] = ()
    """Likewise the contact and the privacy page."""


class Shell:
    """Asked for by templates only, so that a response without a page costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = get_language() or settings.LANGUAGE_CODE

    @property
    def home_url(self) -> str:
        return f"/{self.language}/"

    @cached_property
    def site(self) -> int:
        """Primary key of the site, 0 where there is none."""
        site = remember_site(self.request)
        return site.pk if site else 0

    @property
    def imprint(self) -> int:
        """Stands for menu and footer as they are now, for what a process makes of them."""
        return hash(self._furniture)

    @property
    def organisation(self) -> str:
        return self._furniture.organisation

    @property
    def footer(self) -> str:
        return self._furniture.footer

    @cached_property
    def menu(self) -> list[Link]:
        """The pages editors put in menus, below the home page of this language."""
        return [self._link(title, url) for title, url in self._furniture.menu]

    @property
    def service(self) -> list[Link]:
        """The contact page and the privacy page, where they are set."""
        return [Link(title, url) for title, url in self._furniture.service]

    def _link(self, title: str, url: str) -> Link:
        path = self.request.path
        if path == url:
            return Link(title, url, "page")
        return Link(title, url, "true" if url and path.startswith(url) else "")

    @cached_property
    def _furniture(self) -> Furniture:
        key = f"shell-{self.site}-{self.language}"
        memory = caches[MEMORY]
        found: Furniture | None = memory.get(key)
        if found is None:
            found = _furniture(self.request, self.language)
            memory.set(key, found, KEPT_SECONDS)
        return found

    @cached_property
    def banners(self) -> list[str]:
        return banner_texts()

    @cached_property
    def personal(self) -> list[Link]:
        """Links for whoever is signed in; nothing for others."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return []
        return [self._link(title, url) for title, url in header_links(self.request)]

    @cached_property
    def edits(self) -> bool:
        """Whether whoever is signed in may enter the admin; one query: all rights take two."""
        user = getattr(self.request, "user", None)
        if user is None or not user.is_active:  # nobody who is not signed in is
            return False
        app, _dot, name = ADMIN_ACCESS.partition(".")
        rights = Permission.objects.filter(content_type__app_label=app, codename=name)
        return user.is_superuser or rights.filter(Q(user=user) | Q(group__user=user)).exists()

    @property
    def engine(self) -> str:
        return settings.SEARCH_ENGINE


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}


def _furniture(request: HttpRequest, language: str) -> Furniture:
    site = Site.find_for_request(request)
    linked = SiteSettings.objects.select_related("contact_page", "privacy_page").filter(site=site)
    own = linked.first() or SiteSettings()
    here = Page.objects.live().filter(is_open(), locale__language_code=language)
    menu = here.in_menu().filter(depth=HOME_DEPTH + 1)
    keys = [page.translation_key for page in (own.contact_page, own.privacy_page) if page]
    service = sorted(here.filter(translation_key__in=keys), key=lambda page: keys.index(page.translation_key))
    return Furniture(
        organisation=_text(own, "organisation", language),
        footer=_text(own, "footer", language),
        menu=_links(request, menu),
        service=_links(request, service),
    )


def _text(own: SiteSettings, name: str, language: str) -> str:
    """A text in ``language``, in Indonesian where it has none."""
    return getattr(own, f"{name}_{language}", "") or getattr(own, f"{name}_id")


def _links(request: HttpRequest, pages: Iterable[Page]) -> tuple[tuple[str, str], ...]:
    return tuple((page.title, page.get_url(request) or "") for page in pages)


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
        query = request.GET.copy()
        query[PARAMETER] = code
        return f"{request.path}?{query.urlencode()}"
    url = translate_url(request.get_full_path(), code)
    return url if url.startswith(f"/{code}/") else f"/{code}/"


def _translated_page_url(request: HttpRequest, page: Page, code: str) -> str:
    nearest = _lineage(page).translation(code)
    return (nearest.get_url(request) if nearest else None) or f"/{code}/"


def crumbs(request: HttpRequest, page: Page) -> list[dict[str, str]]:
    """The way from the home page (left out) to ``page`` (without an address)."""
    above = [item for item in _lineage(page).above if item.depth > HOME_DEPTH]
    found = [{"title": item.title, "url": item.get_url(request) or ""} for item in above]
    return [*found, {"title": page.title, "url": ""}]


def _lineage(page: Page) -> Lineage:
    """That of a page being served; a preview's is not kept, for its page lives longer than the answer."""
    return getattr(page, "lineage", None) or Lineage(page)
