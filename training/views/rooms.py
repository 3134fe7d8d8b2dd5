"""What lies beside the steps of a project: where people talk, the team, peers, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from training import rooms
from training.models import Holder, Project, Step, TeamMember
from training.permissions import Right, in_team


@dataclass(frozen=True, slots=True)
class Door:
    """A link to a room of the project."""

    label: str
    url: str


def doors(found: Project, roles: frozenset[Holder], right: Right | None) -> list[Door]:
    """The rooms that somebody with these parts may enter from the project's page; no query."""
    key, links = found.key, []
    if found.version.is_open_learning and Holder.PARTICIPANT in roles:
        links.append(Door(_("Sessions"), reverse("training:open-programme", args=[found.version.code])))
    if talks(roles, right):
        links.append(Door(_("Discussion"), reverse("training:project-discussion", args=[key])))
    if Holder.PARTICIPANT in roles or right is not None:
        links.append(Door(_("Team"), reverse("training:team", args=[key])))
    if Holder.PARTICIPANT in roles and found.batch_id is not None:
        links.append(Door(_("Peer reviews"), reverse("training:peers", args=[key])))
    return links


def door_to_batch(found: Project, user: User) -> Door | None:
    """The discussion of the project's batch, for whoever reads there; two queries."""
    if found.batch is None or rooms.room(found.batch, user) is None:
        return None
    return Door(_("Discussion of the batch"), reverse("training:batch-discussion", args=[found.batch.key]))


def talks(roles: frozenset[Holder], right: Right | None) -> bool:
    """Whether the discussion of the project is open to somebody with these parts; as ``rooms`` says."""
    if Holder.EXAMINER in roles and Holder.COORDINATOR not in roles:
        return False
    return bool(roles - {Holder.EXAMINER}) or right is not None


def team_of(found: Project) -> list[TeamMember]:
    """The members who said yes; one query."""
    return list(TeamMember.objects.filter(in_team(), project=found).select_related("user"))


def right_among(members: Sequence[TeamMember], user: User) -> Right | None:
    """What ``user`` may do as one of ``members``; as ``team_right`` says, without asking again."""
    return next((Right(member.right) for member in members if member.user_id == user.pk), None)


def talk_url(found: Project, step: Step) -> str:
    """Where the topics about a step are, and a new one is opened."""
    address = reverse("training:project-discussion", args=[found.key])
    return f"{address}?step={step.code}&about={step.code}"
