"""Asking, half a year and a year after publication, what became of an innovation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import intake
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Assignment, FollowUp, Holder, Move, Notice, Project
from training.permissions import roles_in, running
from training.privacy import holds_personal_data
from training.services import notices
from training.services.audit import held, record
from training.services.standing import must_go_on

DAYS = {6: 180, 12: 365}
"""Months after the publication, and the days they are counted as."""
REMINDED = (14, 30)
"""Days after asking on which whoever was asked is reminded."""
ANSWERERS = frozenset({Holder.PARTICIPANT, Holder.MENTOR})
CODE = "follow-up"
"""The code of the event of an answer."""
_STATUS = {
    FollowUp.Answer.RUNNING: "active",
    FollowUp.Answer.EXTENDED: "growing",
    FollowUp.Answer.REPLICATED: "growing",
    FollowUp.Answer.STOPPED: "stopped",
}
"""What each answer makes of the record's status."""
_NEEDS = {FollowUp.Answer.REPLICATED: "place", FollowUp.Answer.STOPPED: "reason"}
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """An answer; ``numbers`` by name of the outcome, only those that changed."""

    answer: FollowUp.Answer
    place: str = ""
    reason: str = ""
    evidence: str = ""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)


def ask_due() -> int:
    """Ask about the innovations whose day has come, and remind of what was not answered; how many were asked.

    Each survey is made once, however often and by however many workers this runs. Where both days have
    passed, only the later one is asked.
    """
    now, asked = timezone.now(), 0
    later = None
    for months, days in sorted(DAYS.items(), reverse=True):
        due = _published().filter(entered_at__lte=now - timedelta(days=days))
        due = due.exclude(follow_ups__months=months)
        if later is not None:
            due = due.filter(entered_at__gt=now - timedelta(days=later))
        later = days
        for project in due.select_related("batch").order_by("pk")[:_AT_ONCE]:
            asked += _ask(project, months)
    _remind()
    return asked


def _published() -> QuerySet[Project]:
    """Projects that came to where curators' publishing leads, and that go on."""
    by_curators = Move.objects.filter(actor=Holder.CURATOR, kind=Move.Kind.FORWARD)
    found = Project.objects.filter(standing=Project.Standing.ACTIVE, record_key__isnull=False)
    places = Q(pk__in=[])
    for version, code in by_curators.values_list("version_id", "target").distinct():
        places |= Q(version=version, state_code=code)
    return found.filter(places)


def _ask(project: Project, months: int) -> bool:
    with transaction.atomic():
        row, made = FollowUp.objects.get_or_create(project=project, months=months)
        if made:
            _tell(row, f"follow-up:{months}:{row.pk}")
    return made


def _tell(row: FollowUp, cause: str) -> None:
    people = notices.holders(row.project, Holder.PARTICIPANT) | notices.holders(row.project, Holder.MENTOR)
    notices.tell(people=people, project=row.project, kind=Notice.Kind.FOLLOW_UP, cause=cause)


def _remind() -> None:
    now = timezone.now()
    for number, days in enumerate(REMINDED, start=1):
        waiting = FollowUp.objects.filter(
            answered_at=None,
            reminded__lt=number,
            asked_at__lte=now - timedelta(days=days),
            project__standing=Project.Standing.ACTIVE,
        )
        for row in waiting.select_related("project__batch").order_by("pk")[:_AT_ONCE]:
            with transaction.atomic():
                mine = FollowUp.objects.filter(pk=row.pk, reminded__lt=number, answered_at=None)
                if mine.update(reminded=number):
                    _tell(row, f"follow-up:{row.months}:{row.pk}:{number}")


def waiting_for(user: User) -> QuerySet[FollowUp]:
    """Surveys that ``user`` was asked and nobody has answered."""
    mentored = Assignment.objects.filter(running(), user=user, role=Holder.MENTOR).values("project")
    mine = Q(project__owner=user) | Q(project__in=mentored)
    going = FollowUp.objects.filter(project__standing=Project.Standing.ACTIVE, answered_at=None)
    return going.filter(mine).order_by("asked_at")


def answer(*, project: Project, months: int, given: Given, by: User, submit_key: uuid.UUID) -> FollowUp:
    """Keep the answer, and put what it changes in the record before the curators, in one transaction.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but participant and
    mentor, ``Moved`` when somebody has answered already, ``GuardsUnmet`` for an answer that lacks something
    or holds personal data.
    """
    with transaction.atomic():
        current = held(project)
        row = FollowUp.objects.select_for_update().filter(project=current, months=months).first()
        own = [role for role in Holder if role in ANSWERERS & roles_in(current, by)]
        if row is None or not own:
            raise NotAllowed(CODE)
        if row.answered_at is not None:
            if row.submit_key == submit_key and row.answered_by_id == by.pk:
                return row
            raise Moved(CODE)
        must_go_on(current)
        if reasons := _wanting(given):
            raise GuardsUnmet(reasons)
        _keep(row, given, by, own[0], submit_key)
        record(project=current, code=CODE, by=by, submit_key=submit_key, note="", role=own[0])
        if current.record_key and intake.exists(current.record_key):
            intake.confirm(key=current.record_key, confirmation=_confirmation(current, row, given), by=by)
    return row


def _wanting(given: Given) -> list[str]:
    texts = {
        "place": _("Where it was replicated: name the unit or the place."),
        "reason": _("Why it was stopped: a sentence is enough."),
    }
    needed = _NEEDS.get(given.answer)
    found = [texts[needed]] if needed and not getattr(given, needed).strip() else []
    if any(holds_personal_data(text) for text in (given.place, given.reason, given.evidence)):
        text = _("The answer holds a personal number or address (NIP, NIK, e-mail, phone): take it out.")
        found.append(text)
    return found


def _keep(row: FollowUp, given: Given, by: User, role: Holder, submit_key: uuid.UUID) -> None:
    row.answer, row.evidence = given.answer, given.evidence
    row.place = given.place.strip() if given.answer == FollowUp.Answer.REPLICATED else ""
    row.reason = given.reason.strip() if given.answer == FollowUp.Answer.STOPPED else ""
    row.numbers = {name: str(number) for name, number in given.numbers.items()}
    row.answered_at, row.answered_by, row.role, row.submit_key = timezone.now(), by, role, submit_key
    row.save()


def _confirmation(project: Project, row: FollowUp, given: Given) -> intake.Confirmation:
    """In the site's language: a curator reads it, and visitors once it is published."""
    with translation.override(settings.LANGUAGE_CODE):
        parts = [
            _("Follow-up after %(months)d months, %(programme)s")
            % {"months": row.months, "programme": project.version.label_id},
            str(FollowUp.Answer(row.answer).label),
            row.place or row.reason,
            row.evidence,
        ]
    return intake.Confirmation(
        status=_STATUS[given.answer],
        on=timezone.localdate(),
        source="; ".join(part for part in parts if part),
        actual=given.numbers,
    )
