"""The log of consultations: one side writes what was said, the other confirms it or says what is wrong."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.answers import LONGEST
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere
from training.models import Assignment, Consultation, Holder, Notice, Project
from training.permissions import roles_in, running
from training.services import notices
from training.services.audit import held, record, request_key, was_made
from training.services.standing import must_go_on

WRITTEN, CHANGED = "consultation-written", "consultation-changed"
CONFIRMED, DECLINED = "consultation-confirmed", "consultation-declined"
SUPPORTERS = (Holder.MENTOR, Holder.COACH)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said, and when."""

    held_on: date
    discussed: str
    agreed: str


def parts(project: Project, roles: frozenset[Holder]) -> list[Holder]:
    """With whom somebody with ``roles`` may log a consultation: their own part, or for a participant both.

    Whether the project goes on is another question.
    """
    if project.batch_id is None or project.state.is_end:
        return []
    if Holder.PARTICIPANT in roles:
        return list(SUPPORTERS)
    return [role for role in SUPPORTERS if role in roles]


def write(*, project: Project, by: User, role: Holder, talk: Talk, submit_key: uuid.UUID) -> Consultation:
    """Log a consultation with the mentor or the coach, and ask the other side to confirm it.

    The same ``submit_key`` again gives the same entry. Raises ``NotAllowed`` for who is neither the
    participant nor ``role``, ``GuardsUnmet`` for what can't be kept or when nobody has the part.
    """
    key = request_key(submit_key, WRITTEN, by)
    with transaction.atomic():
        current = held(project)
        roles = roles_in(current, by)
        if done := Consultation.objects.filter(key=key, written_by=by).first():
            return done
        if roles & {Holder.PARTICIPANT, *SUPPORTERS}:
            must_go_on(current)
        if current.state.is_end and roles & {Holder.PARTICIPANT, *SUPPORTERS}:
            raise GuardsUnmet([_("This project has ended.")])
        if role not in parts(current, roles):
            raise NotAllowed(role)
        assigned = Assignment.objects.filter(running(), project=current, role=role).first()
        if assigned is None:
            raise GuardsUnmet([_("Nobody has accepted this part yet.")])
        _check(talk)
        made = Consultation.objects.create(
            key=key, project=current, role=role, supporter_id=assigned.user_id, written_by=by, **_words(talk)
        )
        _keep(made, WRITTEN, by, submit_key)
        _ask(made)
    return made


def change(
    *, consultation: Consultation, by: User, seen: int, talk: Talk, submit_key: uuid.UUID
) -> Consultation:
    """Put other words in place of those of the round ``seen``; the other side is asked again.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but who wrote it,
    ``GuardsUnmet`` once both have confirmed it, ``SavedElsewhere`` when it was changed since.
    """
    with transaction.atomic():
        current, done = _locked(consultation, by, request_key(submit_key, CHANGED, by))
        if current.written_by_id != by.pk:
            raise NotAllowed(str(current.key))
        if done:
            return current
        must_go_on(current.project)
        _must_be(current, seen, (Consultation.State.WAITING, Consultation.State.DECLINED))
        _check(talk)
        for name, value in _words(talk).items():
            setattr(current, name, value)
        current.state, current.reason, current.answered_at = Consultation.State.WAITING, "", None
        current.round += 1
        current.save()
        _keep(current, CHANGED, by, submit_key)
        _ask(current)
    return current


def answer(
    *, consultation: Consultation, by: User, seen: int, agrees: bool, reason: str, submit_key: uuid.UUID
) -> Consultation:
    """Confirm what was written in the round ``seen``, or decline it with a reason.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but the other side,
    ``GuardsUnmet`` for a refusal without a reason or what was answered already, ``SavedElsewhere`` when the
    words are others by now.
    """
    code = CONFIRMED if agrees else DECLINED
    with transaction.atomic():
        current, done = _locked(consultation, by, request_key(submit_key, code, by))
        if current.other_side != by.pk:
            raise NotAllowed(str(current.key))
        if done:
            return current
        must_go_on(current.project)
        _must_be(current, seen, (Consultation.State.WAITING,))
        if not agrees:
            _check_text(reason, _("Write why you don't confirm it, so that it can be mended."))
        current.state = Consultation.State.CONFIRMED if agrees else Consultation.State.DECLINED
        current.reason = "" if agrees else reason.strip()
        current.answered_at = timezone.now()
        current.save(update_fields=["state", "reason", "answered_at"])
        _keep(current, code, by, submit_key)
        if not agrees:
            _tell(current, current.written_by_id, Notice.Kind.DECLINED)
    return current


def waiting_for(user: User) -> QuerySet[Consultation]:
    """The entries that ``user`` has to confirm or decline, the oldest first."""
    has_part = Exists(
        Assignment.objects.filter(running(), project=OuterRef("project"), user=user, role=OuterRef("role"))
    )
    of_supporter = Q(written_by=F("supporter"), project__owner=user)
    of_participant = ~Q(written_by=F("supporter")) & Q(supporter=user) & has_part
    found = Consultation.objects.filter(
        of_supporter | of_participant,
        state=Consultation.State.WAITING,
        project__standing=Project.Standing.ACTIVE,
    )
    return found.order_by("written_at", "pk")


def _words(talk: Talk) -> dict[str, object]:
    return {
        "held_on": talk.held_on,
        "discussed": talk.discussed.strip(),
        "agreed": talk.agreed.strip(),
    }


def _check(talk: Talk) -> None:
    if talk.held_on > timezone.localdate():
        raise GuardsUnmet([_("The consultation must have been held: the day is in the future.")])
    for text in (talk.discussed, talk.agreed):
        _check_text(text, _("Write what was discussed and what was agreed."))


def _check_text(text: str, missing: str) -> None:
    if not text.strip():
        raise GuardsUnmet([missing])
    if len(text) > LONGEST:
        raise GuardsUnmet(
            [_("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}]
        )


def _locked(consultation: Consultation, by: User, key: uuid.UUID) -> tuple[Consultation, bool]:
    """The entry as it is now, under its project's lock; and whether this request was done before."""
    project = Project.objects.select_for_update().select_related(None).get(pk=consultation.project_id)
    if not roles_in(project, by) & {Holder.PARTICIPANT, *SUPPORTERS}:
        raise NotAllowed(str(consultation.key))
    current = Consultation.objects.get(pk=consultation.pk)
    current.project = project
    return current, was_made(project, key)


def _must_be(consultation: Consultation, seen: int, states: tuple[Consultation.State, ...]) -> None:
    if consultation.state not in states:
        raise GuardsUnmet([_("This consultation was answered already and can't be changed any more.")])
    if consultation.round != seen:
        raise SavedElsewhere(str(consultation.key))


def _keep(consultation: Consultation, code: str, by: User, submit_key: uuid.UUID) -> None:
    own = by.pk == consultation.project.owner_id
    role = Holder.PARTICIPANT if own else Holder(consultation.role)
    key = request_key(submit_key, code, by)
    record(project=consultation.project, code=code, by=by, submit_key=key, note="", role=role)


def _ask(consultation: Consultation) -> None:
    _tell(consultation, consultation.other_side, Notice.Kind.CONSULTATION)


def _tell(consultation: Consultation, person: int, kind: Notice.Kind) -> None:
    notices.tell(
        people=[person],
        project=consultation.project,
        kind=kind,
        cause=f"{kind}:{consultation.pk}:{consultation.round}",
        state_code=consultation.project.state_code,
    )
