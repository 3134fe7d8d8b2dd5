"""The team of a project: invited by its participant, accepted by each person alone."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Holder, Notice, Project, TeamMember
from training.permissions import Right
from training.services import notices
from training.services.audit import done_before, held, record, request_key, was_made
from training.services.enrolment import Person, ensure_accounts
from training.services.invitations import VALID
from training.services.standing import must_go_on

MOST = 10
"""People in a team, those who have not answered counted."""
MOST_A_DAY = 20
"""Invitations that one participant sends, over all projects."""
INVITE, CHANGE, REMOVE, JOIN, LEAVE = "team-invite", "team-change", "team-remove", "team-join", "team-leave"
_CAUSE = "team:"


def invite(*, project: Project, address: str, right: Right, by: User, submit_key: uuid.UUID) -> None:
    """Ask whoever reads mail at ``address`` into the team; it tells nobody whether they have an account.

    Who is in it already, or asked, keeps what they have. Raises ``NotAllowed`` for anybody but the
    participant, ``GuardsUnmet`` for too many people, and for oneself.
    """
    person = Person(address)
    with transaction.atomic():
        key = request_key(submit_key, INVITE, by)
        current = _owned(project, by, key)
        if current is None:
            return
        must_go_on(current)
        if person.address == by.email.casefold():
            raise GuardsUnmet([_("This is your own address: the project is yours already.")])
        rows = TeamMember.objects.filter(project=current, ended_at=None)
        if rows.filter(sent_to=person.address).exists():
            return
        today = TeamMember.objects.filter(
            project__owner=by, invited_at__gt=timezone.now() - timedelta(days=1)
        )
        if rows.count() >= MOST or today.count() >= MOST_A_DAY:
            raise GuardsUnmet([_too_many()])
        user = ensure_accounts([person])[person.address]
        if rows.filter(user=user).exists():  # asked by another address of theirs
            return
        made = TeamMember.objects.create(project=current, user=user, right=right, sent_to=person.address)
        record(project=current, code=INVITE, by=by, submit_key=key, note="", role=Holder.PARTICIPANT)
        cause = f"{_CAUSE}{made.key}"
        notices.tell(people=[user.pk], project=current, kind=Notice.Kind.TEAM, cause=cause)


def change(*, project: Project, member: TeamMember, right: Right, by: User, submit_key: uuid.UUID) -> None:
    """Give a member another right. Raises ``NotAllowed`` for anybody but the participant."""
    with transaction.atomic():
        key = request_key(submit_key, f"{CHANGE} {member.pk}", by)
        current = _owned(project, by, key)
        if current is not None:
            must_go_on(current)
        rows = TeamMember.objects.filter(pk=member.pk, project=current, ended_at=None).exclude(right=right)
        if current is not None and rows.update(right=right):
            record(project=current, code=CHANGE, by=by, submit_key=key, note="", role=Holder.PARTICIPANT)


def remove(*, project: Project, member: TeamMember, by: User, submit_key: uuid.UUID) -> None:
    """End somebody's part, or an invitation. Raises ``NotAllowed`` for anybody but the participant."""
    with transaction.atomic():
        key = request_key(submit_key, f"{REMOVE} {member.pk}", by)
        current = _owned(project, by, key)
        if current is not None and _end(current, member):
            record(project=current, code=REMOVE, by=by, submit_key=key, note="", role=Holder.PARTICIPANT)


def leave(*, project: Project, user: User, submit_key: uuid.UUID) -> None:
    """Go out of a team; the same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for who is not
    in it.
    """
    with transaction.atomic():
        current = held(project)
        if done_before(current, code=LEAVE, by=user, submit_key=submit_key):
            return
        member = TeamMember.objects.filter(project=current, user=user, ended_at=None).first()
        if member is None or member.accepted_at is None:
            raise NotAllowed(str(project.key))
        _end(current, member)
        record(project=current, code=LEAVE, by=user, submit_key=submit_key, note="", role=Holder.NOBODY)


def known(key: uuid.UUID) -> TeamMember | None:
    """The invitation a link names, also one that is over."""
    return (
        TeamMember.objects.select_related("project__version", "project__owner", "user")
        .filter(key=key)
        .first()
    )


def is_open(member: TeamMember) -> bool:
    """Whether the invitation can be answered, or was; one that was is open as long as the part lasts."""
    in_time = member.accepted_at is not None or member.invited_at > timezone.now() - VALID
    return in_time and member.ended_at is None and member.user.is_active


def accept(*, member: TeamMember, user: User) -> None:
    """Take the part; once more changes nothing.

    Raises ``NotAllowed`` for anybody but who was asked, when it is over, and for who examines the project:
    nobody judges what they had a hand in.
    """
    with transaction.atomic():
        current = Project.objects.select_for_update().get(pk=member.project_id)
        found = TeamMember.objects.select_related("user").get(pk=member.pk)
        if found.user_id != user.pk or not is_open(found) or examines(current, user):
            raise NotAllowed(str(member.key))
        if found.accepted_at is None:
            must_go_on(current)
            TeamMember.objects.filter(pk=found.pk).update(accepted_at=timezone.now())
            record(project=current, code=JOIN, by=user, submit_key=uuid.uuid4(), note="", role=Holder.NOBODY)


def examines(project: Project, user: User) -> bool:
    """Whether ``user`` judges the project, or was asked to."""
    return examiners_of(project).filter(user=user).exists()


def examiners_of(project: Project) -> QuerySet[Assignment]:
    """Who judges the project, or was asked to."""
    return Assignment.objects.filter(project=project, role=Holder.EXAMINER, until=None)


def _owned(project: Project, by: User, key: uuid.UUID) -> Project | None:
    """The project, locked; nothing when the same request was served before. Raises ``NotAllowed``."""
    current = held(project)
    if current.owner_id != by.pk or not by.is_active:
        raise NotAllowed(str(project.key))
    return None if was_made(current, key) else current


def _end(project: Project, member: TeamMember) -> bool:
    rows = TeamMember.objects.filter(pk=member.pk, project=project, ended_at=None)
    return bool(rows.update(ended_at=timezone.now()))


def _too_many() -> str:
    return _(
        "A team has at most %(people)d people, and a day %(number)d invitations. Remove somebody or wait."
    ) % {"people": MOST, "number": MOST_A_DAY}
