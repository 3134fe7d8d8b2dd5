"""Locking results and opening them again, by coordinators."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import number_format
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
from training.results import Standing
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
    """How many results were locked, how many could be by asking once more, and which changed meanwhile."""

    done: int
    left: int
    changed: Sequence[Standing] = ()


def meeting_states(version: ProgrammeVersion) -> set[str]:
    """The states in which results are decided on: those that a move leaves which asks for a locked result."""
    return {move.source for move in version.all_moves if "locked" in move.guards.split()}


def lock(*, project: Project, by: User, submit_key: uuid.UUID, seen: str | None = None) -> Result:
    """Keep the marks as they are, and let participant, mentor and coach read them.

    ``seen`` is the ``Standing.digest`` of what ``by`` decided on; only who decides on no page leaves it out.
    A locked result stays as it is. Raises ``NotAllowed``, ``GuardsUnmet`` for what is missing, and with the
    new total where the marks are not those that were seen.
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
        _must_be_seen(standing, total, seen)
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


def _must_be_seen(standing: Standing, total: Decimal, seen: str | None) -> None:
    if seen is not None and seen != standing.digest:
        text = _(
            "Scores changed since this page was opened: the total is %(total)s now. Look, then lock again."
        )
        raise GuardsUnmet([text % {"total": number_format(total, 2)}])


def lock_batch(
    *, batch: Batch, by: User, submit_key: uuid.UUID, seen: Mapping[uuid.UUID, str] | None = None
) -> Locked:
    """Lock complete results of the batch, ``AT_ONCE`` at most. Raises ``NotAllowed``.

    ``seen`` has, by the project's key, the ``Standing.digest`` of what ``by`` saw: what is not in it, or has
    changed, stays open.
    """
    must_lead(batch, by)
    ready = complete(results.standings(batch.version, candidates(batch, by)).values())
    known = {one.project.key: one.digest for one in ready} if seen is None else seen
    asked = [one for one in ready if one.project.key in known]
    done, changed = 0, [one for one in asked if one.digest != known[one.project.key]]
    for one in asked[:AT_ONCE]:
        project = one.project
        try:
            once = uuid.uuid5(submit_key, str(project.key))
            lock(project=project, by=by, submit_key=once, seen=known[project.key])
            done += 1
        except TrainingError:
            continue  # a score was opened or given since; the page says what it lacks now
    return Locked(done, len(ready) - min(len(asked), AT_ONCE), changed)


def undecided(batch: Batch, by: User) -> QuerySet[Project]:
    """The projects whose results ``by``, who coordinates the batch, is to lock, complete or not."""
    rows = Result.objects.filter(project=OuterRef("pk"))
    there = Q(state_code__in=meeting_states(batch.version)) | Exists(rows)
    going = Project.objects.filter(judges(by), batch=batch, standing=Project.Standing.ACTIVE)
    return going.filter(there, ~Exists(rows.filter(unlocked_at=None)))


def candidates(batch: Batch, by: User) -> list[Project]:
    """``undecided`` in the order in which they are locked; one query."""
    found = list(undecided(batch, by).select_related("owner").defer("answers").order_by("pk"))
    for project in found:
        project.version, project.batch = batch.version, batch
    return found


def complete(standings: Iterable[Standing]) -> list[Standing]:
    """Those of the ``candidates`` that can be locked now."""
    return [one for one in standings if can_be_locked(one)]


def can_be_locked(standing: Standing) -> bool:
    """Whether a result is whole, not locked, and decided on where its project is."""
    project = standing.project
    decided = standing.is_reopened or project.state_code in meeting_states(project.version)
    return decided and project.is_active and standing.result is None and standing.total is not None


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
