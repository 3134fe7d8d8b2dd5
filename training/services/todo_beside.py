"""What waits for somebody beside the steps: entries to confirm, reviews, teams, requests for more time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.utils import timezone

from accounts.models import User
from training.guards import AGREED
from training.models import (
    Assignment,
    EvidenceReason,
    Holder,
    LogEntry,
    Move,
    PeerReview,
    Project,
    TeamMember,
)
from training.permissions import running
from training.services import more_time, peers
from training.services.invitations import VALID

_GOING = Project.Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class Waiting:
    """``log``, ``peer``, ``team`` or ``time``; the key of the project, of the review or of the invitation."""

    asks: str
    project: int
    key: UUID


def all_waiting(user: User) -> list[Waiting]:
    """All that follow, in their order; one query."""
    parts = (
        ("log", logbooks_waiting(user), "pk"),
        ("peer", reviews_waiting(user), "project_id"),
        ("team", teams_waiting(user), "project_id"),
        ("time", more_time.waiting_for(user), "pk"),
    )
    first, *others = (
        rows.order_by().annotate(asks=Value(asks), target=F(target)).values_list("asks", "target", "key")
        for asks, rows, target in parts
    )
    return [Waiting(*row) for row in sorted(first.union(*others, all=True))]


def logbooks_waiting(user: User) -> QuerySet[Project]:
    """The projects with entries that ``user``, as the mentor, has not confirmed, or reasons in the place of
    evidence they have not agreed to where that is asked: one task a project.
    """
    part = Assignment.objects.filter(running(), project=OuterRef("pk"), user=user, role=Holder.MENTOR)
    entries = LogEntry.objects.filter(project=OuterRef("pk"), confirmed_at=None, erased_at=None)
    asked = Move.objects.filter(version=OuterRef("version"), guards__contains=f"evidence:{AGREED}")
    reasons = EvidenceReason.objects.filter(project=OuterRef("pk"), agreed_at=None)
    waits = Exists(entries) | (Exists(reasons) & Exists(asked))
    return Project.objects.filter(Exists(part), waits, standing=_GOING).order_by("pk")


def reviews_waiting(user: User) -> QuerySet[PeerReview]:
    """The peer reviews that ``user`` was asked for and has neither declined nor given."""
    asked = peers.asked_of(user).filter(given_at=None, project__standing=_GOING)
    return asked.order_by("pk")


def teams_waiting(user: User) -> QuerySet[TeamMember]:
    """The invitations to teams that ``user`` can still answer."""
    since = timezone.now() - VALID
    asked = TeamMember.objects.filter(user=user, accepted_at=None, ended_at=None, invited_at__gt=since)
    return asked.filter(project__standing=_GOING).order_by("pk")
