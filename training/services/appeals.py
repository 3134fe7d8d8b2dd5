"""Appeals: a participant asks for a locked result to be looked at again, a coordinator answers."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.answers import LONGEST
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Appeal, Holder, Notice, Project, Result
from training.permissions import roles_in
from training.services import notices
from training.services.audit import done_before, held, locked_to_judge, record
from training.services.locking import open_again
from training.services.standing import must_go_on

APPEAL, ANSWER = "appeal", "answer-appeal"
WITHIN = timedelta(days=7)
"""How long after a result was locked an appeal may be made; the design's seven days of *banding nilai*."""


def until(result: Result) -> datetime:
    """The last moment for an appeal against ``result``."""
    return result.locked_at + WITHIN


def closed_because(result: Result | None) -> str:
    """Why no appeal can be made against ``result``; empty when one can. One query at most."""
    if result is None:
        return _("There is no locked result to appeal against.")
    if Appeal.objects.filter(result=result).exists():
        return _("You have appealed against this result already.")
    if timezone.now() > until(result):
        text = _("The time for an appeal is over: it ended on %(day)s, 7 days after the result was locked.")
        return text % {"day": f"{timezone.localtime(until(result)):%d-%m-%Y %H:%M}"}
    return ""


def appeal(*, project: Project, reason: str, actor: User, submit_key: uuid.UUID) -> None:
    """Ask for the locked result of one's own project to be looked at again.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but its participant,
    ``GuardsUnmet`` without a reason, too late, or a second time.
    """
    with transaction.atomic():
        current = held(project)
        if Holder.PARTICIPANT not in roles_in(current, actor):
            raise NotAllowed(APPEAL)
        if done_before(current, code=APPEAL, by=actor, submit_key=submit_key):
            return
        must_go_on(current)
        result = Result.objects.filter(project=current, unlocked_at=None).first()
        refused = closed_because(result)
        if refused or result is None:
            raise GuardsUnmet([refused])
        words = _words(reason, _("Write why the result should be looked at again."))
        made = Appeal.objects.create(result=result, reason=words)
        # Its words are for the coordinators; everybody around the project reads the history.
        record(
            project=current,
            code=APPEAL,
            by=actor,
            submit_key=submit_key,
            note="",
            role=Holder.PARTICIPANT,
        )
        notices.tell(
            people=notices.holders(current, Holder.COORDINATOR),
            project=current,
            kind=Notice.Kind.APPEAL,
            cause=f"appeal:{made.pk}",
        )


def answer(*, project: Project, upheld: bool, words: str, by: User, submit_key: uuid.UUID) -> None:
    """Answer the appeal that waits: upheld, the result is opened again; rejected, it stays.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` without reasons,
    ``Moved`` when somebody answered first.
    """
    with transaction.atomic():
        current = locked_to_judge(project, by)
        if done_before(current, code=ANSWER, by=by, submit_key=submit_key):
            return
        waiting = Appeal.objects.filter(result__project=current, state=Appeal.State.WAITING)
        found = waiting.select_related("result").first()
        if found is None:
            raise Moved(ANSWER)
        must_go_on(current)
        reasons = _words(words, _("Write the reasons for the answer."))
        found.state = Appeal.State.UPHELD if upheld else Appeal.State.REJECTED
        found.answer, found.answered_by, found.answered_at = reasons, by, timezone.now()
        found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        # Everybody around the project reads the history; the answer's words are for the participant.
        record(project=current, code=ANSWER, by=by, submit_key=submit_key, note="")
        if upheld:
            open_again(project=current, result=found.result, reason=reasons, by=by)
        notices.tell(
            people=[current.owner_id],
            project=current,
            kind=Notice.Kind.ANSWERED,
            cause=f"appeal-answered:{found.pk}",
        )


def _words(text: str, none: str) -> str:
    words = text.strip()
    if not words:
        raise GuardsUnmet([none])
    if len(words) > LONGEST:
        text = _("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}
        raise GuardsUnmet([text])
    return words
