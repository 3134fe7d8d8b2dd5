"""Where the scores of projects stand: what counts, what is missing, the total. Only reads."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from training import scoring
from training.models import (
    Assignment,
    Component,
    Holder,
    Occasion,
    Predicate,
    ProgrammeVersion,
    Project,
    Result,
    ScoreSheet,
    Settlement,
)
from training.models.instruments import SEMINARS
from training.permissions import running


@dataclass(slots=True)
class Seat:
    """One occasion of one project: the sheets that count, and whether they agree."""

    occasion: Occasion
    components: list[Component]
    sheets: list[ScoreSheet]
    limit: Decimal
    is_open: bool
    """Whether the project is where this is scored."""
    waiting: list[User] = field(default_factory=list)
    """Examiners who take part and have not submitted."""
    proposed: Settlement | None = None
    """The last meeting about these sheets, confirmed or not."""
    unconfirmed: list[User] = field(default_factory=list)
    """Who scored and has not confirmed that meeting, also when they examine no longer."""

    @property
    def gap(self) -> Decimal:
        return scoring.gap([sheet.total or Decimal(0) for sheet in self.sheets])

    @property
    def diverges(self) -> bool:
        """Whether two totals lie so far apart that it must be settled, settled or not."""
        return len(self.sheets) > 1 and self.gap >= self.limit

    @property
    def settlement(self) -> Settlement | None:
        """The meeting that settled it."""
        return self.proposed if self.proposed and not self.unconfirmed else None

    @property
    def counting(self) -> list[ScoreSheet] | None:
        """The sheets whose mean counts; ``None`` where they are too far apart for one."""
        places = scoring.counted([sheet.total or Decimal(0) for sheet in self.sheets], self.limit)
        return None if places is None else [self.sheets[place] for place in places]

    @property
    def marks(self) -> dict[str, Decimal]:
        """The mark of each component; nothing while none was given or it is not settled."""
        if self.settlement:
            return {code: Decimal(mark) for code, mark in self.settlement.marks.items()}
        counting = self.counting
        if not counting:
            return {}
        return {
            component.code: scoring.mean(sheet.mark_of(component.code) for sheet in counting)
            for component in self.components
        }

    @property
    def missing(self) -> list[str]:
        """Why it has no mark yet, each with who can mend it; without marks: who has yet to score reads it."""
        awaited = self.waiting if self.is_open else []
        if not self.sheets and not awaited:
            return [_("Not scored yet: %(who)s.") % {"who": self.occasion.label}]
        reasons = [_("%(who)s has not submitted scores yet.") % {"who": user} for user in awaited]
        if self.diverges and not self.settlement and self.counting is None:
            text = _(
                "The examiners' totals are too far apart: a third examiner scores, or a meeting agrees on a"
                " mark and every examiner confirms it."
            )
            reasons.append(text)
        return reasons


@dataclass(slots=True)
class Standing:
    """All scores of one project."""

    project: Project
    seats: dict[Occasion, Seat]
    results: list[Result]

    @property
    def result(self) -> Result | None:
        """The locked result in force."""
        return next((one for one in self.results if one.unlocked_at is None), None)

    @property
    def is_reopened(self) -> bool:
        """Whether it was locked and opened again."""
        return bool(self.results) and self.result is None

    @property
    def marks(self) -> dict[str, Decimal]:
        return {code: mark for seat in self.seats.values() for code, mark in seat.marks.items()}

    @property
    def missing(self) -> list[str]:
        return [reason for seat in self.seats.values() for reason in seat.missing]

    @property
    def total(self) -> Decimal | None:
        """The total, once nothing is missing."""
        if self.missing or not self.seats:
            return None
        weights = {one.code: one.weight for seat in self.seats.values() for one in seat.components}
        return scoring.weighted(self.marks, weights)

    @property
    def digest(self) -> str:
        """Stands for the total, the marks and the sheets and meetings they come from: 32 hex digits.

        Whoever decides on a total says by it which one they saw.
        """
        seats = [
            [seat.occasion, [sheet.pk for sheet in seat.sheets], seat.settlement and seat.settlement.pk]
            for seat in self.seats.values()
        ]
        marks = {code: str(mark) for code, mark in self.marks.items()}
        said = json.dumps([self.project.pk, str(self.total), marks, seats], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def predicate(self) -> Predicate | None:
        total = self.total
        return None if total is None else predicate_of(self.project.version, total)


def predicate_of(version: ProgrammeVersion, total: Decimal) -> Predicate | None:
    """What a total is called in ``version``; ``None`` where it reaches no predicate."""
    found = scoring.called(total, {one.code: one.from_mark for one in version.all_predicates})
    return next((one for one in version.all_predicates if one.code == found), None)


def predicate_named(version: ProgrammeVersion, code: str) -> Predicate | None:
    """The predicate of ``version`` with ``code``."""
    return next((one for one in version.all_predicates if one.code == code), None)


def occasions(version: ProgrammeVersion) -> dict[Occasion, list[Component]]:
    """The forms that ``version`` asks for, in the order of ``Occasion``, each with its components."""
    found = {
        occasion: [one for one in version.all_components if one.given_by == occasion] for occasion in Occasion
    }
    return {occasion: components for occasion, components in found.items() if components}


def standing(project: Project) -> Standing:
    """The scores of one project."""
    return standings(project.version, [project])[project.pk]


def standings(version: ProgrammeVersion, projects: Sequence[Project]) -> dict[int, Standing]:
    """The scores of many projects of one version, by primary key: five queries, however many there are."""
    forms = occasions(version)
    if not forms or not projects:
        return {project.pk: Standing(project, {}, []) for project in projects}
    keys = [project.pk for project in projects]
    sheets: dict[tuple[int, str], list[ScoreSheet]] = defaultdict(list)
    for sheet in counting_sheets(keys):
        sheets[sheet.project_id, sheet.occasion].append(sheet)
    examiners: dict[int, list[User]] = defaultdict(list)
    parts = Assignment.objects.filter(running(), project__in=keys, role=Holder.EXAMINER, user__is_active=True)
    for part in parts.select_related("user"):
        examiners[part.project_id].append(part.user)
    meetings: dict[tuple[int, str], Settlement] = {
        (one.project_id, one.occasion): one
        for one in Settlement.objects.filter(project__in=keys).prefetch_related("votes")
    }
    results: dict[int, list[Result]] = defaultdict(list)
    for result in Result.objects.filter(project__in=keys).select_related("appeal", "locked_by"):
        results[result.project_id].append(result)
    found = {}
    for project in projects:
        seats = {}
        for occasion, components in forms.items():
            seat = _seat(version, occasion, components, project.state_code)
            seat.sheets = sheets[project.pk, occasion]
            if occasion in SEMINARS:
                _fill(seat, examiners[project.pk], meetings.get((project.pk, occasion)))
            seats[occasion] = seat
        found[project.pk] = Standing(project, seats, results[project.pk])
    return found


def _seat(version: ProgrammeVersion, occasion: Occasion, components: list[Component], state: str) -> Seat:
    return Seat(occasion, components, [], version.divergence, is_open_in(components, state))


def is_open_in(components: Iterable[Component], state: str) -> bool:
    """Whether ``components`` of one occasion are scored in ``state``; without states they are in all."""
    named = frozenset[str]().union(*(component.states for component in components))
    return not named or state in named


def counting_sheets(projects: Iterable[int]) -> Iterable[ScoreSheet]:
    """The submitted sheets that nothing has replaced, the oldest first."""
    rows = ScoreSheet.objects.filter(project__in=projects, submitted_at__isnull=False, replaced_at=None)
    return rows.select_related("user").order_by("pk")


def _fill(seat: Seat, examiners: Sequence[User], meeting: Settlement | None) -> None:
    """Who is waited for, and the meeting where it was about the sheets that count now."""
    gave = {sheet.user_id for sheet in seat.sheets}
    seat.waiting = [user for user in examiners if user.pk not in gave]
    if meeting is None or meeting.sheets != [sheet.pk for sheet in seat.sheets]:
        return
    said = {vote.user_id for vote in meeting.votes.all()}
    left = [sheet.user for sheet in seat.sheets if sheet.user_id not in said]
    seat.proposed = meeting
    # Nobody waits for an account that is off; but where that leaves no voice at all, nothing is agreed.
    seat.unconfirmed = [user for user in left if user.is_active] if said else left


def is_in_force(project: Project) -> bool:
    """Whether the project's result is locked; one query."""
    return Result.objects.filter(project=project, unlocked_at=None).exists()
