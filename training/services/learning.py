"""Open learning: joining a programme by oneself, and going through its sessions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from training.errors import NotAllowed
from training.models import Holder, ProgrammeVersion, Project, Session, SessionDone
from training.permissions import roles_in
from training.services.audit import done_before, held, record
from training.services.enrolment import start_alone
from training.services.standing import must_go_on
from training.services.writing import TITLE_LENGTH

DONE, UNDONE = "session-done", "session-undone"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A session as one learner has it. It waits for a day, or for the session before it, or is open."""

    session: Session
    number: int
    done_at: datetime | None
    opens_on: date | None = None
    waits_for: Session | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is not None or (self.opens_on is None and self.waits_for is None)


def programmes() -> QuerySet[ProgrammeVersion]:
    """The programmes that anybody may read about and every civil servant may join."""
    return ProgrammeVersion.objects.filter(is_open_learning=True, needs_batch=False, in_use=True)


def join(*, version: ProgrammeVersion, owner: User, agency_id: int, key: uuid.UUID) -> Project:
    """Learn by ``version``; whoever does already goes on where they are.

    Raises ``NotAllowed`` for a programme that is not open, ``GuardsUnmet`` for who is no civil servant.
    """
    if not version.is_open_learning:
        raise NotAllowed(version.code)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if there := project_of(version, owner):
            return there
        project = start_alone(version=version, owner=owner, agency_id=agency_id, key=key)
        # Until they write about an innovation of their own, it is called like what they learn.
        project.title = version.label_id[:TITLE_LENGTH]
        project.save(update_fields=["title"])
    return project


def project_of(version: ProgrammeVersion, user: User) -> Project | None:
    """Where ``user`` learns by ``version``."""
    return Project.objects.filter(version=version, owner=user).first()


def lessons(project: Project, sessions: Sequence[Session] | None = None) -> list[Lesson]:
    """The sessions of a learner in order; two queries at most."""
    if sessions is None:
        sessions = list(Session.objects.filter(version=project.version_id))
    done = dict(SessionDone.objects.filter(project=project).values_list("session", "at"))
    today, found = timezone.localdate(), []
    before: Session | None = None
    for number, session in enumerate(sessions, start=1):
        later = session.opens_on if session.opens_on and session.opens_on > today else None
        waits = before if session.after_previous and before and before.pk not in done else None
        found.append(Lesson(session, number, done.get(session.pk), later, waits))
        before = session
    return found


def left(project: Project) -> list[Session]:
    """The sessions that are not marked as done."""
    return [lesson.session for lesson in lessons(project) if lesson.done_at is None]


def mark(*, project: Project, session: Session, by: User, done: bool, submit_key: uuid.UUID) -> None:
    """Mark a session as done, or not; the same again changes nothing.

    Raises ``NotAllowed`` for anybody but the learner, and for a session that is not open yet.
    """
    with transaction.atomic():
        current = held(project)
        mine = next((one for one in lessons(current) if one.session.pk == session.pk), None)
        if mine is None or not mine.is_open or Holder.PARTICIPANT not in roles_in(current, by):
            raise NotAllowed(session.code)
        code = DONE if done else UNDONE
        before = done_before(current, code=code, by=by, submit_key=submit_key)
        if before or (mine.done_at is not None) == done:
            return
        must_go_on(current)
        if done:
            SessionDone.objects.create(project=current, session=session)
        else:
            SessionDone.objects.filter(project=current, session=session).delete()
        record(
            project=current,
            code=code,
            by=by,
            submit_key=submit_key,
            note="",
            role=Holder.PARTICIPANT,
        )
