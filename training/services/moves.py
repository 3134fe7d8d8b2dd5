"""The one way a project changes its state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.guards import unmet
from training.models import Event, Holder, Move, Project, Revision
from training.permissions import roles_in
from training.services import certificates, notices
from training.services.due import due_date


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that somebody may make now; ``reasons`` say what is still missing, nothing when it is free."""

    move: Move
    reasons: tuple[str, ...]


def offers(*, project: Project, roles: frozenset[Holder]) -> list[Offer]:
    """The moves that people with ``roles`` may make from where the project is."""
    return [
        Offer(move, tuple(unmet(project, move.guards)))
        for move in project.version.all_moves
        if move.source == project.state_code and move.actor in roles
    ]


def move(
    *,
    project: Project,
    code: str,
    actor: User | None,
    submit_key: uuid.UUID,
    note: str = "",
    field_notes: Mapping[str, str] | None = None,
) -> Event:
    """Make the move ``code``: state, audit row, revision and notices in one transaction.

    ``actor`` is ``None`` for what follows by itself from a curator's publishing. The same ``submit_key``
    again gives the same event and changes nothing. Raises ``NotAllowed`` when the actor has no such move,
    ``Moved`` when somebody else was first, ``GuardsUnmet`` when something is missing.
    """
    with transaction.atomic():
        # On SQLite the transaction itself holds the one write lock.
        current = Project.objects.select_for_update().select_related(None).get(pk=project.pk)
        done = Event.objects.filter(project=current, submit_key=submit_key).first()
        if done is not None:
            if done.actor_id != (actor.pk if actor else None):
                raise NotAllowed(code)
            return done
        chosen = _chosen(current, code, actor)
        if reasons := unmet(current, chosen.guards):
            raise GuardsUnmet(reasons)
        event = _record(current, chosen, actor, submit_key, note.strip(), dict(field_notes or {}))
        notices.tell_of_move(project=current, event=event, returned=chosen.is_return)
    return event


def _chosen(project: Project, code: str, actor: User | None) -> Move:
    roles = roles_in(project, actor) if actor else frozenset({Holder.CURATOR})
    named = [move for move in project.version.all_moves if move.code == code and move.actor in roles]
    if not named:
        raise NotAllowed(code)
    here = [move for move in named if move.source == project.state_code]
    if not here:
        raise Moved(project.state.label)
    return here[0]


def _record(
    project: Project,
    chosen: Move,
    actor: User | None,
    submit_key: uuid.UUID,
    note: str,
    field_notes: dict[str, str],
) -> Event:
    source, now = project.state_code, timezone.now()
    event = Event.objects.create(
        project=project,
        number=_next(project, Event),
        code=chosen.code,
        actor=actor,
        role=chosen.actor,
        source=source,
        target=chosen.target,
        note=note,
        field_notes=field_notes,
        revision=_revision(project, chosen, actor),
        submit_key=submit_key,
        at=now,
    )
    project.state_code, project.entered_at = chosen.target, now
    project.__dict__.pop("state", None)
    project.due_on = due_date(project, project.state, timezone.localdate(now))
    project.save(update_fields=["state_code", "entered_at", "due_on"])
    if project.state.gives_certificate:
        certificates.reserve(project)
    return event


def _revision(project: Project, chosen: Move, actor: User | None) -> Revision | None:
    """What a participant hands in is kept as it was; what others decide is tied to the last of these."""
    if chosen.actor != Holder.PARTICIPANT or actor is None:
        return project.revisions.last()
    return Revision.objects.create(
        project=project,
        number=_next(project, Revision),
        title=project.title,
        answers=project.answers,
        state_code=chosen.target,
        made_by=actor,
    )


def _next(project: Project, model: type[Event] | type[Revision]) -> int:
    found = model._default_manager.filter(project=project).aggregate(last=Max("number"))["last"]
    return int(found or 0) + 1
