"""The pages that belong to a project beside its steps, as its own page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from training import forums, logbooks
from training.models import Batch, Holder, Project, SeminarPlace, Step, TeamMember
from training.permissions import Right, in_team
from training.services import bookings, consultations, more_time
from training.views import follow_ups


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the project; ``note`` says how it stands, ``waits`` whether something waits there."""

    label: str
    url: str
    note: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages that belong together, under their heading."""

    label: str
    links: Sequence[PageLink]


def project_pages(
    project: Project, roles: frozenset[Holder], right: Right | None, reader: User
) -> list[PageGroup]:
    """The project's further pages for ``reader``, who has ``roles`` in it, or ``right`` in its team.

    Groups without a page are left out. A few queries.
    """
    groups = [
        PageGroup(_("Talking it over"), _together(project, roles, right, reader)),
        PageGroup(_("Work and evidence"), _evidence(project, roles)),
        PageGroup(_("Seminars and scores"), _seminars_and_scores(project, roles)),
        PageGroup(_("Course of the project"), _course(project, roles)),
    ]
    return [group for group in groups if group.links]


def waiting_pages(groups: Sequence[PageGroup]) -> list[PageLink]:
    """The pages where something waits for the reader."""
    return [link for group in groups for link in group.links if link.waits]


def work_links(project: Project, roles: frozenset[Holder]) -> list[PageLink]:
    """Where the participant's work of this state is done, when it is not a step; no query."""
    if Holder.PARTICIPANT not in roles or project.standing != Project.Standing.ACTIVE:
        return []
    links = []
    if project.state.keeps_log:
        url = reverse("training:log-new", args=[project.key])
        links.append(PageLink(_("Write in the logbook"), url))
    here = [move for move in project.version.all_moves if move.source == project.state_code]
    if any("sessions" in move.guards.split() for move in here):
        links.append(PageLink(_("To the sessions"), _sessions_url(project)))
    return links


def _together(
    project: Project, roles: frozenset[Holder], right: Right | None, reader: User
) -> list[PageLink]:
    """Where people meet, write to each other and read each other."""
    key, links = project.key, []
    if roles and project.batch_id is not None:
        links.append(_consultations(project, roles, reader))
    if talks(roles, right):
        links.append(PageLink(_("Discussion"), reverse("training:project-discussion", args=[key])))
    if Holder.PARTICIPANT in roles and project.batch_id is not None:
        links.append(PageLink(_("Peer reviews"), reverse("training:peers", args=[key])))
    if Holder.PARTICIPANT in roles or right is not None:
        links.append(PageLink(_("Team"), reverse("training:team", args=[key])))
    return links


def _evidence(project: Project, roles: frozenset[Holder]) -> list[PageLink]:
    links = []
    if project.version.is_open_learning and Holder.PARTICIPANT in roles:
        links.append(PageLink(_("Sessions"), _sessions_url(project)))
    if roles and logbooks.is_kept(project):
        links.append(PageLink(_("Logbook"), reverse("training:logbook", args=[project.key])))
    if roles:
        links.append(PageLink(_("Files"), reverse("training:files", args=[project.key])))
    return links


def _seminars_and_scores(project: Project, roles: frozenset[Holder]) -> list[PageLink]:
    links = []
    if roles and project.batch_id is not None:
        links.append(_seminars(project))
    if roles and project.version.asks_for_scores:
        links.append(PageLink(_("Scores"), reverse("training:scores", args=[project.key])))
    return links


def _course(project: Project, roles: frozenset[Holder]) -> list[PageLink]:
    links = [PageLink(text, url) for text, url in follow_ups.links(project, roles)]
    return links + (_of_batch(project, project.batch, roles) if roles and project.batch else [])


def _sessions_url(project: Project) -> str:
    return reverse("training:open-programme", args=[project.version.code])


def _of_batch(project: Project, batch: Batch, roles: frozenset[Holder]) -> list[PageLink]:
    url = reverse("training:standing", args=[project.key])
    found = [PageLink(_("Does the project go on?"), url, str(project.get_standing_display()))]
    if more_time.may_ask(project, roles):
        note = _("waits for an answer") if more_time.waits(project) else ""
        found.append(
            PageLink(_("Ask for more time"), reverse("training:more-time", args=[project.key]), note)
        )
    if Holder.COORDINATOR in roles:
        found += [
            PageLink(_("Dossier of the project"), reverse("training:dossier", args=[project.key])),
            PageLink(
                _("The person in the batch"),
                reverse("training_batches:person", args=[batch.key, project.key]),
            ),
        ]
    return found


def _consultations(project: Project, roles: frozenset[Holder], reader: User) -> PageLink:
    url = reverse("training:consultations", args=[project.key])
    confirms = roles & {Holder.PARTICIPANT, Holder.MENTOR, Holder.COACH}
    if not confirms or project.state.is_end:  # one that still waits stands in the workspace
        return PageLink(_("Consultations"), url)
    waiting = consultations.waiting_for(reader).filter(project=project).count()
    note = ngettext("%(count)d waits for you", "%(count)d wait for you", waiting) % {"count": waiting}
    return PageLink(_("Consultations"), url, note if waiting else "", bool(waiting))


def _seminars(project: Project) -> PageLink:
    places = SeminarPlace.objects.taken().filter(project=project).select_related("seminar")
    slots = sorted((place.seminar for place in places), key=lambda slot: slot.starts_at)
    coming = next((slot for slot in slots if not slot.is_over), None)
    note = bookings.when(coming) if coming else ""
    return PageLink(_("Seminars"), reverse("training:seminars", args=[project.key]), note)


def door_to_batch(found: Project, user: User) -> PageLink | None:
    """The discussion of the project's batch, for whoever reads there; two queries."""
    if found.batch is None or forums.forum(found.batch, user) is None:
        return None
    return PageLink(
        _("Discussion of the batch"), reverse("training:batch-discussion", args=[found.batch.key])
    )


def talks(roles: frozenset[Holder], right: Right | None) -> bool:
    """Whether the discussion of the project is open to somebody with these parts; as ``forums`` says."""
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
