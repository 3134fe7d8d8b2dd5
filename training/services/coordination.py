"""What a coordinator does to a batch: start its projects, remind, extend, put other people in a place."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalogue.services import codes
from training import boards
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Assignment, Batch, Event, Holder, Invitation, Notice, Project
from training.services import (
    appeals,
    attendance,
    certificates,
    consultations,
    documents,
    follow_ups,
    locking,
    more_time,
    moves,
    scores,
    seminars,
    settling,
    standing,
    traces,
)
from training.services.audit import locked, must_lead, record, record_all
from training.services.conflicts import must_suit_agency
from training.services.due import EXTENDED
from training.services.enrolment import Person, accounts_for
from training.services.history_labels import HAPPENED
from training.services.invitations import invite

AT_ONCE = 100
"""Projects that one request starts; each is a transaction of its own."""
EXTEND, CHANGE, AGENCY, REMIND = EXTENDED, "change-", "set-agency", "remind"
DOSSIER, RECAP = "dossier", "recap"
"""What the events of a dossier and of a recapitulation that somebody downloaded say."""
LABELS: dict[str, Any] = {
    EXTEND: gettext_lazy("The due date was extended"),
    f"{CHANGE}{Holder.MENTOR}": gettext_lazy("The mentor was changed"),
    f"{CHANGE}{Holder.COACH}": gettext_lazy("The coach was changed"),
    AGENCY: gettext_lazy("The agency was set"),
    "assign-examiner": gettext_lazy("An examiner was assigned"),
    "remove-examiner": gettext_lazy("An examiner was removed"),
    certificates.REVOKE: gettext_lazy("The certificate was revoked"),
    consultations.WRITTEN: gettext_lazy("A consultation was written down"),
    consultations.CHANGED: gettext_lazy("A consultation was corrected"),
    consultations.CONFIRMED: gettext_lazy("A consultation was confirmed"),
    consultations.DECLINED: gettext_lazy("A consultation was declined"),
    seminars.PLACED: gettext_lazy("The seminar was set"),
    seminars.MOVED: gettext_lazy("The seminar was moved"),
    seminars.TAKEN_OUT: gettext_lazy("The project was taken out of the seminar"),
    seminars.MISSED: gettext_lazy("The project was not presented at the seminar"),
    seminars.CANCELLED: gettext_lazy("The seminar was called off"),
    scores.SUBMIT: gettext_lazy("Scores were submitted"),
    settling.AGREE: gettext_lazy("A meeting about the scores was minuted"),
    settling.CONFIRM: gettext_lazy("The meeting about the scores was confirmed"),
    locking.LOCK: gettext_lazy("The result was locked"),
    locking.UNLOCK: gettext_lazy("The result was opened again"),
    appeals.APPEAL: gettext_lazy("The participant appealed against the result"),
    appeals.ANSWER: gettext_lazy("The appeal was answered"),
    **traces.LABELS,
    REMIND: gettext_lazy("Whoever has the project was reminded"),
    DOSSIER: gettext_lazy("The dossier was downloaded"),
    RECAP: gettext_lazy("The recapitulation was downloaded"),
    follow_ups.CODE: gettext_lazy("The follow-up was answered"),
    **standing.LABELS,
    **more_time.LABELS,
    certificates.REISSUE: gettext_lazy("The certificate is issued again"),
    documents.REVOKE: gettext_lazy("A document was revoked"),
    documents.REISSUE: gettext_lazy("A document is issued again"),
    **HAPPENED,
}
"""What the events say that move no project; others are moves of the version."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How many projects were started, and how many could be by asking once more."""

    started: int
    left: int


def begin_ready(*, batch: Batch, by: User, submit_key: uuid.UUID) -> Begun:
    """Start the projects whose mentor and coach have accepted, ``AT_ONCE`` at most.

    The same ``submit_key`` again starts none twice. Raises ``NotAllowed``.
    """
    must_lead(batch, by)
    start = batch.version.start
    codes = [
        move.code
        for move in batch.version.all_moves
        if move.source == start.code and move.actor == Holder.COORDINATOR and not move.is_return
    ]
    if not codes:
        return Begun(0, 0)
    started = refused = 0
    ready = boards.ready(batch).exclude(owner=by)
    for project in ready.order_by("pk")[:AT_ONCE]:
        key = uuid.uuid5(submit_key, str(project.key))
        try:
            moves.move(project=project, code=codes[0], actor=by, submit_key=key)
        except (GuardsUnmet, Moved):
            refused += 1
        else:
            started += 1
    return Begun(started, ready.count() - refused)


def remind(*, batch: Batch, by: User, only: Sequence[uuid.UUID] | None = None) -> int:
    """Remind whoever holds an overdue project, or one of ``only``; how many people were reminded.

    Each person gets one such reminder a day. It names the project that is late the longest, and that
    project's history says who reminded. Raises ``NotAllowed``.
    """
    must_lead(batch, by)
    today = timezone.localdate()
    going = Project.objects.filter(batch=batch, standing=Project.Standing.ACTIVE)
    wanted = boards.overdue(batch, today) if only is None else Q(key__in=list(only))
    first: dict[int, Project] = {}
    for project, people in _holders(batch, going.filter(wanted).order_by("due_on", "pk")):
        for person in people:
            first.setdefault(person, project)
    first.pop(by.pk, None)
    cause = f"overdue:{today}"
    with transaction.atomic():
        # Two coordinators at once take turns: each person is told by one of them.
        Batch.objects.select_for_update().get(pk=batch.pk)
        told = set(Notice.objects.filter(cause=cause, user__in=first).values_list("user_id", flat=True))
        rows = [
            Notice(
                user_id=person,
                project=project,
                kind=Notice.Kind.REMINDER,
                cause=cause,
                state_code=project.state_code,
                mail=Notice.Mail.NONE if batch.is_demo else Notice.Mail.WAITING,
            )
            for person, project in first.items()
            if person not in told
        ]
        Notice.objects.bulk_create(rows)
        named = Project.objects.filter(pk__in={row.project_id for row in rows}).order_by("pk")
        record_all(named.select_for_update(), code=REMIND, by=by)
    return len(rows)


def _holders(batch: Batch, projects: Any) -> list[tuple[Project, list[int]]]:
    """Each project with the people whose turn it is; coordinators and curators have boards of their own."""
    holder = {state.code: state.holder for state in batch.version.all_states}
    rows = list(projects.only("pk", "owner_id", "state_code"))
    assigned: dict[tuple[int, str], list[int]] = {}
    for assignment in Assignment.objects.filter(
        project__in=projects.order_by(), until=None, accepted_at__isnull=False
    ):
        assigned.setdefault((assignment.project_id, assignment.role), []).append(assignment.user_id)
    found = []
    for project in rows:
        part = holder[project.state_code]
        people = assigned.get((project.pk, part), [])
        found.append((project, [project.owner_id] if part == Holder.PARTICIPANT else people))
    return found


def extend(
    *, project: Project, due_on: date, reason: str, by: User, submit_key: uuid.UUID, answers: str = ""
) -> Event:
    """Give the project more time in the state it is in, and keep why; a request that waits is granted so.

    ``answers`` is the ``more_time.mark`` of the request that the form was filled from. The same
    ``submit_key`` again changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` for a day that is no
    extension, or when that request was answered meanwhile.
    """
    with transaction.atomic():
        current = locked(project, by)
        if done := Event.objects.filter(project=current, submit_key=submit_key).first():
            return done
        more_time.must_answer(current, answers)
        more_time.must_extend(current, due_on)
        Project.objects.filter(pk=current.pk).update(due_on=due_on)
        note = f"{current.due_on or '–'} → {due_on}: {reason.strip()}"
        event = record(project=current, code=EXTEND, by=by, submit_key=submit_key, note=note)
        more_time.answered(current, event)
        return event


def change_supporter(
    *, project: Project, role: Holder, person: Person, reason: str, by: User, submit_key: uuid.UUID
) -> Event | None:
    """Put another mentor or coach in the place of the one there is, whose time is kept, and invite them.

    The same person who has not answered yet is asked again; there is no event then. The same ``submit_key``
    again changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` when the person has another part in the
    project, or ever examined it.
    """
    if role not in boards.SUPPORTERS:
        raise NotAllowed(role)
    with transaction.atomic():
        current = locked(project, by)
        if done := Event.objects.filter(project=current, submit_key=submit_key).first():
            return done
        if current.standing in Project.LEFT:
            standing.must_go_on(current)
        user = accounts_for([person])[person.address]
        running = Assignment.objects.filter(project=current, until=None)
        before = running.filter(role=role).first()
        same = before is not None and before.user_id == user.pk
        if same and before and before.accepted_at:
            raise GuardsUnmet([_("This person has the part already.")])
        others = running.exclude(role=role)
        if user.pk == current.owner_id or others.filter(user=user).exists():
            raise GuardsUnmet([_("This person has another part in the project.")])
        if Assignment.objects.filter(project=current, role=Holder.EXAMINER, user=user).exists():
            raise GuardsUnmet([_("This person was an examiner of the project: they can't support it.")])
        Invitation.objects.filter(project=current, role=role).delete()
        if not same:
            running.filter(role=role).update(until=timezone.now())
            Assignment.objects.create(project=current, user=user, asked_as=person.address, role=role)
            attendance.follow_people(current)
        invite(project=current, user=user, role=role)
        if same:
            return None
        return record(
            project=current, code=f"{CHANGE}{role}", by=by, submit_key=submit_key, note=reason.strip()
        )


def set_agency(*, project: Project, agency_id: int, by: User, submit_key: uuid.UUID) -> Event | None:
    """Say whose innovation it is; ``None`` when it was that agency's already.

    A record that curators have already keeps the agency it was made with until it is handed in again. The
    same ``submit_key`` again changes nothing. Raises ``NotAllowed``, ``GuardsUnmet`` when somebody of that
    agency examines the project, or somebody whose agency is not known.
    """
    with transaction.atomic():
        current = locked(project, by)
        if done := Event.objects.filter(project=current, submit_key=submit_key).first():
            return done
        if current.agency_id == agency_id:
            return None
        must_suit_agency(current, agency_id)
        before, after = (codes.agency_label(key, "id") for key in (current.agency_id, agency_id))
        Project.objects.filter(pk=current.pk).update(agency_id=agency_id)
        note = f"{before or '–'} → {after}"
        return record(project=current, code=AGENCY, by=by, submit_key=submit_key, note=note)


def note_download(*, project: Project, by: User, submit_key: uuid.UUID) -> Event:
    """Keep that a coordinator downloads the project's dossier. Raises ``NotAllowed``."""
    with transaction.atomic():
        current = locked(project, by)
        if done := Event.objects.filter(project=current, submit_key=submit_key).first():
            return done
        return record(project=current, code=DOSSIER, by=by, submit_key=submit_key, note="")


def note_recap(*, batch: Batch, by: User) -> None:
    """Keep that a coordinator downloads the recapitulation, for each project in it; every time once more.

    Raises ``NotAllowed``.
    """
    must_lead(batch, by)
    with transaction.atomic():
        rows = Project.objects.filter(batch=batch).defer("answers").order_by("pk")
        record_all(rows.select_for_update(), code=RECAP, by=by)
