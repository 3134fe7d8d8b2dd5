"""What must be there before a move: rows that meet the guards which answers alone don't."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from tests.training.scoring import meet_forms, meet_locked, meet_scores
from training import presented as presented_places
from training.models import (
    Consultation,
    Holder,
    NoteReply,
    OriginalityCheck,
    Seminar,
    SeminarPlace,
    SessionDone,
)
from training.services import note_replies, originality

if TYPE_CHECKING:
    from tests.training.people import Cast


def consulted(cast: Cast, value: str) -> None:
    """As many consultations with the coach as are asked for, each confirmed by both."""
    project, now = cast.fresh(), timezone.now()
    there = Consultation.objects.filter(project=project, role=Holder.COACH, state="confirmed").count()
    Consultation.objects.bulk_create(
        Consultation(
            project=project, role=Holder.COACH, supporter=cast.coach, written_by=cast.participant,
            held_on=timezone.localdate(), discussed="Matriks kegiatan", agreed="Bukti ditambahkan",
            state="confirmed", answered_at=now,
        )
        for _number in range(int(value) - there)
    )  # fmt: skip


def presented(cast: Cast, value: str) -> None:
    """A slot that has begun, right after the mentor's approval where there is one."""
    project = cast.fresh()
    place = presented_places.place_of(project, value)
    if place and place.seminar.has_begun and not presented_places.was_in_vain(place, project):
        return
    SeminarPlace.objects.filter(project=project, kind=value).delete()
    here = project.state_code in presented_places.closing(project.version, value)
    begins = project.entered_at if here else timezone.now()
    slot = Seminar.objects.create(
        batch=cast.batch, kind=value, starts_at=begins, ends_at=begins + timedelta(hours=2),
        link="https://rapat.example/seminar", made_by=cast.coordinator,
    )  # fmt: skip
    SeminarPlace.objects.create(seminar=slot, project=project, kind=value, position=1)


def _evidence(cast: Cast, _value: str) -> None:
    from tests.training.logs import explain_all

    explain_all(cast.fresh())


def _sessions_done(cast: Cast, _value: str) -> None:
    project = cast.fresh()
    for session in project.version.sessions.all():
        SessionDone.objects.get_or_create(project=project, session=session)


def _ticked(cast: Cast, _value: str) -> None:
    project = cast.fresh()
    event = note_replies.open_of(project)
    for one in note_replies.noted(project, event) if event else ():
        NoteReply.objects.get_or_create(
            event=event, question=one.code, defaults={"text": "Sudah diperbaiki."}
        )


def _checked(cast: Cast, _value: str) -> None:
    """A search for the words of now, with nothing near."""
    project = cast.fresh()
    OriginalityCheck.objects.create(project=project, text=originality.compared(project))


MEET: dict[str, Callable[[Cast, str], None]] = {
    "originality": _checked,
    "consultations": consulted,
    "seminar": presented,
    "scores": meet_scores,
    "forms": meet_forms,
    "locked": meet_locked,
    "passing": meet_locked,
    "evidence": _evidence,
    "sessions": _sessions_done,
    "notes": _ticked,
}
"""By a guard's name: what makes it hold, given the cast and the guard's value."""


def meet(cast: Cast, guards: str) -> None:
    """Make every guard of ``guards`` hold that rows of their own decide."""
    for guard in guards.split():
        name, _colon, value = guard.partition(":")
        if name in MEET:
            MEET[name](cast, value)


def meet_all(cast: Cast) -> None:
    """Make the guards of every move of the project's programme hold, whatever state it is in."""
    for move in cast.fresh().version.all_moves:
        meet(cast, move.guards)
