"""Bringing people into a batch, or letting somebody start alone."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import accounts_of, is_civil_servant
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Batch, Holder, ProgrammeVersion, Project
from training.permissions import led_batches
from training.services.asking import invite_all, renew_all
from training.services.due import due_date

MOST_ALONE = 20
"""Unfinished projects somebody may have outside of batches."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named by a coordinator."""

    email: str
    name: str = ""

    @property
    def address(self) -> str:
        """The address as accounts are found by it."""
        return self.email.strip().lower()


@dataclass(frozen=True, slots=True)
class Entry:
    """A participant with the two who support them."""

    participant: Person
    mentor: Person
    coach: Person
    agency_id: int | None = None

    @property
    def people(self) -> tuple[Person, Person, Person]:
        return self.participant, self.mentor, self.coach


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The project of an enrolment; ``made`` is false when the person was in the batch already.

    ``renewed`` is true when somebody's invitation was over then, and they were asked again.
    """

    project: Project
    made: bool
    renewed: bool = False


def enrol(
    *, batch: Batch, participant: Person, mentor: Person, coach: Person, agency_id: int | None, by: User
) -> Enrolled:
    """Put ``participant`` into ``batch`` and invite all three.

    The same again changes nothing, but invitations that are over unanswered are sent anew.

    Raises ``NotAllowed`` when ``by`` does not lead the batch, ``GuardsUnmet`` when one person would have two
    of the parts or an account is off.
    """
    return enrol_all(batch=batch, entries=[Entry(participant, mentor, coach, agency_id)], by=by)[0]


def enrol_all(*, batch: Batch, entries: Sequence[Entry], by: User) -> list[Enrolled]:
    """Put everybody into ``batch``, or nobody: the same number of queries for one and for 2 000.

    Raises what ``enrol`` raises.
    """
    if not led_batches(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(batch.key))
    if any(len({person.address for person in entry.people}) < len(entry.people) for entry in entries):
        raise GuardsUnmet([not_three()])
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        users = accounts_for(person for entry in entries for person in entry.people)
        if any(len({users[one.address].pk for one in entry.people}) < 3 for entry in entries):
            raise GuardsUnmet([not_three()])
        owners = [users[entry.participant.address] for entry in entries]
        there = {
            project.owner_id: project for project in Project.objects.filter(batch=batch, owner__in=owners)
        }
        new = {owner.pk: entry for owner, entry in zip(owners, entries, strict=True) if owner.pk not in there}
        made = {project.owner_id: project for project in _start_all(batch, new, users)}
        renewed = renew_all(there.values()) if there else set()
    projects = [(made | there)[owner.pk] for owner in owners]
    return [Enrolled(one, one.owner_id in made, one.pk in renewed) for one in projects]


def not_three() -> str:
    """Why nobody is enrolled where one person would have two parts, in the reader's language."""
    return _("Participant, mentor and coach must be three different people.")


def _start_all(batch: Batch, entries: dict[int, Entry], users: dict[str, User]) -> list[Project]:
    start, today = batch.version.start, timezone.localdate()
    projects = []
    for entry in entries.values():
        owner = users[entry.participant.address]
        project = Project(
            version=batch.version, batch=batch, owner=owner, agency_id=entry.agency_id, state_code=start.code
        )
        project.asked_as = entry.participant.address
        project.due_on = due_date(project, start, today)
        projects.append(project)
    Project.objects.bulk_create(projects)
    asked = []
    supporters = []
    for project, entry in zip(projects, entries.values(), strict=True):
        asked.append((project, users[entry.participant.address], Holder.PARTICIPANT))
        for role, one in ((Holder.MENTOR, entry.mentor), (Holder.COACH, entry.coach)):
            user = users[one.address]
            supporters.append(Assignment(project=project, user=user, asked_as=one.address, role=role))
            asked.append((project, user, role))
    Assignment.objects.bulk_create(supporters)
    invite_all(asked)
    return projects


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
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
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


def accounts_for(people: Iterable[Person]) -> dict[str, User]:
    """The account of each address; a new one has no password, which the invitation lets them set.

    Raises ``GuardsUnmet`` when one of them is switched off.
    """
    found = ensure_accounts(people)
    if off := sorted(address for address, user in found.items() if not user.is_active):
        raise GuardsUnmet([_("The account %(address)s is switched off.") % {"address": off[0]}])
    return found


def ensure_accounts(people: Iterable[Person]) -> dict[str, User]:
    """The account of each address, also one that is switched off: whoever asks is told nothing of it."""
    names = {person.address: person.name for person in people}
    found = accounts_of(names)
    if missing := names.keys() - found.keys():
        # Somebody else may make one of them at the same moment.
        User.objects.bulk_create(
            (_new(address, names[address]) for address in sorted(missing)), ignore_conflicts=True
        )
        found |= accounts_of(missing)
    return found


def switched_off(addresses: Iterable[str]) -> set[str]:
    """Those of ``addresses`` whose account may not sign in any more."""
    return {address for address, user in accounts_of(addresses).items() if not user.is_active}


def _new(address: str, name: str) -> User:
    first, _space, last = name.strip().partition(" ")
    user = User(email=address, first_name=first[:150], last_name=last[:150])
    # An unusable password as Django makes it; its own way takes a millisecond for each.
    user.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30)
    return user
