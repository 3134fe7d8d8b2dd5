"""What somebody does to one project without moving it: under its lock, and kept as an event."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Batch, BatchEvent, BatchExaminer, Event, Holder, Project
from training.permissions import led_batches
from training.score_rights import judges

MOST_A_DAY = 5
"""Times within 24 hours that one person may ask the coordinators for the same thing in a project."""


def must_lead(batch: Batch, by: User) -> None:
    """Raises ``NotAllowed`` unless ``by`` coordinates the batch."""
    if not led_batches(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(batch.key))


def held(project: Project) -> Project:
    """The project as it is now, nobody else's until the transaction ends."""
    return Project.objects.select_for_update().select_related(None).get(pk=project.pk)


def done_before(project: Project, *, code: str, by: User, submit_key: uuid.UUID) -> Event | None:
    """The event of the same request, made before. Raises ``NotAllowed`` for a key used for something else."""
    done = Event.objects.filter(project=project, submit_key=submit_key).first()
    if done is not None and (done.code != code or done.actor_id != by.pk):
        raise NotAllowed(code)
    return done


def must_not_flood(project: Project, *, code: str, by: User) -> None:
    """Raises ``GuardsUnmet`` for what somebody did ``MOST_A_DAY`` times already: others are told."""
    since = timezone.now() - timedelta(days=1)
    if Event.objects.filter(project=project, code=code, actor=by, at__gt=since).count() >= MOST_A_DAY:
        text = _("You did this %(number)d times within a day. Wait until tomorrow.")
        raise GuardsUnmet([text % {"number": MOST_A_DAY}])


def was_made(project: Project, key: uuid.UUID) -> bool:
    """Whether the request was done to the project before; ``key`` as ``request_key`` gives it."""
    return Event.objects.filter(project=project, submit_key=key).exists()


def locked(project: Project, by: User) -> Project:
    """The project as it is now, nobody else's until the transaction ends.

    Raises ``NotAllowed``, also for a coordinator's own project: nobody decides about themselves.
    """
    current = held(project)
    if current.batch is None or current.owner_id == by.pk:
        raise NotAllowed(str(project.key))
    must_lead(current.batch, by)
    return current


def locked_to_judge(project: Project, by: User) -> Project:
    """As ``locked``, for what decides about marks.

    Raises ``GuardsUnmet`` also for a coordinator who is or was mentor, coach or examiner of the project:
    ``score_rights.judges``, which also says what pages offer.
    """
    current = locked(project, by)
    if not Project.objects.filter(judges(by), pk=current.pk).exists():
        text = _("You have or had another part in this project: another coordinator decides this.")
        raise GuardsUnmet([text])
    return current


def record(
    *,
    project: Project,
    code: str,
    by: User | None,
    submit_key: uuid.UUID,
    note: str,
    role: Holder = Holder.COORDINATOR,
    assignment: Assignment | None = None,
) -> Event:
    """Keep what was done that moved nothing, by a coordinator unless ``role`` says otherwise.

    ``by`` is ``None`` where the catalogue does not say who; ``assignment`` is the part it is about. Only
    under the project's lock.
    """
    last = Event.objects.filter(project=project).aggregate(last=Max("number"))["last"]
    return Event.objects.create(
        project=project,
        number=(last or 0) + 1,
        code=code,
        actor=by,
        role=role,
        source=project.state_code,
        target=project.state_code,
        note=note,
        revision=project.revisions.last(),
        assignment=assignment,
        submit_key=submit_key,
    )


def request_key(submit_key: uuid.UUID, code: str, by: User) -> uuid.UUID:
    """What an event is kept under that one form made: nobody else's, and no other kind's, has the same."""
    return uuid.uuid5(submit_key, f"{code} {by.pk}")


def record_all(
    projects: Iterable[Project],
    *,
    code: str,
    by: User,
    role: Holder = Holder.COORDINATOR,
    assignments: Mapping[int, Assignment] | None = None,
) -> None:
    """The same event for many projects that the caller has locked or made; two queries.

    ``assignments`` are the parts it is about, by the project's key.
    """
    rows, parts = list(projects), assignments or {}
    last = dict(
        Project.objects.filter(pk__in=[project.pk for project in rows])
        .annotate(last=Max("events__number"))
        .values_list("pk", "last")
    )
    Event.objects.bulk_create(
        Event(
            project=project,
            number=(last[project.pk] or 0) + 1,
            code=code,
            actor=by,
            role=role,
            source=project.state_code,
            target=project.state_code,
            assignment=parts.get(project.pk),
        )
        for project in rows
    )


def held_batch(batch: Batch, by: User) -> Batch:
    """The batch as it is now, nobody else's until the transaction ends. Raises ``NotAllowed``."""
    must_lead(batch, by)
    return Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)


def done_in_batch(batch: Batch, key: uuid.UUID) -> BatchEvent | None:
    """The event of the same request, made before; ``key`` as ``request_key`` gives it."""
    return BatchEvent.objects.select_related("examiner__user").filter(batch=batch, submit_key=key).first()


def record_in_batch(
    *,
    batch: Batch,
    code: str,
    by: User,
    key: uuid.UUID,
    note: str = "",
    examiner: BatchExaminer | None = None,
) -> BatchEvent:
    """Keep what was done to a batch and to none of its projects. Only under the batch's lock."""
    return BatchEvent.objects.create(
        batch=batch, code=code, actor=by, submit_key=key, note=note, examiner=examiner
    )
