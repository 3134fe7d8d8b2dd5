"""Who may read which scores. One policy for every page; who may give them, ``services.scores`` says.

| who | reads |
|---|---|
| participant | the own result, once it is locked: marks of components and criteria, strengths and what to mend, without the names of examiners |
| mentor, coach | the own form; the result of the own mentee or coachee, once it is locked |
| examiner | the own scores; those of the others at the same seminar once the own are submitted |
| coordinator | all; who examines the project as well, did, or is asked to: what an examiner reads |

Who decides about marks (locks a result, opens it, answers an appeal) has no other part in the project, had
none, and was not asked to examine it: ``judges``.
"""  # noqa: E501 - a table

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from training.models import Assignment, Event, Holder, Move, Occasion, ProgrammeVersion, Project, ScoreSheet
from training.models.instruments import SEMINARS
from training.results import Seat, Standing

AFTER_LOCK = frozenset({Holder.PARTICIPANT, Holder.MENTOR, Holder.COACH})
SUPPORTERS = frozenset({Holder.MENTOR, Holder.COACH})


def sees_result(standing: Standing, roles: frozenset[Holder]) -> bool:
    """Whether the result is there for people with ``roles``."""
    return standing.result is not None and bool(roles & (AFTER_LOCK | {Holder.COORDINATOR}))


def judges(user: User) -> Q:
    """Of projects: those whose marks ``user``, as a coordinator, may decide about."""
    parts = Q(accepted_at__isnull=False) | Q(role=Holder.EXAMINER)
    had = Assignment.objects.filter(parts, project=OuterRef("pk"), user=user)
    return ~Q(owner=user) & Q(~Exists(had))


def as_reader(project: Project, roles: frozenset[Holder], user: User) -> frozenset[Holder]:
    """``roles`` as they read scores: a coordinator who examines, did, or is asked to, is an examiner.

    One query at most.
    """
    if Holder.COORDINATOR not in roles or not not_theirs_to_see(user, [project]):
        return roles
    return roles | {Holder.EXAMINER}


def reads_all(roles: frozenset[Holder]) -> bool:
    """Whether a reader with ``roles``, see ``as_reader``, reads every score."""
    return Holder.COORDINATOR in roles and Holder.EXAMINER not in roles


def sees_others(seat: Seat, roles: frozenset[Holder], user: User) -> bool:
    """Whether ``user`` reads the scores of everybody at one occasion, and how far they lie apart.

    ``roles`` as ``as_reader`` has them.
    """
    gave = any(sheet.user_id == user.pk for sheet in seat.sheets)
    return reads_all(roles) or (gave and Holder.EXAMINER in roles and seat.occasion in SEMINARS)


def sheets_seen(seat: Seat, roles: frozenset[Holder], user: User) -> list[ScoreSheet]:
    """The submitted scores of one occasion that ``user`` may read; ``roles`` as ``as_reader`` has them."""
    if sees_others(seat, roles, user):
        return list(seat.sheets)
    if seat.occasion.role not in roles:
        return []
    return [sheet for sheet in seat.sheets if sheet.user_id == user.pk]


def not_theirs_to_see(user: User, projects: Iterable[Project]) -> set[int]:
    """The keys of those of ``projects`` whose scores ``user``, as their coordinator, is not shown as such.

    Their own, and those they examine, now or before: an examiner reads the scores of the others on the
    project's page, after giving their own. One query.
    """
    found = {project.pk: project.owner_id for project in projects}
    judged = Assignment.objects.filter(project__in=found, user=user, role=Holder.EXAMINER)
    own = {key for key, owner in found.items() if owner == user.pk}
    return own | set(judged.values_list("project_id", flat=True))


def closings(project: Project) -> dict[Occasion, Event]:
    """The last time each seminar was closed: a move that asked for its scores; one query."""
    events = list(project.events.exclude(source=F("target")).order_by("-number"))
    found = {occasion: _closing(project.version, occasion, events) for occasion in SEMINARS}
    return {occasion: event for occasion, event in found.items() if event}


def _closing(version: ProgrammeVersion, occasion: Occasion, events: Sequence[Event]) -> Event | None:
    closing = [(move.source, move.code) for move in version.all_moves if occasion in asked_by(version, move)]
    return next((event for event in events if (event.source, event.code) in closing), None)


def asked_by(version: ProgrammeVersion, move: Move) -> set[Occasion]:
    """The seminars whose scores must be there before ``move``: those that it closes."""
    names = {occasion.value: occasion for occasion in SEMINARS}
    names |= {one.code: Occasion(one.given_by) for one in version.all_components if one.given_by in SEMINARS}
    asked = [guard.partition(":")[2] for guard in move.guards.split() if guard.startswith("scores:")]
    return {names[name] for name in asked if name in names}


def closed_by(version: ProgrammeVersion, event: Event) -> Occasion | None:
    """The seminar that ``event`` closed."""
    for move in version.all_moves:
        if (move.source, move.code) == (event.source, event.code):
            return next((one for one in SEMINARS if one in asked_by(version, move)), None)
    return None


def may_have_signed(event: Event, roles: frozenset[Holder], user: User) -> bool:
    """The same of the signed minutes of the seminar that ``event`` closed; three queries at most."""
    roles = as_reader(event.project, roles, user)
    if roles & SUPPORTERS or reads_all(roles):
        return True
    if Holder.EXAMINER not in roles:
        return False
    given = ScoreSheet.objects.filter(
        project=event.project_id, user=user, submitted_at__isnull=False, replaced_at=None
    )
    return given.filter(occasion=closed_by(event.project.version, event)).exists()


def may_have_minutes(seat: Seat, roles: frozenset[Holder], user: User) -> bool:
    """Whether the minutes of a seminar that was closed are there for ``user``; ``roles`` as for sheets."""
    if roles & SUPPORTERS or reads_all(roles):
        return True
    return Holder.EXAMINER in roles and any(sheet.user_id == user.pk for sheet in seat.sheets)
