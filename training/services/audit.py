"""What a coordinator does to one project without moving it: under its lock, and kept as an event."""

from __future__ import annotations

import uuid

from django.db.models import Max

from accounts.models import User
from training.errors import NotAllowed
from training.models import Batch, Event, Holder, Project
from training.permissions import led_batches


def must_lead(batch: Batch, by: User) -> None:
    """Raises ``NotAllowed`` unless ``by`` coordinates the batch."""
    if not led_batches(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(batch.key))


def locked(project: Project, by: User) -> Project:
    """The project as it is now, nobody else's until the transaction ends. Raises ``NotAllowed``."""
    current = Project.objects.select_for_update().get(pk=project.pk)
    if current.batch is None:
        raise NotAllowed(str(project.key))
    must_lead(current.batch, by)
    return current


def record(
    *,
    project: Project,
    code: str,
    by: User,
    submit_key: uuid.UUID,
    note: str,
    role: Holder = Holder.COORDINATOR,
) -> Event:
    """Keep what somebody did in ``role`` that moved nothing. Only under the project's lock."""
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
        submit_key=submit_key,
    )
