"""Bringing people into a batch, or letting somebody start alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import is_civil_servant
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Batch, Holder, ProgrammeVersion, Project
from training.permissions import led_batches
from training.services.due import due_date
from training.services.invitations import invite

MOST_ALONE = 20
"""Unfinished projects somebody may have outside of batches."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named by a coordinator."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The project of an enrolment; ``made`` is false when the person was in the batch already."""

    project: Project
    made: bool


def enrol(
    *, batch: Batch, participant: Person, mentor: Person, coach: Person, agency_id: int | None, by: User
) -> Enrolled:
    """Put ``participant`` into ``batch`` and invite all three. The same again changes nothing.

    Raises ``NotAllowed`` when ``by`` does not lead the batch, ``GuardsUnmet`` when one person would have two
    of the parts.
    """
    if not led_batches(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(batch.key))
    addresses = [person.email.strip().lower() for person in (participant, mentor, coach)]
    if len(set(addresses)) < len(addresses):
        raise GuardsUnmet([_("Participant, mentor and coach must be three different people.")])
    with transaction.atomic():
        # Two who enrol the same person at once come one after the other.
        Batch.objects.select_for_update().get(pk=batch.pk)
        users = [_account(person) for person in (participant, mentor, coach)]
        project = Project.objects.filter(batch=batch, owner=users[0]).first()
        if project is not None:
            return Enrolled(project, made=False)
        project = _start(version=batch.version, batch=batch, owner=users[0], agency_id=agency_id)
        for role, user in ((Holder.MENTOR, users[1]), (Holder.COACH, users[2])):
            Assignment.objects.create(project=project, user=user, role=role)
        for role, user in zip((Holder.PARTICIPANT, Holder.MENTOR, Holder.COACH), users, strict=True):
            invite(project=project, user=user, role=role)
    return Enrolled(project, made=True)


def start_alone(
    *, version: ProgrammeVersion, owner: User, agency_id: int, key: uuid.UUID | None = None
) -> Project:
    """Begin a project outside of any batch. With the same ``key`` again it is the same project.

    Raises ``NotAllowed`` when the version runs in batches only, ``GuardsUnmet`` for somebody who is no
    verified civil servant or has too many unfinished projects.
    """
    if version.needs_batch or not version.in_use:
        raise NotAllowed(version.code)
    if not is_civil_servant(owner):
        raise GuardsUnmet(
            [_("This is for civil servants: add and verify the e-mail address of your agency.")]
        )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        if key is not None and (made := Project.objects.filter(key=key).first()):
            if made.owner_id != owner.pk or made.batch_id is not None:
                raise NotAllowed(version.code)
            return made
        running = Project.objects.filter(owner=owner, batch=None, record_key=None).count()
        if running >= MOST_ALONE:
            raise GuardsUnmet([_("You have many unfinished innovations here. Finish one of them first.")])
        return _start(version=version, batch=None, owner=owner, agency_id=agency_id, key=key)


def _start(
    *,
    version: ProgrammeVersion,
    batch: Batch | None,
    owner: User,
    agency_id: int | None,
    key: uuid.UUID | None = None,
) -> Project:
    start = version.start
    project = Project(version=version, batch=batch, owner=owner, agency_id=agency_id, state_code=start.code)
    project.key = key or project.key
    project.due_on = due_date(project, start, timezone.localdate())
    project.save()
    return project


def _account(person: Person) -> User:
    """The account with the address, or a new one without a password, which the invitation lets them set."""
    address = person.email.strip().lower()
    found = User.objects.filter(email__iexact=address).first()
    if found is not None:
        return found
    first, _space, last = person.name.strip().partition(" ")
    try:
        with transaction.atomic():
            return User.objects.create_user(address, None, first_name=first[:150], last_name=last[:150])
    except IntegrityError:  # they signed up, or were enrolled elsewhere, at this moment
        return User.objects.get(email__iexact=address)
