"""Locking results and opening them again, by coordinators."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training import results
from training.errors import GuardsUnmet, TrainingError
from training.models import (
    Appeal,
    Batch,
    Certificate,
    Event,
    Holder,
    Notice,
    ProgrammeVersion,
    Project,
    Result,
)
from training.score_rights import judges
from training.services import notices
from training.services.audit import done_before, locked_to_judge, must_lead, record
from training.services.standing import must_go_on

LOCK, UNLOCK = "lock-scores", "unlock-scores"
AT_ONCE = 100
"""Results that one request locks; each is a transaction of its own."""
READERS = (Holder.PARTICIPANT, Holder.MENTOR, Holder.COACH)
"""Who is told of a result, and may read it."""


@dataclass(frozen=True, slots=True)
class Locked:
    """How many results were locked, and how many could be by asking once more."""

    done: int
    left: int


def meeting_states(version: ProgrammeVersion) -> set[str]:
    """The states in which results are decided on: those that a move leaves which asks for a locked result."""
    return {move.source for move in version.all_moves if "locked" in move.guards.split()}


def lock(*, project: Project, by: User, submit_key: uuid.UUID) -> Result:
    """Keep the marks as they are, and let participant, mentor and coach read them.

    A locked result stays as it is. Raises ``NotAllowed``, ``GuardsUnmet`` for what is missing.
    """
    with transaction.atomic():
        current = locked_to_judge(project, by)
        standing = results.standing(current)
        if standing.result is not None:
            return standing.result
        done_before(current, code=LOCK, by=by, submit_key=submit_key)
        must_go_on(current)
        if current.state_code not in meeting_states(current.version) and not standing.is_reopened:
            raise GuardsUnmet([_("Results are locked at the graduation meeting, not before.")])
        total = standing.total
        if total is None:
            raise GuardsUnmet(standing.missing or [_("This programme asks for no scores.")])
        predicate = standing.predicate
        result = Result.objects.create(
            project=current,
            marks={code: str(mark) for code, mark in standing.marks.items()},
            total=total,
            predicate=predicate.code if predicate else "",
            locked_by=by,
        )
        Certificate.objects.filter(project=current, state=Certificate.State.WAITING).update(
            predicate=predicate.label_id if predicate else ""
        )
        record(project=current, code=LOCK, by=by, submit_key=submit_key, note="")
        _tell(current, Notice.Kind.RESULT, f"result:{result.pk}")
    return result


def lock_batch(*, batch: Batch, by: User, submit_key: uuid.UUID) -> Locked:
    """Lock every complete result of the batch that is not, ``AT_ONCE`` at most. Raises ``NotAllowed``."""
    must_lead(batch, by)
    ready = complete(batch, by)
    done = 0
    for project in ready[:AT_ONCE]:
        try:
            lock(project=project, by=by, submit_key=uuid.uuid5(submit_key, str(project.key)))
            done += 1
        except TrainingError:
            continue  # a score was opened or given since; the page says what it lacks now
    return Locked(done, max(len(ready) - AT_ONCE, 0))


def undecided(batch: Batch, by: User) -> QuerySet[Project]:
    """The projects whose results ``by``, who coordinates the batch, is to lock, complete or not."""
    rows = Result.objects.filter(project=OuterRef("pk"))
    there = Q(state_code__in=meeting_states(batch.version)) | Exists(rows)
    going = Project.objects.filter(judges(by), batch=batch, standing=Project.Standing.ACTIVE)
    return going.filter(there, ~Exists(rows.filter(unlocked_at=None)))


def complete(batch: Batch, by: User) -> list[Project]:
    """The projects whose results ``by`` can lock now; a handful of queries, whatever the batch's size."""
    states = meeting_states(batch.version)
    candidates = list(undecided(batch, by).defer("answers").order_by("pk"))
    found = []
    for standing in results.standings(batch.version, candidates).values():
        standing.project.version = batch.version
        place = standing.project.state_code in states or standing.is_reopened
        if place and standing.result is None and standing.total is not None:
            found.append(standing.project)
    return found


def unlock(*, project: Project, reason: str, by: User, submit_key: uuid.UUID) -> Event | None:
    """Open a locked result again, and tell its readers why; who scored can correct it then.

    ``None`` where none is locked. The same ``submit_key`` again changes nothing. Raises ``NotAllowed``,
    ``GuardsUnmet`` without a reason and while an appeal waits for its answer.
    """
    with transaction.atomic():
        current = locked_to_judge(project, by)
        if done := done_before(current, code=UNLOCK, by=by, submit_key=submit_key):
            return done
        result = Result.objects.filter(project=current, unlocked_at=None).first()
        if result is None:
            return None
        must_go_on(current)
        if not reason.strip():
            raise GuardsUnmet([_("Write why the result is opened again.")])
        if Appeal.objects.filter(result=result, state=Appeal.State.WAITING).exists():
            raise GuardsUnmet([_("An appeal is waiting: answer it. Upholding it opens the result.")])
        words = reason.strip()
        open_again(project=current, result=result, reason=words, by=by)
        return record(project=current, code=UNLOCK, by=by, submit_key=submit_key, note=words)


def open_again(*, project: Project, result: Result, reason: str, by: User) -> None:
    """Part of the caller's transaction, under the project's lock."""
    Result.objects.filter(pk=result.pk).update(
        unlocked_at=timezone.now(), unlocked_by=by, unlock_reason=reason
    )
    _tell(project, Notice.Kind.REOPENED, f"reopened:{result.pk}", also=(Holder.EXAMINER,))


def _tell(project: Project, kind: Notice.Kind, cause: str, also: tuple[Holder, ...] = ()) -> None:
    people = set().union(*(notices.holders(project, role) for role in (*READERS, *also)))
    notices.tell(people=people, project=project, kind=kind, cause=cause)
