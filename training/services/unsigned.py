"""Papers that wait for a signature although everything else is there: how many, and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from training.models import Certificate, Document, Holder, Notice, Project, SignedPaper
from training.services import notices

SOON = timedelta(minutes=15)
"""What was reserved less long ago is in the worker's hands."""
_MODELS = (Certificate, Document)
_NO_KEY = Q(trouble__startswith=SignedPaper.NO_KEY)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of papers. ``no_key`` and ``not_made`` were tried; ``late`` wait for more than a quarter of an
    hour without having been. Those that lack a name, or whose project is in doubt, are in none.
    """

    no_key: int
    not_made: int
    late: int
    since: datetime | None
    """When the oldest of them was reserved."""

    @property
    def all(self) -> int:
        return self.no_key + self.not_made + self.late


def waiting() -> Waiting:
    """What waits now; one query a kind of paper."""
    rows = [_counted(model) for model in _MODELS]
    since = [row["since"] for row in rows if row["since"]]
    sums = {name: sum(row[name] for row in rows) for name in ("no_key", "not_made", "late")}
    return Waiting(**sums, since=min(since, default=None))


def tell(*, today: date) -> None:
    """Tell the coordinators of each batch that has papers without a key: once a day while they wait."""
    first: dict[int, Project] = {}
    for model in _MODELS:
        rows = _open(model).filter(_NO_KEY, project__batch__isnull=False).select_related("project__batch")
        for paper in rows.order_by("pk").iterator():
            first.setdefault(paper.project.batch_id, paper.project)
    for batch, project in sorted(first.items()):
        notices.tell(
            people=notices.holders(project, Holder.COORDINATOR),
            project=project,
            kind=Notice.Kind.UNSIGNED,
            cause=f"unsigned:{batch}:{today.isoformat()}",
        )


def tell_today() -> None:
    """The notices of this day, where the site is."""
    tell(today=timezone.localdate())


def _open(model: type[Any]) -> QuerySet[Any]:
    rows = model.objects.filter(state=SignedPaper.State.WAITING)
    found: QuerySet[Any] = rows.exclude(project__standing__in=Project.DOUBTED)
    return found.exclude(trouble=SignedPaper.NO_NAME)


def _counted(model: type[Any]) -> dict[str, Any]:
    late = Q(trouble="", reserved_at__lt=timezone.now() - SOON)
    found: dict[str, Any] = _open(model).aggregate(
        no_key=Count("pk", filter=_NO_KEY),
        not_made=Count("pk", filter=~_NO_KEY & ~Q(trouble="")),
        late=Count("pk", filter=late),
        since=Min("reserved_at", filter=late | ~Q(trouble="")),
    )
    return found
