"""In which state a page of a record is, who has it and since when; for a page of rows in three queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision, WorkflowState, get_default_page_content_type

from catalogue.models import InnovationPage

CONFIRMED_FOR = timedelta(days=365)
"""A status older than this asks to be confirmed again."""


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    CHANGED = "changed"
    PUBLISHED = "published"


STATE_LABELS = {
    State.DRAFT: gettext_lazy("draft"),
    State.REVIEW: gettext_lazy("in review"),
    State.RETURNED: gettext_lazy("changes requested"),
    State.SCHEDULED: gettext_lazy("scheduled"),
    State.CHANGED: gettext_lazy("published, with a newer draft"),
    State.PUBLISHED: gettext_lazy("published"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A row's state; ``holder`` is who has to act, ``since`` from when."""

    state: State
    holder: str
    since: datetime | None


def standings_of(pages: Sequence[InnovationPage]) -> dict[int, Standing]:
    """Key → standing. The pages come with ``latest_revision__user``, ``owner`` and ``agency``."""
    keys = [str(page.pk) for page in pages]
    workflows = {int(state.object_id): state for state in _active().filter(object_id__in=keys)}
    planned = dict(_planned().filter(object_id__in=keys).values_list("object_id", "approved_go_live_at"))
    return {page.pk: _standing(page, workflows.get(page.pk), planned.get(str(page.pk))) for page in pages}


def _standing(page: InnovationPage, workflow: WorkflowState | None, go_live: datetime | None) -> Standing:
    if workflow is not None and workflow.status == WorkflowState.STATUS_IN_PROGRESS:
        task = workflow.current_task_state
        return Standing(State.REVIEW, _("curators"), task.started_at if task else workflow.created_at)
    if workflow is not None:
        task = workflow.current_task_state
        since = task.finished_at if task else workflow.created_at
        return Standing(State.RETURNED, str(workflow.requested_by or page.owner or ""), since)
    if go_live is not None:
        return Standing(State.SCHEDULED, _("the schedule"), go_live)
    if page.live and not page.has_unpublished_changes:
        return Standing(State.PUBLISHED, "", page.last_published_at or page.first_published_at)
    state = State.CHANGED if page.live else State.DRAFT
    writer = page.latest_revision.user if page.latest_revision else None
    return Standing(state, str(writer or page.owner or ""), page.latest_revision_created_at)


def in_state(pages: QuerySet[InnovationPage], state: str) -> QuerySet[InnovationPage]:
    """The pages in ``state``; ``published`` holds those with a newer draft as well."""
    running = _active().filter(status=WorkflowState.STATUS_IN_PROGRESS)
    returned = _active().exclude(status=WorkflowState.STATUS_IN_PROGRESS)
    if state == State.PUBLISHED:
        return pages.filter(live=True)
    if state == State.REVIEW:
        return pages.filter(pk__in=_keys(running))
    if state == State.RETURNED:
        return pages.filter(pk__in=_keys(returned))
    if state == State.SCHEDULED:
        return pages.filter(pk__in=_keys(_planned()))
    wanted = pages.filter(live=state == State.CHANGED, has_unpublished_changes=True)
    if state == State.DRAFT:
        wanted = pages.filter(live=False)
    return wanted.exclude(Q(pk__in=_keys(_active())) | Q(pk__in=_keys(_planned())))


def unconfirmed(pages: QuerySet[InnovationPage], today: date) -> QuerySet[InnovationPage]:
    """Published records whose status nobody confirmed within a year."""
    old = Q(status_confirmed_on=None) | Q(status_confirmed_on__lt=today - CONFIRMED_FOR)
    return pages.filter(old, live=True, is_source=True)


def today() -> date:
    return timezone.localdate()


def _active() -> QuerySet[WorkflowState]:
    states = WorkflowState.objects.active().filter(base_content_type=get_default_page_content_type())
    return states.select_related("current_task_state", "requested_by")


def _planned() -> QuerySet[Revision]:
    return Revision.page_revisions.exclude(approved_go_live_at=None)


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    number = Cast("object_id", output_field=IntegerField())
    return rows.select_related(None).order_by().annotate(page_key=number).values("page_key")
