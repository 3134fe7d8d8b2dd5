"""Addresses of public pages, from the columns of a page's row: no query a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.models import Site


def url_prefixes() -> dict[str, str]:
    """Language → the part of a page's ``url_path`` that stands for ``/<language>/``; two queries."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    roots = site.root_page.get_translations(inclusive=True).values_list("locale__language_code", "url_path")
    return dict(roots)


def page_path(page: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """The path of a page given its ``locale__language_code`` and ``url_path``."""
    language = page["locale__language_code"]
    return f"/{language}/{page['url_path'].removeprefix(prefixes.get(language, ''))}"


def agency_path(language: str, code: str) -> str:
    return f"/{language}/agencies/{code}/"


def browse_path(language: str, facet: str, code: str) -> str:
    return f"/{language}/browse/{facet}/{code}/"
