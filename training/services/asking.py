"""Asking many people at once to take part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from training.models import Assignment, Holder, Invitation, Notice, Project
from training.services.invitations import OFTEN, VALID, cause_of

Asked = tuple[Project, User, Holder]


def invite_all(asked: Sequence[Asked]) -> None:
    """Ask people who have not been asked for these parts before; three queries.

    A coach or an examiner of several projects of a batch gets one mail a day, for the first of them.
    """
    now = timezone.now()
    told = _told_today(asked, now)
    invitations = Invitation.objects.bulk_create(
        Invitation(project_id=project.pk, user_id=user.pk, role=role, sent_to=user.email)
        for project, user, role in asked
    )
    rows = []
    for invitation, (project, user, role) in zip(invitations, asked, strict=True):
        part = project.batch_id, user.pk, role
        rows.append(
            Notice(
                user_id=user.pk,
                project_id=project.pk,
                kind=Notice.Kind.INVITED,
                cause=cause_of(invitation.key),
                mail=Notice.Mail.NONE if part in told else Notice.Mail.WAITING,
            )
        )
        if role in OFTEN and project.batch_id:
            told.add(part)
    Notice.objects.bulk_create(rows)


def renew_all(projects: Iterable[Project]) -> set[int]:
    """Ask participants, mentors and coaches of ``projects`` again whose invitation is over unanswered.

    Each gets a new link, and the old one stays over. Keys of the projects in which somebody was asked.
    """
    wanted = Assignment.objects.filter(
        project=OuterRef("project"),
        user=OuterRef("user"),
        role=OuterRef("role"),
        until=None,
        accepted_at=None,
    ).exclude(role=Holder.EXAMINER)
    own = Q(role=Holder.PARTICIPANT, project__owner=F("user"))
    over = list(
        Invitation.objects.filter(
            own | Exists(wanted),
            project__in=projects,
            accepted_at=None,
            created_at__lte=timezone.now() - VALID,
            user__is_active=True,
        ).select_related("project__batch", "user")
    )
    if over:
        Invitation.objects.filter(pk__in=[one.pk for one in over]).delete()
        invite_all([(one.project, one.user, Holder(one.role)) for one in over])
    return {one.project_id for one in over}


def _told_today(asked: Sequence[Asked], now: datetime) -> set[tuple[int | None, int, str]]:
    """Batch, person and part of those who were asked for the same within a day."""
    often = [(project.batch_id, user.pk) for project, user, role in asked if role in OFTEN]
    recent = Invitation.objects.filter(
        role__in=OFTEN, accepted_at=None, created_at__gt=now - timedelta(days=1)
    ).filter(
        user__in={user for _batch, user in often},
        project__batch__in={batch for batch, _user in often if batch is not None},
    )
    return set(recent.values_list("project__batch_id", "user_id", "role"))
