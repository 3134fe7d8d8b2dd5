"""Every cause, besides saving a record, that changes a record's visibility or words in the index.

Wagtail's own actions are callers like any other: each handler runs in the transaction that changes the
rows, and leaves the same change rows as ``InnovationPage.save``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from catalogue.models import (
    Agency,
    InnovationIndexPage,
    InnovationPage,
    InnovationSectionPage,
    Laboratory,
    OutcomeIndicator,
    Programme,
    Region,
    Replication,
    Tag,
    Term,
)
from home.models import HomePage
from search import changes


def record(pages: QuerySet[InnovationPage]) -> None:
    """Leave change rows for ``pages`` in the current transaction (or one of their own)."""
    with transaction.atomic():
        changes.record_queryset(pages)


def record_below(page: Page) -> None:
    """Leave change rows for every innovation at or below ``page``, and for those it copies."""
    record(InnovationPage.objects.filter(path__startswith=page.path))
    record(_origins(page__path__startswith=page.path))


def _origins(**copies: Any) -> QuerySet[InnovationPage]:
    """The records that ``copies`` copy: how often one was copied counts public copies only."""
    return InnovationPage.objects.filter(pk__in=Replication.objects.filter(**copies).values("origin"))


@receiver(post_save, sender=InnovationPage)
def _copy_changed(instance: InnovationPage, **_kwargs: Any) -> None:
    """Publishing or withdrawing a copy changes the count of what it copies."""
    record(_origins(page=instance))


@receiver(pre_delete, sender=InnovationPage)
def _deleted(instance: InnovationPage, **_kwargs: Any) -> None:
    with transaction.atomic():
        changes.record([str(instance.translation_key)])


@receiver(post_page_move)
def _moved(instance: Page, **_kwargs: Any) -> None:
    record_below(instance)


@receiver(pre_save, sender=HomePage)
@receiver(pre_save, sender=InnovationIndexPage)
@receiver(pre_save, sender=InnovationSectionPage)
def _address_changed(instance: Page, **_kwargs: Any) -> None:
    """Wagtail's own signal for this comes after the commit, where a kill would lose the change."""
    if Page.objects.filter(pk=instance.pk).exclude(url_path=instance.url_path).exists():
        record_below(instance)


@receiver([post_save, pre_delete], sender=PageViewRestriction)
def _privacy_changed(instance: PageViewRestriction, **_kwargs: Any) -> None:
    record_below(instance.page)


@receiver([post_save, post_delete], sender=Replication)
def _copied(instance: Replication, **_kwargs: Any) -> None:
    record(InnovationPage.objects.filter(pk=instance.origin_id))


@receiver(post_save, sender=Agency)
@receiver(post_save, sender=Region)
@receiver(post_save, sender=Term)
@receiver(post_save, sender=Tag)
@receiver(post_save, sender=Programme)
@receiver(post_save, sender=Laboratory)
@receiver(post_save, sender=OutcomeIndicator)
def _relabelled(instance: Any, created: bool, **_kwargs: Any) -> None:
    """Labels shown are looked up when rendered; the words a query searches follow as changes."""
    if not created:
        record(using(instance))


def using(item: Any) -> QuerySet[InnovationPage]:
    """Source-language pages whose documents hold ``item`` or something below it."""
    pages = InnovationPage.objects.filter(is_source=True)
    if isinstance(item, Agency):
        return pages.filter(agency__in=_held_by(Agency, [item.pk]))
    if isinstance(item, Region):
        regions = _held_by(Region, [item.pk])
        return pages.filter(Q(region__in=regions) | Q(agency__in=_agencies(region__in=regions)))
    if isinstance(item, Tag):
        return pages.filter(tagged_items__tag__in=_held_by(Tag, [item.pk]))
    if isinstance(item, Programme):
        return pages.filter(programme=item)
    if isinstance(item, Laboratory):
        return pages.filter(laboratory=item)
    if isinstance(item, OutcomeIndicator):
        return pages.filter(outcomes__indicator=item)
    terms = _held_by(Term, [item.pk])
    return pages.filter(
        Q(sector__in=terms)
        | Q(matter__in=terms)
        | Q(other_matters__in=terms)
        | Q(innovation_type__in=terms)
        | Q(stage__in=terms)
        | Q(status__in=terms)
        | Q(core_values__in=terms)
        | Q(sdgs__in=terms)
        | Q(awards__award__in=terms)
        | Q(agency__in=_agencies(level__in=terms))
    )


def _agencies(**held: Any) -> set[int]:
    """Primary keys of the agencies ``held`` and of those whose records count as theirs."""
    return _held_by(Agency, Agency._base_manager.filter(**held).values_list("pk", flat=True))


def _held_by(model: type[Any], keys: Iterable[int]) -> set[int]:
    """``keys`` with everything below them or merged into them, however far: a query a step."""
    found = newest = set(keys)
    while newest:
        held = Q(merged_into__in=newest)
        if hasattr(model, "parent"):
            held |= Q(parent__in=newest)
        newest = set(model._base_manager.filter(held).values_list("pk", flat=True)) - found
        found = found | newest
    return found
