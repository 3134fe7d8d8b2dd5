"""What waits for somebody beside the steps: entries to confirm, reviews to write, teams to join."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from training.models import Assignment, Holder, LogEntry, PeerReview, Project, TeamMember
from training.permissions import running
from training.services.invitations import VALID

_GOING = Project.Standing.ACTIVE


def logbooks_waiting(user: User) -> QuerySet[Project]:
    """The projects with entries that ``user``, as the mentor, has not confirmed: one task a project."""
    part = Assignment.objects.filter(running(), project=OuterRef("pk"), user=user, role=Holder.MENTOR)
    entries = LogEntry.objects.filter(project=OuterRef("pk"), confirmed_at=None, erased_at=None)
    return Project.objects.filter(Exists(part), Exists(entries), standing=_GOING).order_by("pk")


def reviews_waiting(user: User) -> QuerySet[PeerReview]:
    """The peer reviews that ``user`` was asked for and has neither declined nor given."""
    asked = PeerReview.objects.filter(reviewer=user, ended_at=None, given_at=None, project__standing=_GOING)
    return asked.order_by("pk")


def teams_waiting(user: User) -> QuerySet[TeamMember]:
    """The invitations to teams that ``user`` can still answer."""
    since = timezone.now() - VALID
    asked = TeamMember.objects.filter(user=user, accepted_at=None, ended_at=None, invited_at__gt=since)
    return asked.filter(project__standing=_GOING).order_by("pk")
