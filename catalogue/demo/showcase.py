"""Collections, a news item and an event that show what the site can hold; labelled as samples."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from catalogue.demo.real import texts
from catalogue.models import CollectionPage, Tag
from catalogue.services.site_tree import LANGUAGES, SiteTree
from home.models import EventPage, NewsPage

_NOTICE = timedelta(days=30)


def ensure_tags() -> None:
    """The tags by which the collections find exactly their members."""
    present = set(Tag.objects.values_list("slug", flat=True))
    for row in texts()["collections"]:
        if row["code"] not in present:
            labels = {"name": row["label_id"], "label_en": row["label_en"]}
            Tag.objects.create(slug=row["code"], state=Tag.State.ACCEPTED, **labels)


def ensure_showcase(*, tree: SiteTree) -> int:
    """Publish the collections and samples that no editor has yet; returns how many pages were made."""
    made = 0
    for row in texts()["collections"]:
        query = f"tag={row['code']}"
        if not CollectionPage.objects.filter(query=query).exists():
            pages = {
                language: CollectionPage(query=query, slug=row["code"], **row[language])
                for language in LANGUAGES
            }
            made += _publish_all(pages, tree.collections)
    made += _ensure_one(NewsPage, "news", tree.news, {"date": timezone.localdate()})
    starts = timezone.make_aware(datetime.combine(timezone.localdate() + _NOTICE, time(9)))
    made += _ensure_one(EventPage, "event", tree.events, {"starts_at": starts})
    return made


def _ensure_one(model: Any, name: str, parents: Mapping[str, Page], values: dict[str, Any]) -> int:
    if model.objects.exists():
        return 0
    return _publish_all(
        {language: model(**_with_blocks(texts()[name][language]), **values) for language in LANGUAGES},
        parents,
    )


def _with_blocks(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "body": [(block, text) for block, text in values["body"]]}


def _publish_all(pages: Mapping[str, Page], parents: Mapping[str, Page]) -> int:
    """Publish translations of each other in one transaction."""
    key: UUID = uuid4()
    with transaction.atomic():
        for language, page in pages.items():
            page.locale = Locale.objects.get(language_code=language)
            page.translation_key = key
            Page.objects.get(pk=parents[language].pk).add_child(instance=page)
            page.save_revision().publish()
    return len(pages)
