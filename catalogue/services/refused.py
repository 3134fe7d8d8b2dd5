"""Records that an index refused: offering them to it again, with an entry in the log of who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from wagtail.log_actions import log

from catalogue.models import InnovationPage
from search import changes
from search.models import Follower

AGAIN = "catalogue.index_again"
"""The log's name for it: on a record's page when it was one record, on the index when it was more."""


def pages_of(keys: Iterable[UUID]) -> Mapping[UUID, InnovationPage]:
    """Key → the source-language page of each record that still exists, in one query."""
    pages = InnovationPage.objects.filter(translation_key__in=set(keys), is_source=True, alias_of=None)
    named = pages.only("translation_key", "title", "draft_title", "agency")
    return {page.translation_key: page for page in named}


@transaction.atomic
def try_again(*, row_id: int) -> int:
    """Have one refused change applied at once; 0 when it no longer waits, else 1."""
    row = changes.parked().filter(id=row_id).first()
    if row is None:
        return 0
    page = pages_of([row.key]).get(row.key)
    log(instance=page or row.follower, action=AGAIN, data={"index": row.follower.engine, "records": 1})
    return changes.retry(ids=[row.id])


@transaction.atomic
def try_all_again() -> int:
    """Have every refused change applied at once, in all indexes; returns how many."""
    counts = dict(changes.parked().order_by().values_list("follower").annotate(Count("id")))
    for follower in Follower.objects.filter(id__in=counts):
        data: dict[str, Any] = {"index": follower.engine, "records": counts[follower.id]}
        log(instance=follower, action=AGAIN, data=data)
    return changes.retry()
