"""Reminds of a logbook that had no entry for a week: once for each such week."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from training.logbooks import full_weeks
from training.models import LogEntry, Notice, Project, State

AT_ONCE = 500
LATE = 14
"""Days after its due date until which a project is still reminded; its coordinators know by then."""


def remind(*, today: date) -> None:
    """Make the reminders of the last full week of each logbook that is kept now; three queries and inserts.

    Running it again, late, or with a clock that was put back makes none twice: a week is a cause of its own.
    """
    keeping = State.objects.filter(version=OuterRef("version"), code=OuterRef("state_code"), keeps_log=True)
    in_time = Q(due_on=None) | Q(due_on__gte=today - timedelta(days=LATE))
    projects = list(Project.objects.filter(in_time, Exists(keeping)).select_related("batch"))
    days = defaultdict(list)
    recent = LogEntry.objects.filter(project__in=projects, on__gt=today - timedelta(days=14))
    for key, on in recent.values_list("project_id", "on"):
        days[key].append(on)
    rows = []
    for project in projects:
        weeks = full_weeks(timezone.localdate(project.entered_at), today, days[project.pk])
        if weeks and not weeks[-1].entries:
            rows.append(_notice(project, weeks[-1].number))
    Notice.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _notice(project: Project, week: int) -> Notice:
    demo = project.batch is not None and project.batch.is_demo
    return Notice(
        user_id=project.owner_id,
        project=project,
        kind=Notice.Kind.LOGBOOK,
        cause=f"logbook:{project.pk}:{project.entered_at:%Y%m%d%H%M%S%f}:{week}",
        state_code=project.state_code,
        mail=Notice.Mail.NONE if demo else Notice.Mail.WAITING,
    )
