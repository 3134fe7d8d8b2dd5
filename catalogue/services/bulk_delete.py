"""Takes many innovation pages away at once, leaving the changes that take them out of the public index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from modelcluster.fields import ParentalKey
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from catalogue.models import InnovationPage, Replication
from search import changes


def delete_innovations(keys: Sequence[int]) -> None:
    """Delete the pages with these primary keys and all that hangs on them, in one transaction.

    Pages that somebody has worked on since they were made (a revision, an alias, a redirect, a restriction
    of their own) go one by one through Wagtail, so that its own clean-up takes place. Rows of other records
    that say they copy one of these go too.
    """
    with transaction.atomic():
        pages = InnovationPage.objects.filter(pk__in=keys)
        changes.record(pages.values_list("translation_key", flat=True))
        _erase(Replication.objects.filter(origin__in=keys))
        touched = _touched(keys)
        plain = [key for key in keys if key not in touched]
        _delete_plain(plain)
        for page in InnovationPage.objects.filter(pk__in=touched):
            page.delete()


def _delete_plain(keys: Sequence[int]) -> None:
    pages = Page._base_manager.filter(pk__in=keys)
    parents = Counter(path[: -Page.steplen] for path in pages.values_list("path", flat=True))
    for field in _own_fields():
        _erase(field.model._base_manager.filter(**{f"{field.name}__in": keys}))
    _erase_from_admin_indexes([str(key) for key in keys])
    _erase(InnovationPage._base_manager.filter(pk__in=keys))
    _erase(pages)
    for path, count in parents.items():
        Page.objects.filter(path=path).update(numchild=F("numchild") - count)


def _erase_from_admin_indexes(keys: Sequence[str]) -> None:
    own = ContentType.objects.get_for_model(InnovationPage)
    base = ContentType.objects.get_for_model(Page)
    _erase(IndexEntry.objects.filter(content_type=own, object_id__in=keys))
    _erase(ReferenceIndex.objects.filter(base_content_type=base, object_id__in=keys))
    _erase(ReferenceIndex.objects.filter(to_content_type=base, to_object_id__in=keys))


def _touched(keys: Sequence[int]) -> set[int]:
    """Pages with a revision, or that a row outside the record points to."""
    found = set(Page.objects.filter(pk__in=keys).exclude(latest_revision=None).values_list("pk", flat=True))
    own = set(_own_fields())
    for field in _fields_to_pages():
        if field not in own:
            rows = field.model._base_manager.filter(**{f"{field.name}__in": keys})
            found.update(rows.values_list(field.attname, flat=True))
    return found


@cache
def _own_fields() -> tuple[models.ForeignKey, ...]:
    """Fields of rows that are part of a record and go with its page."""
    values = {getattr(InnovationPage, name).through for name in InnovationPage.MANY_VALUED}
    return tuple(
        field for field in _fields_to_pages() if isinstance(field, ParentalKey) or field.model in values
    )


def _fields_to_pages() -> Iterator[models.ForeignKey]:
    """Every foreign key to an innovation page or to its part in Wagtail's table of pages."""
    for relation in InnovationPage._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        reverse = relation.auto_created and not relation.concrete
        if reverse and isinstance(field, models.ForeignKey) and not field.remote_field.parent_link:
            yield field


def _erase(rows: models.QuerySet) -> None:
    """Delete without reading the rows and without signals."""
    rows._raw_delete(rows.db)
