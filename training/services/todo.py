"""What waits for somebody now, in every part they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from training.models import Assignment, Holder, Invitation, ProgrammeVersion, Project, State
from training.permissions import led_batches, running
from training.services import invitations

REFUSES = Q(state_is_end=True, answers__consent="no")
"""Projects that are through and may not enter the catalogue: nobody has to do anything."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: an invitation to answer, or a project that waits for ``role``."""

    role: Holder
    project: Project
    invitation: Invitation | None = None

    @property
    def due_on(self) -> date | None:
        return None if self.invitation else self.project.due_on

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


def tasks(user: User) -> list[Task]:
    """Everything that waits for ``user``: what is overdue first, then by due date, invitations on top of
    what has none. Its length is ``count(user)``; a handful of queries, whatever the length.
    """
    asked = invitations.waiting_for(user).select_related("project__version", "project__batch")
    found = [Task(Holder(item.role), item.project, item) for item in asked]
    held = list(with_versions(waiting(user)))
    found += [Task(Holder(project.state.holder), project) for project in held]
    return sorted(found, key=lambda task: (task.due_on or date.max, task.invitation is None))


def count(user: User) -> int:
    """How many things wait for ``user``; two queries."""
    return invitations.waiting_for(user).count() + waiting(user).count()


def waiting(user: User) -> QuerySet[Project]:
    """The projects whose state is ``user``'s to act in; each with the ``holder`` it waits for."""
    here = State.objects.filter(version=OuterRef("version"), code=OuterRef("state_code"))
    part = Assignment.objects.filter(running(), project=OuterRef("pk"), user=user, role=OuterRef("holder"))
    own = Q(holder=Holder.PARTICIPANT, owner=user)
    led = Q(holder=Holder.COORDINATOR, batch__in=led_batches(user).values("pk"))
    return (
        Project.objects.annotate(
            holder=Subquery(here.values("holder")[:1]), state_is_end=Subquery(here.values("is_end")[:1])
        )
        .filter(own | led | Exists(part))
        .exclude(REFUSES)
        .order_by(F("due_on").asc(nulls_last=True), "entered_at", "pk")
    )


def with_versions(projects: QuerySet[Project]) -> Sequence[Project]:
    """``projects`` read with their batches and versions; those of one version share it and its rules."""
    found = list(projects.select_related("batch__institution", "owner"))
    versions = ProgrammeVersion.objects.in_bulk({project.version_id for project in found})
    for project in found:
        project.version = versions[project.version_id]
    return found
