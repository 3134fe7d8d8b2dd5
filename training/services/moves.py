"""The one way a project changes its state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.answers import LONGEST
from training.errors import GuardsUnmet, Moved, NotAllowed, UnknownField
from training.guards import unmet
from training.models import Event, Holder, Move, Project, Revision
from training.permissions import roles_in
from training.services import certificates, documents, notices, queue, standing
from training.services.audit import held
from training.services.due import CONSENT, close, due_date


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that somebody may make now; ``reasons`` say what is still missing, nothing when it is free."""

    move: Move
    reasons: tuple[str, ...]


def offers(*, project: Project, roles: frozenset[Holder]) -> list[Offer]:
    """The moves that people with ``roles`` may make from where the project is; none while it stands still."""
    if not project.is_active:
        return []
    known: dict[str, list[str]] = {}
    return [
        Offer(move, tuple(wanting(project, move, known)))
        for move in project.version.all_moves
        if move.source == project.state_code and move.actor in roles
    ]


def wanting(project: Project, chosen: Move, known: dict[str, list[str]] | None = None) -> list[str]:
    """Why ``chosen`` has to wait: its guards, and for one to the curators what keeps a record from them.

    ``known`` is as for ``unmet``.
    """
    target = project.version.state(chosen.target)
    to_curators = target is not None and target.holder == Holder.CURATOR
    return [*unmet(project, chosen.guards, known), *(queue.obstacles(project) if to_curators else [])]


def move(
    *,
    project: Project,
    code: str,
    actor: User,
    submit_key: uuid.UUID,
    note: str = "",
    field_notes: Mapping[str, str] | None = None,
) -> Event:
    """Make the move ``code``: state, audit row, revision and notices in one transaction.

    Where curators have the project next, its record is put into their queue in the same transaction. The same
    ``submit_key`` again gives the same event and changes nothing. Raises ``NotAllowed`` when the actor has no
    such move, ``Moved`` when somebody else was first, ``GuardsUnmet`` when something is missing or a return
    says nothing, ``UnknownField`` for a note to something that is not asked.
    """
    return _make(project, _Wish(code, actor, submit_key, note.strip(), dict(field_notes or {})))


def follow(
    *, project: Project, code: str, curator: User | None, submit_key: uuid.UUID, note: str = ""
) -> Event:
    """Make the move that follows by itself from what a curator did to the project's record in the catalogue.

    ``curator`` is ``None`` where the catalogue does not say who. Raises as ``move`` does, ``StandsStill`` for
    a project that does not go on; a return may be without words.
    """
    return _make(project, _Wish(code, curator, submit_key, note.strip()[:LONGEST], for_curators=True))


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for, and by whom."""

    code: str
    actor: User | None
    submit_key: uuid.UUID
    note: str
    field_notes: dict[str, str] = field(default_factory=dict)
    for_curators: bool = False


def _make(project: Project, wish: _Wish) -> Event:
    with transaction.atomic():
        # On SQLite the transaction itself holds the one write lock.
        current = held(project)
        if done := _done(current, wish):
            return done
        chosen = _chosen(current, wish)
        standing.must_go_on(current)
        if reasons := [*unmet(current, chosen.guards), *_without_words(current, chosen, wish)]:
            raise GuardsUnmet(reasons)
        event = _record(current, chosen, wish)
        if current.state.holder == Holder.CURATOR:
            queue.put(current, by=wish.actor)
        elif current.state.is_end and current.answers.get(CONSENT) == "no":
            queue.take_back(current)
        # What ends is nobody's to mend, though its notes are asked for as with a return.
        returned = chosen.is_return and not current.state.is_end
        notices.tell_of_move(project=current, event=event, returned=returned)
    return event


def _done(project: Project, wish: _Wish) -> Event | None:
    """The event of the same request, made before. Raises for a key that was used for something else."""
    done = Event.objects.filter(project=project, submit_key=wish.submit_key).first()
    if done is None:
        return None
    if done.actor_id != (wish.actor.pk if wish.actor else None):
        raise NotAllowed(wish.code)
    if done.code != wish.code:  # two buttons of one form
        raise Moved(project.state.label)
    return done


def _chosen(project: Project, wish: _Wish) -> Move:
    if wish.for_curators or wish.actor is None:
        roles = frozenset({Holder.CURATOR})
    else:
        roles = roles_in(project, wish.actor)
    named = [move for move in project.version.all_moves if move.code == wish.code and move.actor in roles]
    if not named:
        raise NotAllowed(wish.code)
    here = [move for move in named if move.source == project.state_code]
    if not here:
        raise Moved(project.state.label)
    return here[0]


def _without_words(project: Project, chosen: Move, wish: _Wish) -> list[str]:
    """What is wrong with the notes: some moves need one, and none may be endless or beside the point."""
    asked = {question.code for step in project.version.all_steps for question in step.all_questions}
    if unknown := wish.field_notes.keys() - asked:
        raise UnknownField(", ".join(sorted(unknown)))
    notes = [wish.note, *wish.field_notes.values()]
    if any(len(text) > LONGEST for text in notes):
        return [_("The note is too long: at most %(limit)d characters can be kept.") % {"limit": LONGEST}]
    if chosen.asks_for_words and not wish.for_curators and not any(text.strip() for text in notes):
        if chosen.is_return:
            return [_("Write what is to be mended, so that the participant can do it.")]
        return [_("Write the reason: it is minuted.")]
    return []


def _record(project: Project, chosen: Move, wish: _Wish) -> Event:
    source, now = project.state_code, timezone.now()
    event = Event.objects.create(
        project=project,
        number=_next(project, Event),
        code=chosen.code,
        actor=wish.actor,
        role=chosen.actor,
        source=source,
        target=chosen.target,
        note=wish.note,
        field_notes=wish.field_notes,
        revision=_revision(project, chosen, wish.actor),
        submit_key=wish.submit_key,
        at=now,
    )
    project.state_code, project.entered_at = chosen.target, now
    project.__dict__.pop("state", None)
    project.due_on = due_date(project, project.state, timezone.localdate(now))
    project.save(update_fields=["state_code", "entered_at", "due_on"])
    documents.reserve(project=project, event=event, move=chosen)
    if project.state.gives_certificate:
        certificates.reserve(project)
    close(project)
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
