"""The record's pages in each language, as the editor shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from wagtail.models import Locale

from catalogue.models import InnovationPage

SHOWN_FACTS = (
    "agency",
    "region",
    "sector",
    "matter",
    "innovation_type",
    "stage",
    "status",
    "year_started",
    "source",
)


@dataclass(frozen=True, slots=True)
class LanguagePage:
    """One language of a record; ``url`` leads to its editor or to making it, empty without a right."""

    language: str
    title: str
    current: bool
    exists: bool
    source: bool
    live: bool
    url: str


def languages_of(page: InnovationPage, user: Any) -> list[LanguagePage]:
    """Every language of the site with this record's page in it."""
    if page.pk is None:
        return []
    pages = InnovationPage.objects.filter(translation_key=page.translation_key, alias_of=None)
    found = {
        row.locale_id: row for row in pages.only("title", "live", "is_source", "locale", "path", "depth")
    }
    return [_language(page, locale, found.get(locale.pk), user) for locale in Locale.objects.all()]


def _language(page: InnovationPage, locale: Locale, found: InnovationPage | None, user: Any) -> LanguagePage:
    url = ""
    if found is not None:
        url = reverse("wagtailadmin_pages:edit", args=[found.pk])
    elif user.has_perm("simple_translation.submit_translation"):
        url = reverse("simple_translation:submit_page_translation", args=[page.record.pk])
    return LanguagePage(
        language=locale.get_display_name(),
        title=found.title if found else "",
        current=locale.pk == page.locale_id,
        exists=found is not None,
        source=bool(found and found.is_source),
        live=bool(found and found.live),
        url=url,
    )


def source_facts(page: InnovationPage) -> list[tuple[str, Any]]:
    """Label and value of the facts a translation takes from its source page."""
    source = page.record
    columns: list[Any] = [source._meta.get_field(name) for name in SHOWN_FACTS]
    facts = ((column.verbose_name, getattr(source, column.name)) for column in columns)
    return [(capfirst(str(name)), value) for name, value in facts if value]
