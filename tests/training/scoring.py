"""Scores for tests: rows as the services leave them, and what makes the guards about them hold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from training import results
from training.models import Assignment, Holder, Occasion, Project, Result, ScoreSheet
from training.models.instruments import SEMINARS
from training.services import scores
from training.services.scores import Given

if TYPE_CHECKING:
    from tests.training.people import Cast


def given(project: Project, occasion: str, level: int = 5, **more: Any) -> Given:
    """Every criterion at ``level``, every plain component at as many points."""
    components = results.occasions(project.version)[Occasion(occasion)]
    levels = {criterion.code: level for one in components for criterion in one.all_criteria}
    entries = {one.code: Decimal(20 * level) for one in components if not one.all_criteria}
    return Given(**{"levels": levels, "entries": entries, "mending": "Tambahkan bukti.", **more})


def sheet(project: Project, occasion: str, user: User, level: int = 5) -> ScoreSheet:
    """A submitted sheet, by rows."""
    filled = given(project, occasion, level)
    components = results.occasions(project.version)[Occasion(occasion)]
    marks, total = scores.marks_of(components, filled)
    return ScoreSheet.objects.create(
        project=project,
        occasion=occasion,
        user=user,
        levels=filled.levels,
        entries={code: str(mark) for code, mark in filled.entries.items()},
        mending=filled.mending,
        marks=marks,
        total=total,
        submitted_at=timezone.now(),
    )


def score(cast: Cast, occasion: str, level: int = 5) -> None:
    """Everybody whose turn it is has scored the occasion."""
    project, role = cast.fresh(), Occasion(occasion).role
    seat = results.standing(project).seats.get(Occasion(occasion))
    if seat is None or (seat.sheets and not seat.waiting):
        return
    people = [cast.of(role)]
    if occasion in SEMINARS:
        running = Assignment.objects.filter(
            project=project, role=Holder.EXAMINER, until=None, accepted_at__isnull=False, user__is_active=True
        )
        people = [part.user for part in running.select_related("user")]
    gave = {one.user_id for one in seat.sheets}
    for person in people:
        if person.pk not in gave:
            sheet(project, occasion, person, level)


def score_all(cast: Cast, level: int = 5) -> None:
    for occasion in Occasion:
        score(cast, occasion, level)


def lock(cast: Cast, level: int = 5) -> Result:
    """The result in force; everything is scored before."""
    project = cast.fresh()
    found = Result.objects.filter(project=project, unlocked_at=None).first()
    if found:
        return found
    score_all(cast, level)
    standing = results.standing(project)
    assert standing.total is not None, standing.missing
    return Result.objects.create(
        project=project,
        marks={code: str(mark) for code, mark in standing.marks.items()},
        total=standing.total,
        predicate=standing.predicate.code,
        locked_by=cast.coordinator,
    )


def meet_scores(cast: Cast, value: str) -> None:
    component = next((one for one in cast.fresh().version.all_components if one.code == value), None)
    score(cast, component.given_by if component else value)


def meet_forms(cast: Cast, _value: str) -> None:
    score(cast, Occasion.MENTOR)
    score(cast, Occasion.COACH)


def meet_locked(cast: Cast, _value: str) -> None:
    lock(cast)
