"""Asking people to take part, and what their yes does."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import prove_address
from training.errors import NotAllowed
from training.models import Assignment, Holder, Invitation, Notice, Project, TeamMember
from training.services import attendance, notices

VALID = timedelta(days=30)
OFTEN = (Holder.COACH, Holder.EXAMINER)
"""Who has the same part in many projects of a batch: they are asked once for all of them."""
_CAUSE = "invitation:"


def invite(*, project: Project, user: User, role: Holder) -> Invitation:
    """Ask ``user`` to be ``role`` in ``project``; asking again changes nothing."""
    invitation, made = Invitation.objects.get_or_create(
        project=project, user=user, role=role, defaults={"sent_to": user.email}
    )
    if made:
        notices.tell(
            people=[user.pk], project=project, kind=Notice.Kind.INVITED, cause=f"{_CAUSE}{invitation.key}"
        )
    return invitation


def known(key: uuid.UUID) -> Invitation | None:
    """The invitation a link names, also one that can no longer be accepted."""
    found = Invitation.objects.select_related("project__batch__institution", "project__version", "user")
    return found.filter(key=key).first()


def is_open(invitation: Invitation) -> bool:
    """Whether the link is valid and the part is still to be had; an accepted one stays open for its owner."""
    in_time = invitation.accepted_at is not None or invitation.created_at > timezone.now() - VALID
    return in_time and invitation.user.is_active and _still_meant(invitation)


def waiting_for(user: User) -> QuerySet[Invitation]:
    """What ``user`` was asked and has not answered, while it can still be accepted."""
    assigned = Assignment.objects.filter(
        project=OuterRef("project"), user=user, role=OuterRef("role"), until=None, accepted_at=None
    )
    own = Q(role=Holder.PARTICIPANT, project__owner=user)
    return Invitation.objects.filter(
        own | Exists(assigned), user=user, accepted_at=None, created_at__gt=timezone.now() - VALID
    )


def _still_meant(invitation: Invitation) -> bool:
    if invitation.role == Holder.PARTICIPANT:
        return invitation.project.owner_id == invitation.user_id
    return Assignment.objects.filter(
        project=invitation.project_id, user=invitation.user_id, role=invitation.role, until=None
    ).exists()


def accept(*, invitation: Invitation, user: User) -> None:
    """Take the part. Once more changes nothing.

    A coach or an examiner says yes to all projects of the batch that they were asked for. Raises
    ``NotAllowed`` for anybody but who was asked, and when the part is somebody else's by now.
    """
    if invitation.user_id != user.pk or not user.is_active:
        raise NotAllowed(invitation.role)
    now = timezone.now()
    meant = Q(project=invitation.project_id)
    if invitation.role in OFTEN and invitation.project.batch_id:
        meant |= Q(project__batch=invitation.project.batch_id)
    own = Q(user=user, role=invitation.role, accepted_at=None) & meant
    with transaction.atomic():
        # Whoever gives the part to somebody else locks the project, too.
        Project.objects.select_for_update().get(pk=invitation.project_id)
        if not _still_meant(invitation):
            raise NotAllowed(invitation.role)
        Invitation.objects.filter(own).update(accepted_at=now)
        taken = Assignment.objects.filter(own, until=None)
        projects = list(taken.values_list("project_id", flat=True))
        taken.update(accepted_at=now)
        attendance.welcome(user, projects)


def may_set_first_password(invitation: Invitation | TeamMember) -> bool:
    """Whether the account was made for this invitation and nobody has ever used it.

    Its address must still be the one the link was sent to: the link proves that mailbox and no other.
    """
    user = invitation.user
    unused = not user.has_usable_password() and user.last_login is None
    return unused and invitation.sent_to.casefold() == user.email.casefold()


def prove_mailbox(*, invitation: Invitation | TeamMember) -> None:
    """Take the address as theirs: whoever opened the link reads that mailbox."""
    prove_address(user=invitation.user)


def address(*, cause: str, language: str) -> str:
    """The link of an invitation's mail."""
    return f"{settings.SITE_URL.rstrip('/')}/{language}/training/invitations/{cause.removeprefix(_CAUSE)}/"


def cause_of(key: uuid.UUID) -> str:
    """What the notice of an invitation has as its cause."""
    return f"{_CAUSE}{key}"
