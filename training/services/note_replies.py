"""Ticking the notes that a project came back with: what was done about each, before it is handed in again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training.errors import GuardsUnmet, Moved, NotAllowed, UnknownField
from training.models import Event, Holder, NoteReply, Project
from training.permissions import roles_in
from training.services.audit import done_before, held, record
from training.services.notes import open_notes
from training.services.standing import must_go_on

REPLIED = "notes-replied"
"""What the event says."""
LONGEST = 500
"""Characters of a reply: it says what was done, the answers say the rest."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note and the reply to it, as written. ``code`` is the question's, empty for the note in general."""

    code: str
    label: str
    note: str
    reply: str = ""


def open_of(project: Project) -> Event | None:
    """The event whose notes the participant still has to answer; one query."""
    return open_notes(list(project.events.all()))


def noted(project: Project, event: Event) -> list[Noted]:
    """The notes of the event, the general one first, each with its reply; one query."""
    replies = dict(NoteReply.objects.filter(event=event).values_list("question", "text"))
    found = [Noted("", _("In general"), event.note, replies.get("", ""))] if event.note else []
    labels = {
        question.code: question.label for step in project.version.all_steps for question in step.all_questions
    }
    # In the order they are asked; a question that is not asked any more comes last.
    codes = sorted(event.field_notes, key=lambda code: [*labels, code].index(code))
    found += [
        Noted(code, labels.get(code, code), event.field_notes[code], replies.get(code, "")) for code in codes
    ]
    return found


def left(project: Project) -> list[Noted]:
    """The notes without a reply; two queries at most."""
    event = open_of(project)
    return [one for one in noted(project, event) if not one.reply] if event else []


def reply(
    *, project: Project, event: Event, given: Mapping[str, str], actor: User, submit_key: uuid.UUID
) -> None:
    """Keep the replies to notes of ``event``, by question; an empty one takes the tick away.

    The same ``submit_key`` again changes nothing. Raises ``NotAllowed`` for anybody but the participant,
    ``Moved`` when other notes are open now or none, ``UnknownField`` for a note that does not exist,
    ``GuardsUnmet`` for an endless reply.
    """
    with transaction.atomic():
        current = held(project)
        if Holder.PARTICIPANT not in roles_in(current, actor):
            raise NotAllowed(str(project.key))
        if done_before(current, code=REPLIED, by=actor, submit_key=submit_key):
            return
        must_go_on(current)
        there = open_of(current)
        if there is None or there.pk != event.pk or current.state.holder != Holder.PARTICIPANT:
            raise Moved(current.state.label)
        if unknown := given.keys() - {one.code for one in noted(current, there)}:
            raise UnknownField(", ".join(sorted(unknown)))
        if any(len(text.strip()) > LONGEST for text in given.values()):
            text = _("A reply may have %(limit)d characters: shorten it and let the answers say the rest.")
            raise GuardsUnmet([text % {"limit": LONGEST}])
        for code, words in given.items():
            _keep(there, code, words.strip())
        record(
            project=current, code=REPLIED, by=actor, role=Holder.PARTICIPANT, submit_key=submit_key, note=""
        )


def _keep(event: Event, code: str, words: str) -> None:
    rows = NoteReply.objects.filter(event=event, question=code)
    if not words:
        rows.delete()
    elif not rows.update(text=words, made_at=timezone.now()):
        NoteReply.objects.create(event=event, question=code, text=words)
