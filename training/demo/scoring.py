"""Scores of the demonstration: what each project must have been given on its way, as the services keep it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from training import results
from training.models import (
    Component,
    Event,
    Holder,
    Occasion,
    Project,
    Result,
    ScoreSheet,
    Settlement,
    SettlementVote,
)
from training.models.instruments import SEMINARS
from training.services import scores
from training.services.scores import Given

_STRENGTHS = "Data awal kuat dan dikumpulkan sendiri; pihak yang terdampak dilibatkan sejak awal."
_MENDING = "Perjelas siapa yang melanjutkan setelah pelatihan selesai, dan simpan bukti per kegiatan."
_AGREED = (
    "Kedua penguji membaca ulang bukti kegiatan bersama. Bukti yang semula dianggap kurang ternyata ada di"
    " lampiran, sehingga nilai disepakati di antara keduanya."
)
_LOW, _USUAL, _HIGH = 3, 4, 5
_SETTLED = 5
"""Every so many projects the examiners of the design seminar were far apart and met."""


def give(project: Project, number: int, events: list[Event], people: dict[str, list[User]]) -> None:
    """The scores that the guards on the project's way asked for, and what is under way where it is now.

    ``people`` are by the role's code, whoever can sign in first; ``number`` makes projects differ.
    """
    for event in events:
        for guard in _guards(project, event):
            name, _colon, value = guard.partition(":")
            at = event.at - timedelta(hours=1)
            if name == "scores":
                apart = value == Occasion.DESIGN_SEMINAR and number % _SETTLED == 0
                _seminar(project, Occasion(value), number, people, at, apart=apart)
            elif name == "forms":
                _forms(project, number, people, at, (Occasion.MENTOR, Occasion.COACH))
            elif name == "locked":
                _enter_marks(project, number, people, at - timedelta(hours=1))
                _lock(project, people[Holder.COORDINATOR][0], at)
    _under_way(project, number, people)


def _guards(project: Project, event: Event) -> list[str]:
    moves = project.version.all_moves
    made = next((one for one in moves if (one.source, one.code) == (event.source, event.code)), None)
    return made.guards.split() if made else []


def _under_way(project: Project, number: int, people: dict[str, list[User]]) -> None:
    """At a seminar one examiner has scored, or two who are far apart; at the end a form is still missing."""
    at = project.entered_at + timedelta(hours=1)
    examiners = people[Holder.EXAMINER]
    if project.state_code == "design-seminar":
        _sheet(project, Occasion.DESIGN_SEMINAR, examiners[1], _USUAL, number, at)
    elif project.state_code == "result-seminar" and number % 2:
        for user, level in zip(examiners, (_HIGH, _LOW), strict=True):
            _sheet(project, Occasion.RESULT_SEMINAR, user, level, number, at)
    elif project.state_code == "final-review":
        _forms(project, number, people, at, (Occasion.MENTOR,))
    elif project.state_code == "graduation":
        _enter_marks(project, number, people, at)


def _seminar(
    project: Project,
    occasion: Occasion,
    number: int,
    people: dict[str, list[User]],
    at: datetime,
    *,
    apart: bool,
) -> None:
    low = project.state_code in ("remedial", "failed")
    levels = (_HIGH, _LOW) if apart else (_LOW, _LOW) if low else (_USUAL, _USUAL)
    sheets = [
        _sheet(project, occasion, user, level, number + place, at - timedelta(minutes=30 * (place + 1)))
        for place, (user, level) in enumerate(zip(people[Holder.EXAMINER], levels, strict=True))
    ]
    if apart:
        _settle(project, occasion, sheets, at)


def _settle(project: Project, occasion: Occasion, sheets: list[ScoreSheet], at: datetime) -> None:
    components = results.occasions(project.version)[occasion]
    marks = {one.code: (sheets[0].mark_of(one.code) + sheets[1].mark_of(one.code)) / 2 for one in components}
    total = sum((sheet.total or Decimal(0) for sheet in sheets), Decimal(0)) / 2
    made = Settlement.objects.create(
        project=project,
        occasion=occasion,
        marks={code: f"{mark:.2f}" for code, mark in marks.items()},
        total=total,
        sheets=[sheet.pk for sheet in sheets],
        held_on=at.date(),
        reason=_AGREED,
        made_by=sheets[0].user,
        made_at=at,
    )
    SettlementVote.objects.bulk_create(
        SettlementVote(settlement=made, user=sheet.user, at=at) for sheet in sheets
    )


def _forms(
    project: Project, number: int, people: dict[str, list[User]], at: datetime, which: tuple[Occasion, ...]
) -> None:
    for occasion in which:
        _sheet(project, occasion, people[occasion.role][0], _USUAL, number, at)


def _enter_marks(project: Project, number: int, people: dict[str, list[User]], at: datetime) -> None:
    _sheet(project, Occasion.COORDINATOR, people[Holder.COORDINATOR][0], _USUAL, number, at)


def _lock(project: Project, by: User, at: datetime) -> None:
    standing = results.standing(project)
    total, predicate = standing.total, standing.predicate
    if total is None:
        raise ValueError(f"{project.key} lacks scores: {standing.missing}")
    Result.objects.create(
        project=project,
        marks={code: str(mark) for code, mark in standing.marks.items()},
        total=total,
        predicate=predicate.code if predicate else "",
        locked_at=at,
        locked_by=by,
    )


def _sheet(
    project: Project, occasion: Occasion, user: User, level: int, number: int, at: datetime
) -> ScoreSheet:
    components = results.occasions(project.version)[occasion]
    given = _given(components, level, number, words=occasion in SEMINARS)
    marks, total = scores.marks_of(components, given)
    return ScoreSheet.objects.create(
        project=project,
        occasion=occasion,
        user=user,
        levels=given.levels,
        entries={code: f"{mark:.2f}" for code, mark in given.entries.items()},
        strengths=given.strengths,
        mending=given.mending,
        marks=marks,
        total=total,
        saved=1,
        saved_at=at,
        submitted_at=at,
    )


def _given(components: list[Component], level: int, number: int, *, words: bool) -> Given:
    """Around ``level``: one criterion in three differs by one, so that the totals do."""
    return Given(
        levels=dict(_levels(components, level, number)),
        entries={
            one.code: Decimal(78 + (number * 3 + place * 5) % 14)
            for place, one in enumerate(components)
            if not one.all_criteria
        },
        strengths=_STRENGTHS if words else "",
        mending=_MENDING if words else "",
    )


def _levels(components: list[Component], level: int, number: int) -> Iterator[tuple[str, int]]:
    criteria = [criterion.code for one in components for criterion in one.all_criteria]
    for place, code in enumerate(criteria):
        other = _USUAL if level != _USUAL else _HIGH
        yield code, other if (place + number) % 3 == 0 else level
