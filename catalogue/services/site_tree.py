"""The pages every site has: a home page a language and, below it, the places of records, news and events."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Locale, Page, Site

from catalogue.models import CollectionIndexPage, InnovationIndexPage
from home.models import ContactField, EventIndexPage, HomePage, NewsIndexPage, SiteSettings

LANGUAGES = ("id", "en")
_TEXTS = Path(__file__).resolve().parent.parent / "seeds" / "site.toml"
_WELCOME = "Welcome to your new Wagtail site!"


class SiteNotSetUp(Exception):
    """The structural pages are missing; ``setup_site`` makes them."""


@dataclass(frozen=True)
class SiteTree:
    """The structural pages, each by language code."""

    home: Mapping[str, HomePage]
    innovations: Mapping[str, InnovationIndexPage]
    collections: Mapping[str, CollectionIndexPage]
    news: Mapping[str, NewsIndexPage]
    events: Mapping[str, EventIndexPage]


def site_tree() -> SiteTree:
    """The structural pages. Raises ``SiteNotSetUp`` when one is missing."""
    found = {spec["key"]: _present(spec) for spec in _texts()["pages"] if spec.get("structural")}
    missing = [f"{key} ({lang})" for key, pages in found.items() for lang in LANGUAGES if lang not in pages]
    if missing:
        raise SiteNotSetUp(f"missing pages: {', '.join(missing)}; run manage.py setup_site")
    return SiteTree(**cast(dict[str, Any], found))


def set_up_site() -> SiteTree:
    """Make what is missing of the locales, the structural pages and the site; safe to run again.

    Pages that editors may rename or remove (about, privacy, contact) are written only together with the
    home pages. Host name and port of the site follow ``SITE_URL`` each time.
    """
    try:
        tree = site_tree()
    except SiteNotSetUp:
        with transaction.atomic():
            _make_tree()
        tree = site_tree()
    _point_site(tree.home["id"])
    return tree


@cache
def _texts() -> dict[str, Any]:
    with _TEXTS.open("rb") as file:
        return tomllib.load(file)


def _present(spec: Mapping[str, Any]) -> dict[str, Page]:
    model = apps.get_model(spec["model"])
    pages = model.objects.filter(locale__language_code__in=LANGUAGES).select_related("locale")
    return {page.locale.language_code: page for page in pages.order_by("-path")}


def _make_tree() -> None:
    texts = _texts()
    for language in LANGUAGES:
        Locale.objects.get_or_create(language_code=language)
    home, *others = texts["pages"]
    new_site = not _present(home)
    homes = _ensure(home, {language: _root() for language in LANGUAGES})
    _point_site(homes["id"])
    _remove_welcome()
    made = {}
    for spec in others:
        if new_site or spec.get("structural"):
            made[spec["key"]] = _ensure(spec, {language: homes[language] for language in LANGUAGES})
    if new_site:
        _write_settings(texts["settings"], made)


def _root() -> Page:
    root = Page.get_first_root_node()
    if root is None:
        locale = Locale.objects.get(language_code=LANGUAGES[0])
        content_type = ContentType.objects.get_for_model(Page)
        root = Page.add_root(title="Root", slug="root", content_type=content_type, locale=locale)
    return root


def _ensure(spec: Mapping[str, Any], parents: Mapping[str, Page]) -> dict[str, Page]:
    """The pages of ``spec`` in every language, translations of each other."""
    pages = _present(spec) if spec.get("structural") else {}
    key = next((page.translation_key for page in pages.values()), uuid4())
    for language in LANGUAGES:
        if language not in pages:
            pages[language] = _publish(spec, language, parents[language], key)
    return pages


def _publish(spec: Mapping[str, Any], language: str, parent: Page, key: UUID) -> Page:
    values = dict(spec[language])
    questions = values.pop("form_fields", ())
    if "body" in values:
        values["body"] = [(block, text) for block, text in values["body"]]
    locale = Locale.objects.get(language_code=language)
    page = apps.get_model(spec["model"])(locale=locale, translation_key=key, **values)
    if questions:
        page.form_fields = [ContactField(sort_order=order, **row) for order, row in enumerate(questions)]
    # Read again: a parent in memory does not know the children it was given meanwhile.
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision().publish()
    return page


def _point_site(home: HomePage) -> None:
    """Make ``home`` the root of the default site, at the address of ``SITE_URL``."""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    wanted = {
        "hostname": address.hostname or "localhost",
        "port": port,
        "root_page_id": home.pk,
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()


def _remove_welcome() -> None:
    """Remove the page a fresh Wagtail shows, unless somebody has worked on it."""
    plain = ContentType.objects.get_for_model(Page)
    untouched = Page.objects.filter(
        depth=2, slug="home", title=_WELCOME, content_type=plain, numchild=0, latest_revision=None
    )
    for page in untouched:
        page.delete()


def _write_settings(texts: Mapping[str, str], made: Mapping[str, Mapping[str, Page]]) -> None:
    site = Site.objects.get(is_default_site=True)
    own = SiteSettings.for_site(site)
    for name, text in texts.items():
        setattr(own, name, text)
    own.privacy_page = made["privacy"]["id"]
    own.contact_page = made["contact"]["id"]
    own.save()
