"""Where other applications add to pages and to the shell of the site, which knows none of them.

``home`` may not import ``search`` or ``catalogue``. They hand their functions in when they are ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

PageContext = Callable[[Any, HttpRequest], Mapping[str, Any]]
Banner = Callable[[], str]
HeaderLink = Callable[[HttpRequest], tuple[str, str]]

_page_contexts: dict[type[Page], list[PageContext]] = {}
_banners: list[Banner] = []
_header_links: list[HeaderLink] = []


def page_context(model: type[Page]) -> Callable[[PageContext], PageContext]:
    """Decorator: what the function returns is added to the template context of pages of ``model``."""

    def register(function: PageContext) -> PageContext:
        _page_contexts.setdefault(model, []).append(function)
        return function

    return register


def context_for(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Everything contributed for ``page``, later contributions winning."""
    found: dict[str, Any] = {}
    for function in _page_contexts.get(type(page), ()):
        found.update(function(page, request))
    return found


def banner(function: Banner) -> Banner:
    """Decorator: the sentence the function returns (or ``""``) stands above every public page."""
    _banners.append(function)
    return function


def header_link(function: HeaderLink) -> HeaderLink:
    """Decorator: the text and address the function returns stand in the header of whoever is signed in."""
    _header_links.append(function)
    return function


def header_links(request: HttpRequest) -> list[tuple[str, str]]:
    """What stands in the header for ``request.user``, who is signed in."""
    return [function(request) for function in _header_links]


def banner_texts() -> list[str]:
    return [text for function in _banners if (text := function())]
