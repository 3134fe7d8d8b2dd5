"""One project: where it is, who has it, what is next, and what happened."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from catalogue.services import codes, intake
from training import answers
from training.boards import has_begun, joined, yeses
from training.errors import Reason
from training.models import Assignment, Batch, Event, Holder, Move, Project, State, Step, TeamMember
from training.models.projects import shown_as
from training.permissions import Right, may_write
from training.services import coordination, documents, moves, standing, traces
from training.services.notes import open_notes
from training.views.access import person, project_of, signed_in
from training.views.certificates import certificate_of
from training.views.discussions import shown_name
from training.views.documents import listed
from training.views.project_pages import project_pages, right_among, team_of, waiting_pages, work_links


@dataclass(frozen=True, slots=True)
class Place:
    """A state on the project's way; ``mark`` is ``done``, ``here`` or nothing."""

    state: State
    mark: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a move has to wait, and where to mend it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """A move that is offered."""

    move: Move
    url: str
    missing: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step of the project; ``open`` is whether it is the reader's to write now."""

    step: Step
    url: str
    open: bool
    missing: int
    started: bool
    resumes: bool
    """Whether it was saved last, on whatever device."""


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the project and their part."""

    role: str
    name: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words; ``what`` is empty where it moved the project."""

    event: Event
    who: str
    what: str
    source: str
    target: str
    notes: Sequence[tuple[str, str]]


@signed_in
@require_safe
def project(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found, roles = project_of(request, key, team=True)
    language = get_language() or "id"
    team = team_of(found)
    right = right_among(team, person(request))
    links = steps(found, roles, right)
    # Addresses, which stand for names that are missing, are for those who have a part.
    called = str if roles else shown_name
    groups = project_pages(found, roles, right, person(request))
    events = list(found.events.exclude(code__in=traces.LABELS).select_related("actor"))
    context = {
        "project": found,
        "roles": [role.label for role in Holder if role in roles],
        "agency": codes.agency_label(found.agency_id, language),
        "places": places(found),
        "ways": ways(found, roles),
        "steps": links,
        "groups": groups,
        "waiting": waiting_pages(groups),
        "work": work_links(found, roles),
        "still": standing.why_not(found),
        "open_steps": sorted((link for link in links if link.open), key=lambda link: not link.resumes),
        "people": people(found, team, called),
        "history": history(found, events, called),
        "notes": open_notes(events) if Holder.PARTICIPANT in roles else None,
        "ticks_notes": any("notes" in move.guards.split() for move in _moves_from_here(found)),
        "certificate": certificate_of(found, roles) if _has_earned(found, events) else None,
        "documents": listed(documents.of_project(found, roles, person(request))),
        "record_path": intake.public_path(found.record_key, language) if found.record_key else "",
    }
    return render(request, "training/project.html", context)


def _has_earned(found: Project, events: Sequence[Event]) -> bool:
    """Whether the project ever came to a state that gives the certificate."""
    visited = {found.state_code, *(event.target for event in events)}
    return any(state.gives_certificate and state.code in visited for state in found.version.all_states)


def _moves_from_here(found: Project) -> list[Move]:
    return [move for move in found.version.all_moves if move.source == found.state_code]


def places(found: Project) -> list[Place]:
    """The states on the straight way of the programme, and the one the project is in."""
    states = {state.code: state for state in found.version.all_states}
    onward: dict[str, str] = {}
    for move in found.version.all_moves:
        if not move.is_return:
            onward.setdefault(move.source, move.target)
    code, straight = found.version.start.code, {found.state_code}
    while code and code not in straight - {found.state_code}:
        straight.add(code)
        code = onward.get(code, "")
    here = list(states).index(found.state_code)
    return [
        Place(state, "here" if place == here else "done" if place < here else "")
        for place, state in enumerate(states.values())
        if state.code in straight
    ]


def ways(found: Project, roles: frozenset[Holder]) -> list[Way]:
    """What people with ``roles`` may do now, each with what is still missing."""
    return [
        Way(
            offer.move,
            reverse("training:move", args=[found.key, offer.move.code]),
            missing(found, offer.reasons),
        )
        for offer in moves.offers(project=found, roles=roles)
    ]


def missing(found: Project, reasons: Sequence[str]) -> list[Missing]:
    """The reasons, each with the address of the answer it speaks of."""
    rows = []
    for reason in reasons:
        url = ""
        if isinstance(reason, Reason) and reason.step:
            url = reverse("training:step", args=[found.key, reason.step])
            url = f"{url}?check=1#q-{reason.question}"
        elif isinstance(reason, Reason) and reason.room == "open-programme":
            url = reverse("training:open-programme", args=[found.version.code])
        elif isinstance(reason, Reason) and reason.room:
            url = reverse(f"training:{reason.room}", args=[found.key])
        rows.append(Missing(str(reason), url))
    return rows


def steps(found: Project, roles: frozenset[Holder], right: Right | None = None) -> list[StepLink]:
    """The steps in order; no query once the version's rules are read."""
    return [
        StepLink(
            step,
            reverse("training:step", args=[found.key, step.code]),
            may_write(found, roles, step.states, right),
            len(answers.problems(step, found.answers)),
            any(found.answers.get(question.code) for question in step.all_questions),
            step.code == found.last_step,
        )
        for step in found.version.all_steps
    ]


def people(found: Project, team: Sequence[TeamMember], called: Callable[[User], str]) -> list[Part]:
    """Everybody around the project as they are ``called``, the participant first; two queries.

    Who has not said yes is called by the address, for those whom addresses are shown to.
    """
    shows_addresses = called is str
    nobody = _("somebody without a name")

    def name(user: User, *, said_yes: bool, asked_as: str) -> str:
        if said_yes:
            return called(user)
        return shown_as(user, said_yes=False, asked_as=asked_as) if shows_addresses else nobody

    said_yes = Exists(yeses().filter(project=OuterRef("project")))
    running = Assignment.objects.filter(project=found, until=None).select_related("user")
    assigned = list(running.annotate(participant_said_yes=said_yes))
    answer = assigned[0].participant_said_yes if assigned else bool(joined([found]))
    begun = has_begun(found) or answer
    owner = name(found.owner, said_yes=begun, asked_as=found.asked_as)
    parts = [Part(str(Holder.PARTICIPANT.label), owner, begun)]
    parts += [
        Part(str(Holder(item.role).label), name(item.user, said_yes=yes, asked_as=item.asked_as), yes)
        for item in sorted(assigned, key=lambda item: [*Holder].index(Holder(item.role)))
        for yes in (item.accepted_at is not None,)
    ]
    parts += [Part(_("team"), called(member.user), True) for member in team]
    if found.batch_id:
        batch: Batch | None = found.batch
        leaders = batch.coordinators.all() if batch else ()
        parts += [Part(str(Holder.COORDINATOR.label), called(user), True) for user in leaders]
    return parts


def history(found: Project, events: Sequence[Event], called: Callable[[User], str]) -> list[Happened]:
    """What happened, the last first."""
    labels = {state.code: state.label for state in found.version.all_states}
    questions = {
        question.code: question.label for step in found.version.all_steps for question in step.all_questions
    }
    return [
        Happened(
            event,
            called(event.actor) if event.actor else _("The catalogue"),
            str(coordination.LABELS.get(event.code, "")),
            labels.get(event.source, event.source),
            labels.get(event.target, event.target),
            [(questions.get(code, code), note) for code, note in event.field_notes.items()],
        )
        for event in reversed(events)
    ]
