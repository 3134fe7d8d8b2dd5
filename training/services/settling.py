"""Settling marks that lie far apart: a meeting agrees on one, and every examiner confirms it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from training import results, scoring
from training.answers import LONGEST
from training.errors import GuardsUnmet, NotAllowed, Reason, ScoresClosed
from training.models import Holder, Notice, Occasion, Project, Settlement, SettlementVote
from training.models.instruments import SEMINARS
from training.permissions import roles_in
from training.results import Seat, Standing
from training.score_rights import as_reader, sees_others
from training.services import notices
from training.services.audit import done_before, held, record
from training.services.standing import why_not

AGREE, CONFIRM = "settle-scores", "confirm-settlement"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a meeting agreed on: a mark by the component's code, the day it was held, and why."""

    marks: Mapping[str, Decimal]
    held_on: date
    reason: str


def propose(
    *, project: Project, occasion: Occasion, meeting: Meeting, actor: User, submit_key: uuid.UUID
) -> Settlement:
    """Minute a meeting. An examiner who does so confirms it; the others are asked to.

    Each mark lies between the lowest and the highest that was given. The same ``submit_key`` again changes
    nothing. Raises ``NotAllowed`` for anybody but an examiner who has scored and a coordinator,
    ``ScoresClosed`` where nothing is to be settled, ``GuardsUnmet`` for what can't be agreed on.
    """
    with transaction.atomic():
        current = held(project)
        done = Settlement.objects.filter(project=current, submit_key=submit_key, made_by=actor.pk).first()
        if done is not None:
            return done
        seat = _enter(current, occasion, actor)
        if reasons := _unsound(seat, meeting):
            raise GuardsUnmet(reasons)
        settlement = _minute(current, seat, meeting, actor, submit_key)
        gave = {sheet.user_id for sheet in seat.sheets}
        role = Holder.EXAMINER if actor.pk in gave else Holder.COORDINATOR
        if role == Holder.EXAMINER:
            SettlementVote.objects.create(settlement=settlement, user=actor)
        # The reasons speak of marks, which the participant does not read: they are in the minutes alone.
        record(project=current, code=AGREE, by=actor, submit_key=submit_key, note="", role=role)
        others = (gave & notices.holders(current, Holder.EXAMINER)) - {actor.pk}
        cause = f"settlement:{settlement.pk}"
        notices.tell(people=others, project=current, kind=Notice.Kind.DIVERGENCE, cause=cause)
    return settlement


def _minute(project: Project, seat: Seat, meeting: Meeting, actor: User, submit_key: uuid.UUID) -> Settlement:
    kept = {one.code: scoring.rounded(meeting.marks[one.code]) for one in seat.components}
    return Settlement.objects.create(
        project=project,
        occasion=seat.occasion,
        marks={code: str(mark) for code, mark in kept.items()},
        total=scoring.weighted(kept, {one.code: one.weight for one in seat.components}),
        sheets=[sheet.pk for sheet in seat.sheets],
        held_on=meeting.held_on,
        reason=meeting.reason.strip(),
        made_by=actor,
        submit_key=submit_key,
    )


def confirm(
    *, project: Project, occasion: Occasion, settlement: int, actor: User, submit_key: uuid.UUID
) -> None:
    """Say that this was agreed. Again changes nothing.

    ``settlement`` is the primary key that was read. Raises ``NotAllowed`` for anybody but an examiner who has
    scored, ``ScoresClosed`` when it is not the last meeting about the scores that count.
    """
    with transaction.atomic():
        current = held(project)
        if done_before(current, code=CONFIRM, by=actor, submit_key=submit_key):
            return
        seat = results.standing(current).seats.get(occasion)
        gave = {sheet.user_id for sheet in seat.sheets} if seat else set()
        if seat is None or actor.pk not in gave or Holder.EXAMINER not in roles_in(current, actor):
            raise NotAllowed(occasion)
        if still := why_not(current):
            raise ScoresClosed(still)
        if seat.proposed is None or seat.proposed.pk != settlement:
            raise ScoresClosed(_("Other scores or another meeting came in between. Read it again."))
        _vote, made = SettlementVote.objects.get_or_create(settlement=seat.proposed, user=actor)
        if made:
            record(
                project=current,
                code=CONFIRM,
                by=actor,
                submit_key=submit_key,
                note="",
                role=Holder.EXAMINER,
            )


def may_settle(standing: Standing, occasion: Occasion) -> bool:
    """Whether there is something to settle there now."""
    seat = standing.seats.get(occasion)
    if seat is None or occasion not in SEMINARS or standing.result is not None:
        return False
    if not standing.project.is_active:
        return False
    undecided = seat.diverges and seat.counting is None and seat.settlement is None
    return undecided and (seat.is_open or standing.is_reopened)


def _enter(project: Project, occasion: Occasion, actor: User) -> Seat:
    standing = results.standing(project)
    roles = as_reader(project, roles_in(project, actor), actor)
    seat = standing.seats.get(occasion)
    if seat is None or not sees_others(seat, roles, actor):
        raise NotAllowed(occasion)
    if still := why_not(project):
        raise ScoresClosed(still)
    if not may_settle(standing, occasion):
        raise ScoresClosed(_("There is nothing to settle here now."))
    return seat


def _unsound(seat: Seat, meeting: Meeting) -> list[str]:
    found: list[str] = []
    for component in seat.components:
        given = [sheet.mark_of(component.code) for sheet in seat.sheets]
        low, high, mark = min(given), max(given), meeting.marks.get(component.code)
        if mark is None or not low <= mark <= high:
            text = _("The agreed mark of “%(component)s” lies between %(low)s and %(high)s.")
            values = {
                "component": component.label,
                "low": number_format(low, 2),
                "high": number_format(high, 2),
            }
            found.append(Reason(text % values, question=component.code))
    if not meeting.reason.strip():
        found.append(Reason(_("Write why this mark was agreed on."), question="reason"))
    if len(meeting.reason) > LONGEST:
        text = _("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}
        found.append(Reason(text, question="reason"))
    if meeting.held_on > timezone.localdate():
        found.append(Reason(_("The day of the meeting is not in the future."), question="held_on"))
    return found
