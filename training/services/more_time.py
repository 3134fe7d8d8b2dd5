"""More time: the participant asks for it with a reason and a day, a coordinator gives it or declines, once.

A request holds for the state it was made in: once the project has moved on there is nothing to answer.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed
from training.models import Event, Holder, Project
from training.permissions import led_batches, roles_in
from training.services import notices, standing
from training.services.audit import done_before, held, locked, must_not_flood, record
from training.services.due import EXTENDED

ASK, TAKE_BACK, DECLINE = "ask-more-time", "take-back-more-time", "decline-more-time"
GRANTED = "give-more-time"
"""What the notice says when more time was given that was asked for; the event is that of any extension."""
LONGEST_EXTENSION = timedelta(days=366)
LABELS: dict[str, Any] = {
    ASK: gettext_lazy("The participant asked for more time"),
    TAKE_BACK: gettext_lazy("The request for more time was taken back"),
    DECLINE: gettext_lazy("The request for more time was declined"),
}
notices.WORDS.update(
    LABELS
    | {
        GRANTED: gettext_lazy("The due date was extended as asked"),
        EXTENDED: gettext_lazy("The due date was extended"),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits for its answer."""

    at: datetime
    due_on: date
    reason: str


def waits(project: Project) -> bool:
    """Whether the participant asked for more time where the project is now, and nobody has answered."""
    asked = project.time_asked_at
    return (
        asked is not None and asked >= project.entered_at and project.is_active and not project.state.is_end
    )


def asked(project: Project) -> Asked | None:
    """The request that waits; one query where there is one."""
    if not waits(project) or project.time_asked_at is None or project.time_wanted is None:
        return None
    event = Event.objects.filter(project=project, code=ASK).order_by("-number").first()
    reason = event.note.partition(": ")[2] if event else ""
    return Asked(project.time_asked_at, project.time_wanted, reason)


def may_ask(project: Project, roles: frozenset[Holder]) -> bool:
    """Whether somebody with ``roles`` may ask now: the participant of a batch, before the end."""
    going = project.is_active and not project.state.is_end
    return Holder.PARTICIPANT in roles and project.batch_id is not None and going


def waiting_for(user: User) -> QuerySet[Project]:
    """The projects whose participants wait for ``user``, as a coordinator, to answer."""
    led = led_batches(user).values("pk")
    going = Project.objects.filter(batch__in=led, standing=Project.Standing.ACTIVE)
    return (
        going.filter(time_asked_at__gte=F("entered_at")).exclude(owner=user).order_by("time_asked_at", "pk")
    )


def must_extend(project: Project, due_on: date) -> None:
    """Raises ``GuardsUnmet`` when ``due_on`` gives the project no more time, or too much."""
    if still := standing.why_not(project):
        raise GuardsUnmet([still])
    if project.state.is_end:
        raise GuardsUnmet([_("This project has ended.")])
    today, before = timezone.localdate(), project.due_on
    if due_on < today or (before is not None and due_on <= before):
        raise GuardsUnmet([_("The new day must be later than the one before, and not in the past.")])
    if due_on > today + LONGEST_EXTENSION:
        raise GuardsUnmet([_("The new day is more than a year away.")])


def ask(*, project: Project, due_on: date, reason: str, by: User, submit_key: uuid.UUID) -> Event:
    """Ask for more time until ``due_on``, and tell the coordinators.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but the participant of a
    project in a batch, ``GuardsUnmet`` without a reason, for a day that is no extension, or while an earlier
    request waits.
    """
    with transaction.atomic():
        current = _own(project, by, ASK)
        if done := done_before(current, code=ASK, by=by, submit_key=submit_key):
            return done
        must_extend(current, due_on)
        if waits(current):
            raise GuardsUnmet([_("You have asked already: take that back first, or wait for the answer.")])
        must_not_flood(current, code=ASK, by=by)
        words = _words(reason)
        note = f"{current.due_on or '–'} → {due_on}: {words}"
        event = record(
            project=current, code=ASK, by=by, submit_key=submit_key, note=note, role=Holder.PARTICIPANT
        )
        _set(current, timezone.now(), due_on)
        leaders = notices.holders(current, Holder.COORDINATOR) - {by.pk}
        notices.tell_of_standing(people=leaders, project=current, code=ASK, event=event)
    return event


def take_back(*, project: Project, by: User, submit_key: uuid.UUID) -> Event:
    """Ask no more. The same ``submit_key`` again changes nothing.

    Raises ``NotAllowed`` for anybody but the participant, ``GuardsUnmet`` when it was answered meanwhile.
    """
    with transaction.atomic():
        current = _own(project, by, TAKE_BACK)
        if done := done_before(current, code=TAKE_BACK, by=by, submit_key=submit_key):
            return done
        _must_wait(current)
        _set(current, None, None)
        return record(
            project=current, code=TAKE_BACK, by=by, submit_key=submit_key, note="", role=Holder.PARTICIPANT
        )


def decline(*, project: Project, reason: str, by: User, submit_key: uuid.UUID) -> Event:
    """Give no more time, say why, and tell the participant.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` without a reason or
    when it was answered meanwhile.
    """
    with transaction.atomic():
        current = locked(project, by)
        if done := done_before(current, code=DECLINE, by=by, submit_key=submit_key):
            return done
        _must_wait(current)
        words = _words(reason)
        _set(current, None, None)
        event = record(project=current, code=DECLINE, by=by, submit_key=submit_key, note=words)
        notices.tell_of_standing(people=[current.owner_id], project=current, code=DECLINE, event=event)
    return event


def must_answer(project: Project, answers: str) -> None:
    """Raises ``GuardsUnmet`` unless the request that a form was filled from, by ``mark``, still waits; an
    empty one was filled from none. Under the project's lock.
    """
    if answers and answers != mark(project):
        raise GuardsUnmet([_answered_text()])


def mark(project: Project) -> str:
    """What tells the request that waits from others; empty where there is none."""
    return project.time_asked_at.isoformat() if waits(project) and project.time_asked_at else ""


def given(project: Project, event: Event) -> None:
    """``event`` has given more time: a request that waits is granted by it, and the participant is told of
    both, or of the new day nobody asked for. Under the project's lock.
    """
    code = GRANTED if waits(project) else EXTENDED
    if code == GRANTED:
        _set(project, None, None)
    notices.tell_of_standing(people=[project.owner_id], project=project, code=code, event=event)


def _own(project: Project, by: User, code: str) -> Project:
    current = held(project)
    if Holder.PARTICIPANT not in roles_in(current, by) or current.batch_id is None:
        raise NotAllowed(code)
    return current


def _must_wait(project: Project) -> None:
    if not waits(project):
        raise GuardsUnmet([_answered_text()])


def _answered_text() -> str:
    return _("Nobody waits for this answer any more. Read what happened, and open the page anew.")


def _words(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise GuardsUnmet([_("Write the reason: everybody who takes part can read it.")])
    if len(words) > standing.LONGEST_REASON:
        text = _("The reason is too long: at most %(limit)d characters can be kept.")
        raise GuardsUnmet([text % {"limit": standing.LONGEST_REASON}])
    return words


def _set(project: Project, at: datetime | None, wanted: date | None) -> None:
    project.time_asked_at, project.time_wanted = at, wanted
    project.save(update_fields=["time_asked_at", "time_wanted"])
