"""What waits for somebody now, in every part they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from accounts.models import User
from accounts.privacy import ERASED
from training.models import (
    Assignment,
    Consultation,
    FollowUp,
    Holder,
    Invitation,
    ProgrammeVersion,
    Project,
    State,
)
from training.permissions import led_batches, running
from training.services import consultations, follow_ups, invitations, more_time, scoring_tasks, todo_beside

_MAY_ENTER = Q(answers__consent__isnull=True) | ~Q(answers__consent="no")
WANTED = Q(state_is_end=False) | (_MAY_ENTER & ~Q(owner__email__endswith=ERASED))
"""Not the projects that are through and may not enter the catalogue: nobody has to do anything there. Of
those whose participant erased their account the answers went, and with them what they agreed to.
"""


DECIDED_FIRST = Q(leaving_since__isnull=False) & ~Q(standing__in=Project.LEFT)
"""Whose participant asked to withdraw."""
_PARTS = {"log": Holder.MENTOR, "time": Holder.COORDINATOR}
"""In which part somebody does what waits beside the steps; the others are nobody's part of a project."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: something to answer, or a project that waits for ``role``.

    ``asks`` is ``form`` where a form for scores is to be submitted, ``appeal`` where one is to be answered,
    ``log`` where entries are to be confirmed, ``time`` where more of it was asked for, ``peer`` and ``team``
    for the review or the invitation ``key``.
    """

    role: Holder
    project: Project
    invitation: Invitation | None = None
    consultation: Consultation | None = None
    asks: str = ""
    follow_up: FollowUp | None = None
    key: UUID | None = None

    @property
    def due_on(self) -> date | None:
        answers = self.invitation or self.consultation or self.follow_up or self.asks
        return None if answers else self.project.due_on

    @property
    def decides(self) -> bool:
        """Whether a coordinator has to decide about its standing, whatever its state."""
        return self.role == Holder.COORDINATOR and bool(getattr(self.project, "decides", False))

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


class Versions:
    """The versions of many projects, each read once with its rules. Lives as long as one request."""

    def __init__(self) -> None:
        self._known: dict[int, ProgrammeVersion] = {}

    def give(self, projects: Iterable[Project]) -> list[Project]:
        """``projects``, those of one version sharing it; one query for the versions not met before."""
        found = list(projects)
        if unknown := {project.version_id for project in found} - self._known.keys():
            self._known |= ProgrammeVersion.objects.in_bulk(unknown)
        for project in found:
            project.version = self._known[project.version_id]
        return found


def tasks(user: User, versions: Versions | None = None) -> list[Task]:
    """Everything that waits for ``user``: what is overdue first, then by due date, invitations on top of
    what has none. Its length is ``count(user)``; a handful of queries, whatever the length.
    """
    versions = versions or Versions()
    asked = list(invitations.waiting_for(user).select_related("project__batch"))
    found = [Task(Holder(item.role), item.project, item) for item in asked]
    for talk in consultations.waiting_for(user).select_related("project__batch", "project__owner"):
        own = talk.project.owner_id == user.pk
        part = Holder.PARTICIPANT if own else Holder(talk.role)
        found.append(Task(part, talk.project, consultation=talk))
    held = list(waiting(user).select_related("batch", "owner"))
    surveys = list(follow_ups.waiting_for(user).select_related("project__batch", "project__owner"))
    after = [
        Task(
            Holder.PARTICIPANT if survey.project.owner_id == user.pk else Holder.MENTOR,
            survey.project,
            follow_up=survey,
        )
        for survey in surveys
    ]
    after += [*_about_scores(user), *_beside(user)]
    versions.give([*held, *(task.project for task in [*found, *after])])
    for project in held:  # whose holder is known by their versions
        decides = bool(getattr(project, "decides", False))
        found.append(Task(Holder.COORDINATOR if decides else Holder(project.state.holder), project))
    found += after
    return sorted(found, key=lambda task: (task.due_on or date.max, task.invitation is None))


def _about_scores(user: User) -> list[Task]:
    forms = list(scoring_tasks.forms_waiting(user).select_related("project__batch", "project__owner"))
    appeals = scoring_tasks.appeals_waiting(user).select_related(
        "result__project__batch", "result__project__owner"
    )
    found = [Task(Holder(part.role), part.project, asks="form") for part in forms]
    return found + [Task(Holder.COORDINATOR, appeal.result.project, asks="appeal") for appeal in appeals]


def _beside(user: User) -> list[Task]:
    """Two queries at most, whatever their number."""
    rows = todo_beside.all_waiting(user)
    there = Project.objects.select_related("batch", "owner").in_bulk({row.project for row in rows})
    return [
        Task(
            _PARTS.get(row.asks, Holder.NOBODY),
            there[row.project],
            asks=row.asks,
            key=row.key,
        )
        for row in rows
    ]


def count(user: User) -> int:
    """How many things wait for ``user``; one query."""
    parts = (
        invitations.waiting_for(user),
        consultations.waiting_for(user),
        follow_ups.waiting_for(user),
        scoring_tasks.forms_waiting(user),
        scoring_tasks.appeals_waiting(user),
        todo_beside.logbooks_waiting(user),
        todo_beside.reviews_waiting(user),
        todo_beside.teams_waiting(user),
        more_time.waiting_for(user),
        waiting(user),
    )
    first, *others = (rows.order_by().values("pk") for rows in parts)
    return first.union(*others, all=True).count()


def waiting(user: User) -> QuerySet[Project]:
    """The projects whose state is ``user``'s to act in; each with the ``holder`` it waits for.

    Where a withdrawal is to be confirmed or a suspicion to be decided, ``decides`` is set: that is the
    coordinators' whatever the state.
    """
    here = State.objects.filter(version=OuterRef("version"), code=OuterRef("state_code"))
    part = Assignment.objects.filter(running(), project=OuterRef("pk"), user=user, role=OuterRef("holder"))
    own = Q(holder=Holder.PARTICIPANT, owner=user)
    mine = Q(batch__in=led_batches(user).values("pk")) & ~Q(owner=user)
    decides = mine & (Q(standing=Project.Standing.LOCKED) | DECIDED_FIRST)
    led = mine & Q(holder=Holder.COORDINATOR)
    going = Q(standing=Project.Standing.ACTIVE)
    return (
        Project.objects.annotate(
            holder=Subquery(here.values("holder")[:1]),
            state_is_end=Subquery(here.values("is_end")[:1]),
            decides=Case(When(decides, then=True), default=False, output_field=BooleanField()),
        )
        .filter(Q(decides=True) | (going & WANTED & (own | led | Exists(part))))
        .order_by(F("due_on").asc(nulls_last=True), "entered_at", "pk")
    )
