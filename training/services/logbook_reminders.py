"""Reminds of a logbook that had no entry for a week: once for each such week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from training.logbooks import full_weeks
from training.models import Event, LogEntry, Notice, Project, State
from training.services.standing import RESUMES

AT_ONCE = 500
LATE = 14
"""Days after its due date until which a project is still reminded; its coordinators know by then."""


def remind(*, today: date) -> None:
    """Make the reminders of the last full week of each logbook that is kept now; four queries and inserts.

    Running it again, late, or with a clock that was put back makes none twice: a week is a cause of its own.
    """
    keeping = State.objects.filter(version=OuterRef("version"), code=OuterRef("state_code"), keeps_log=True)
    in_time = Q(due_on=None) | Q(due_on__gte=today - timedelta(days=LATE))
    going = Project.objects.filter(in_time, Exists(keeping), standing=Project.Standing.ACTIVE)
    projects = list(going.select_related("batch"))
    days = defaultdict(list)
    recent = LogEntry.objects.filter(project__in=projects, on__gt=today - timedelta(days=14))
    for key, on in recent.values_list("project_id", "on"):
        days[key].append(on)
    resumed = _resumed(projects)
    rows = []
    for project in projects:
        since = max(project.entered_at, resumed.get(project.pk, project.entered_at))
        weeks = full_weeks(timezone.localdate(since), today, days[project.pk])
        if weeks and not weeks[-1].entries:
            rows.append(_notice(project, since, weeks[-1].number))
    Notice.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _resumed(projects: Sequence[Project]) -> dict[int, datetime]:
    """When each project that stood still goes on since."""
    rows = Event.objects.filter(project__in=projects, code__in=RESUMES, source=F("target")).order_by()
    return dict(rows.values_list("project_id").annotate(last=Max("at")))


def _notice(project: Project, since: datetime, week: int) -> Notice:
    demo = project.batch is not None and project.batch.is_demo
    return Notice(
        user_id=project.owner_id,
        project=project,
        kind=Notice.Kind.LOGBOOK,
        cause=f"logbook:{project.pk}:{since:%Y%m%d%H%M%S%f}:{week}",
        state_code=project.state_code,
        mail=Notice.Mail.NONE if demo else Notice.Mail.WAITING,
    )
