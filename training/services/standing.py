"""Whether a project goes on: postponed, withdrawn, locked over a suspicion, and back.

It stays in its state meanwhile. Whoever changes something of a project asks ``must_go_on`` under its lock,
once it is certain that the person has a part in it; docs/training.md says what is free meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed, StandsStill
from training.models import Assignment, Event, Holder, Invitation, Notice, PeerReview, Project, TeamMember
from training.permissions import roles_in
from training.services import attendance, notices
from training.services.audit import held, must_not_flood, record
from training.services.due import close

LONGEST_REASON = 1000
"""Characters of a reason."""
Standing = Project.Standing
_REVIEWERS = frozenset({Holder.MENTOR, Holder.COACH, Holder.EXAMINER})
_LED = frozenset({Holder.COORDINATOR})
_OWN = frozenset({Holder.PARTICIPANT})
_UNSENT = (Notice.Mail.WAITING, Notice.Mail.DIGEST)


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody may do about a project's standing.

    ``to`` is the standing after it, ``None`` where only the wish to leave changes; ``asked`` is whether the
    participant must have asked to leave, ``None`` where it does not matter.
    """

    roles: frozenset[Holder]
    source: frozenset[Standing]
    to: Standing | None
    button: Any
    done: Any
    asked: bool | None = None
    wordless: bool = False


_RUNNING = frozenset({Standing.ACTIVE, Standing.POSTPONED})
ACTIONS: dict[str, Action] = {
    "postpone": Action(
        _LED, frozenset({Standing.ACTIVE}), Standing.POSTPONED,
        gettext_lazy("Postpone"), gettext_lazy("The project was postponed"),
    ),
    "resume": Action(
        _LED, frozenset({Standing.POSTPONED, *Project.LEFT}), Standing.ACTIVE,
        gettext_lazy("Let it go on"), gettext_lazy("The project goes on"),
    ),
    "ask-to-leave": Action(
        _OWN, _RUNNING, None,
        gettext_lazy("Ask to withdraw"), gettext_lazy("The participant asked to withdraw"), asked=False,
    ),
    "stay": Action(
        _OWN, _RUNNING, None,
        gettext_lazy("Take the request back"), gettext_lazy("The request to withdraw was taken back"),
        asked=True, wordless=True,
    ),
    "refuse-leaving": Action(
        _LED, _RUNNING, None,
        gettext_lazy("Don't confirm"), gettext_lazy("The withdrawal was not confirmed"), asked=True,
    ),
    "withdraw": Action(
        _LED, _RUNNING, Standing.WITHDRAWN,
        gettext_lazy("Withdraw the participant"), gettext_lazy("The participant has withdrawn"),
    ),
    "suspect": Action(
        _REVIEWERS | _LED, _RUNNING, Standing.LOCKED,
        gettext_lazy("Lock over a suspicion of plagiarism"),
        gettext_lazy("The project is locked over a suspicion of plagiarism"),
    ),
    "clear-suspicion": Action(
        _LED, frozenset({Standing.LOCKED}), Standing.ACTIVE,
        gettext_lazy("No plagiarism: unlock"), gettext_lazy("The suspicion was cleared"),
    ),
    "confirm-suspicion": Action(
        _LED, frozenset({Standing.LOCKED}), Standing.STOPPED,
        gettext_lazy("Plagiarism: stop the project"), gettext_lazy("The suspicion was confirmed"),
    ),
}  # fmt: skip
"""By code, which is also the code of the event that is kept."""
PAUSES = frozenset(code for code, action in ACTIONS.items() if action.to not in (None, Standing.ACTIVE))
RESUMES = frozenset(code for code, action in ACTIONS.items() if action.to == Standing.ACTIVE)
"""Codes of the events from which and until which a project does not go on."""
GOES_ON: list[Callable[[Project], object]] = []
"""What follows in the same transaction when a project goes on; ``training.records`` adds its own."""
LABELS: dict[str, Any] = {code: action.done for code, action in ACTIONS.items()}
notices.WORDS.update(LABELS)


def offered(project: Project, roles: frozenset[Holder]) -> list[str]:
    """Codes of what people with ``roles`` may do now, in the order of ``ACTIONS``."""
    if project.batch_id is None:
        return []
    return [code for code, action in ACTIONS.items() if action.roles & roles and _fits(action, project)]


def why_not(project: Project) -> str:
    """Why nobody may move the project or write in it, in the reader's language; empty when they may."""
    texts = {
        Standing.POSTPONED: _("The project is postponed. A coordinator can let it go on."),
        Standing.LOCKED: _("The project is locked over a suspicion of plagiarism. A coordinator decides."),
        Standing.WITHDRAWN: _("The participant has withdrawn. A coordinator can let the project go on."),
        Standing.STOPPED: _("The project was stopped because of plagiarism."),
    }
    return texts.get(Standing(project.standing), "")


def must_go_on(project: Project) -> None:
    """Raises ``StandsStill`` for a project in which nothing may be done now."""
    if still := why_not(project):
        raise StandsStill([still])


def act(*, project: Project, code: str, by: User, reason: str, submit_key: uuid.UUID) -> Event:
    """Do ``ACTIONS[code]``, keep why, and tell everybody it concerns.

    While a project does not go on its clock stands: it has no due date, and going on gives back the days
    that were left. Withdrawing ends the parts of mentor, coach and examiners. The same ``submit_key`` again
    changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` without a reason or when it does not fit any more.
    """
    action = ACTIONS.get(code)
    if action is None:
        raise NotAllowed(code)
    with transaction.atomic():
        current = held(project)
        done = Event.objects.filter(project=current, submit_key=submit_key).first()
        if done and (done.code, done.actor_id) == (code, by.pk):
            return done
        own = [role for role in Holder if role in action.roles & roles_in(current, by)]
        if not own or current.batch_id is None:
            raise NotAllowed(code)
        if done or not _fits(action, current):  # two buttons of one page, or two people
            raise GuardsUnmet([_("Somebody was quicker: this does not fit any more. Read what happened.")])
        words = reason.strip()
        if not words and not action.wordless:
            raise GuardsUnmet([_("Write the reason: everybody who takes part can read it.")])
        if action.roles == _OWN:
            must_not_flood(current, code=code, by=by)
        told = _concerned(current, only_leaders=action.to is None and action.roles == _OWN)
        _change(current, action)
        event = record(project=current, code=code, by=by, submit_key=submit_key, note=words, role=own[0])
        notices.tell_of_standing(people=told - {by.pk}, project=current, code=code, event=event)
        if code in RESUMES:
            for follow in GOES_ON:
                follow(current)
    return event


def _fits(action: Action, project: Project) -> bool:
    wish = action.asked is None or action.asked == (project.leaving_since is not None)
    return project.standing in action.source and wish


def _concerned(project: Project, *, only_leaders: bool) -> set[int]:
    leaders = notices.holders(project, Holder.COORDINATOR)
    if only_leaders:
        return leaders
    return leaders | notices.around(project)


def _change(project: Project, action: Action) -> None:
    """What the action does to the row and to the people around it. Under the project's lock."""
    before = project.standing
    if action.to is None:
        project.leaving_since = None if action.asked else timezone.now()
    else:
        project.standing = action.to
        if action.to != Standing.POSTPONED:
            project.leaving_since = None
        goes_on = action.to == Standing.ACTIVE
        if before == Standing.ACTIVE and not goes_on:
            _stop_clock(project)
            _keep_back_reminders(project)
        elif before != Standing.ACTIVE and goes_on:
            _start_clock(project)
    project.save(update_fields=["standing", "days_left", "due_on", "leaving_since"])
    close(project)
    if action.to in Project.LEFT:
        _free(project)


def _stop_clock(project: Project) -> None:
    today = timezone.localdate()
    project.days_left = (project.due_on - today).days if project.due_on else None
    project.due_on = None


def _start_clock(project: Project) -> None:
    if project.days_left is not None:
        project.due_on = timezone.localdate() + timedelta(days=project.days_left)
    project.days_left = None


def _keep_back_reminders(project: Project) -> None:
    """Those whose mail has not left: there is nothing to do now."""
    kinds = (Notice.Kind.REMINDER, Notice.Kind.LOGBOOK, Notice.Kind.FOLLOW_UP)
    unsent = Notice.objects.filter(project=project, kind__in=kinds, mail__in=_UNSENT)
    unsent.update(mail=Notice.Mail.NONE)


def _free(project: Project) -> None:
    """Nobody accompanies or examines it any more, and nobody is asked to; what they did is kept.

    It gives up its places in seminars, and whoever was asked into its team or for a review is asked no more.
    """
    attendance.leave(project)
    Assignment.objects.filter(project=project, until=None).update(until=timezone.now())
    Invitation.objects.filter(project=project, accepted_at=None).delete()
    TeamMember.objects.filter(project=project, accepted_at=None, ended_at=None).update(
        ended_at=timezone.now()
    )
    PeerReview.objects.filter(project=project, given_at=None, ended_at=None).update(ended_at=timezone.now())
    asked = (Notice.Kind.INVITED, Notice.Kind.TEAM, Notice.Kind.PEER_ASKED)
    Notice.objects.filter(project=project, kind__in=asked, mail__in=_UNSENT).update(mail=Notice.Mail.NONE)
