"""Brings the admin's own indexes up to date after pages were written in bulk.

The admin searches in Wagtail's index and tells from the reference index what is used where. A single save
updates both; a bulk insert leaves them to the worker, which takes some missing pages a task. Each task is
one short transaction of the lowest priority: other tasks come first, and the worker rests after it, so that
an editor's save is never kept waiting for long. Nothing is lost when a worker dies: what is missing shows in
the indexes themselves, and the worker looks for it by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django_tasks import task
from django_tasks.base import TASK_MIN_PRIORITY
from modelcluster.models import get_all_child_relations
from modelsearch.backends import get_search_backends
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from catalogue.models import InnovationPage
from search.worker.periodic import Periodic, register

PAGES_A_TASK = 50
"""As many as a fifth of a second is enough for, on two cores and SQLite."""


@dataclass(frozen=True)
class Filling:
    """How far one index of the admin is: ``done`` of ``total`` pages."""

    done: int
    total: int

    @property
    def complete(self) -> bool:
        return self.done >= self.total


def fill_later() -> None:
    """Have the worker bring in every page that is missing; ends at once where none is."""
    fill_search.enqueue(after=0)
    fill_references.enqueue(after=0)


def resume() -> None:
    """Start again what a dead worker left unfinished."""
    if not (search_filling().complete and references_filling().complete):
        fill_later()


def search_filling() -> Filling:
    """How many innovation pages the admin's search finds."""
    pages = InnovationPage.objects.all()
    total = pages.count()
    return Filling(total - _unsearchable(pages).count(), total)


def references_filling() -> Filling:
    """How many source-language pages with an agency have their references recorded."""
    pages = InnovationPage.objects.filter(is_source=True, agency__isnull=False)
    total = pages.count()
    return Filling(total - _unreferenced(pages).count(), total)


@task(priority=TASK_MIN_PRIORITY + 1)  # before the references: editors notice its gaps first
def fill_search(after: int) -> None:
    """Add the missing pages whose key is above ``after`` to the admin's search, then go on in a new task."""
    missing = _unsearchable(InnovationPage.objects.filter(pk__gt=after)).order_by("pk")
    pages = list(missing.prefetch_related("tagged_items__tag")[:PAGES_A_TASK])
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(InnovationPage, pages)
    if len(pages) == PAGES_A_TASK:
        fill_search.enqueue(after=pages[-1].pk)


@task(priority=TASK_MIN_PRIORITY)
def fill_references(after: int) -> None:
    """Record what the missing pages above ``after`` refer to, then go on in a new task."""
    missing = _unreferenced(InnovationPage.objects.filter(pk__gt=after)).order_by("pk")
    rows = [relation.get_accessor_name() for relation in get_all_child_relations(InnovationPage)]
    pages = list(missing.prefetch_related(*rows)[:PAGES_A_TASK])
    with transaction.atomic():
        for page in pages:
            ReferenceIndex.create_or_update_for_object(page)
    if len(pages) == PAGES_A_TASK:
        fill_references.enqueue(after=pages[-1].pk)


def _unsearchable(pages: QuerySet[InnovationPage]) -> QuerySet[InnovationPage]:
    content_type = ContentType.objects.get_for_model(InnovationPage)
    entries = IndexEntry.objects.filter(content_type=content_type, object_id=_own_key())
    return pages.filter(~Exists(entries))


def _unreferenced(pages: QuerySet[InnovationPage]) -> QuerySet[InnovationPage]:
    base = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.objects.filter(base_content_type=base, object_id=_own_key())
    return pages.filter(~Exists(references))


def _own_key() -> Cast:
    return Cast(OuterRef("pk"), CharField())


register(Periodic("admin_indexes", 900, resume))
