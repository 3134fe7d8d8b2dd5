"""How the people of the demonstration came into their projects: enrolled, asked, and their yes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from training.models import Assignment, BatchEvent, BatchExaminer, Event, Holder, Project
from training.services import enrolment, examiners, invitations

_BEFORE = timedelta(hours=1)
"""How long before everybody's yes a participant was enrolled; examiners were assigned in between."""


def events(project: Project, parts: Iterable[Assignment], by: User, began: datetime) -> list[Event]:
    """What stands in the history before its first move: by ``by``, and each yes at ``began``."""
    given = list(parts)
    judges = [part for part in given if part.role == Holder.EXAMINER]
    said_yes = [part for part in given if part.accepted_at is not None]
    return [
        _event(project, enrolment.ENROLLED, by, Holder.COORDINATOR, began - _BEFORE),
        *(
            _event(project, examiners.ASSIGN, by, Holder.COORDINATOR, began - _BEFORE / 2, part)
            for part in judges
        ),
        _event(project, invitations.ACCEPTED, project.owner, Holder.PARTICIPANT, began),
        *(
            _event(project, invitations.ACCEPTED, part.user, Holder(part.role), began, part)
            for part in said_yes
        ),
    ]


def _event(
    project: Project, code: str, actor: User, role: Holder, at: datetime, part: Assignment | None = None
) -> Event:
    return Event(project=project, code=code, actor=actor, role=role, at=at, assignment=part)


def choose(examiner: BatchExaminer, by: User, at: datetime) -> None:
    """Keep that a coordinator chose somebody to examine."""
    event = BatchEvent(batch=examiner.batch, code=examiners.CHOOSE, actor=by, examiner=examiner, at=at)
    event.note = examiners.noted_agency(None, examiner)
    event.save()
