"""Writing in a discussion: topics, messages, answers, and who is told."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training import forums
from training.errors import GuardsUnmet, NotAllowed
from training.forums import Forum
from training.models import Batch, Holder, Mention, Notice, Post, Project, Thread
from training.models.discussions import TITLE_LENGTH
from training.services import notices

LONGEST = 5_000
"""Characters of a message."""
EDITABLE = timedelta(minutes=15)
MOST_AN_HOUR = 30
"""Messages of one person, in all places."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote. ``mentioned`` are keys of people they chose from the list."""

    text: str
    mentioned: frozenset[int] = frozenset()
    submit_key: uuid.UUID | None = None


def begin(
    *, forum: Forum, author: User, title: str, draft: Draft, step: str = "", question: str = ""
) -> Post:
    """Open a topic with its first message. The same ``submit_key`` again gives the same message.

    Raises ``NotAllowed`` for who may only read, ``GuardsUnmet`` for a text that can't be kept.
    """
    _must_post(forum)
    title = " ".join(title.split())
    with transaction.atomic():
        if done := _done(author, draft):
            return done
        _must_be_fit(author, draft.text, title)
        now = timezone.now()
        thread = Thread.objects.create(
            title=title,
            started_by=author,
            created_at=now,
            last_post_at=now,
            step=step,
            question=question,
            **{forum.field: forum.place},
        )
        return _write(forum, thread, None, author, draft)


def post(*, forum: Forum, thread: Thread, author: User, draft: Draft, parent: Post | None = None) -> Post:
    """Write in a topic, or answer ``parent``; an answer to an answer stands beside it.

    Raises ``NotAllowed`` for who may only read and in a locked topic, ``GuardsUnmet``.
    """
    _must_post(forum)
    with transaction.atomic():
        current = Thread.objects.select_for_update().get(pk=thread.pk)
        if done := _done(author, draft):
            return done
        if current.locked_at or (parent and parent.thread_id != current.pk):
            raise NotAllowed(str(thread.key))
        _must_be_fit(author, draft.text)
        made = _write(forum, current, parent, author, draft)
        Thread.objects.filter(pk=current.pk).update(last_post_at=made.created_at)
    return made


def edit(*, forum: Forum, message: Post, author: User, draft: Draft) -> Post:
    """Change one's own message within ``EDITABLE``. Raises ``NotAllowed``, ``GuardsUnmet``."""
    with transaction.atomic():
        thread = Thread.objects.select_for_update().get(pk=message.thread_id)
        current = Post.objects.select_for_update().get(pk=message.pk)
        if not forum.may_post or thread.locked_at or not may_edit(current, author):
            raise NotAllowed(str(message.key))
        _must_be_fit(None, draft.text)
        if current.text != draft.text.strip() or draft.mentioned:
            current.text, current.edited_at = draft.text.strip(), timezone.now()
            current.save(update_fields=["text", "edited_at"])
            _tell(forum, thread, current, _name(forum, current, draft))
    return current


def may_edit(message: Post, user: User) -> bool:
    """Whether the message is still ``user``'s to change."""
    own = message.author_id == user.pk and message.hidden_at is None and message.erased_at is None
    return own and message.created_at > timezone.now() - EDITABLE


def _must_post(forum: Forum) -> None:
    if not forum.may_post:
        raise NotAllowed(forum.field)


def _done(author: User, draft: Draft) -> Post | None:
    if draft.submit_key is None:
        return None
    # The author's row is the lock: two equal requests of theirs follow each other.
    User.objects.select_for_update(no_key=True).get(pk=author.pk)
    return Post.objects.filter(author=author, submit_key=draft.submit_key).first()


def _must_be_fit(author: User | None, text: str, title: str | None = None) -> None:
    reasons = []
    if title is not None and not title:
        reasons.append(_("Write a title, so that others know what it is about."))
    if title and len(title) > TITLE_LENGTH:
        reasons.append(_("The title is too long: at most %(limit)d characters.") % {"limit": TITLE_LENGTH})
    if not text.strip():
        reasons.append(_("Write a message."))
    if len(text) > LONGEST:
        reasons.append(_("The message is too long: at most %(limit)d characters.") % {"limit": LONGEST})
    recent = Post.objects.filter(author=author, created_at__gt=timezone.now() - timedelta(hours=1))
    if not reasons and author is not None and recent.count() >= MOST_AN_HOUR:
        reasons.append(
            _("You have written very many messages in the last hour. Send this one a little later.")
        )
    if reasons:
        raise GuardsUnmet(reasons)


def _write(forum: Forum, thread: Thread, parent: Post | None, author: User, draft: Draft) -> Post:
    made = Post.objects.create(
        thread=thread,
        parent=(parent.parent or parent) if parent else None,
        author=author,
        text=draft.text.strip(),
        submit_key=draft.submit_key or uuid.uuid4(),
    )
    _tell(forum, thread, made, _name(forum, made, draft), answered=parent)
    return made


def _name(forum: Forum, message: Post, draft: Draft) -> set[int]:
    """Keep who is named, by the list or by ``@`` and the whole name; the keys of those not named before."""
    found: set[int] = set()
    if draft.mentioned or "@" in message.text:
        there = forums.people(forum.place, message.thread)
        chosen = Q(pk__in=draft.mentioned)
        if "@" in message.text:
            chosen |= ~Q(first_name="")
        for person in there.filter(chosen).exclude(pk=message.author_id):
            if person.pk in draft.mentioned or named(person.get_full_name()).search(message.text):
                found.add(person.pk)
    before = set(message.mentions.values_list("user_id", flat=True))
    Mention.objects.bulk_create(
        [Mention(post=message, user_id=key) for key in sorted(found - before)], ignore_conflicts=True
    )
    return found - before


def named(name: str) -> re.Pattern[str]:
    """Finds ``@`` and this name, whole, whatever its case."""
    return re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE)


def _tell(
    forum: Forum, thread: Thread, message: Post, named_now: set[int], *, answered: Post | None = None
) -> None:
    """One notice a person: those who are named, those who are answered, and who opened the topic."""
    replied: set[int] = set()
    if answered is not None:
        replied = {answered.author_id, (answered.parent or answered).author_id}
    if message.edited_at is None:
        replied.add(thread.started_by_id)
    replied -= {message.author_id, *named_now}
    still = set(forums.people(forum.place, thread).filter(pk__in=replied).values_list("pk", flat=True))
    cause = f"post:{message.key}"
    tell(place=forum.place, people=named_now, kind=Notice.Kind.MENTIONED, cause=cause)
    tell(place=forum.place, people=still, kind=Notice.Kind.REPLIED, cause=cause)


def tell(*, place: forums.Place, people: Iterable[int], kind: Notice.Kind, cause: str) -> None:
    """Make the notices. Each belongs to a project: in a batch or a session the reader's own, or one there."""
    wanted = set(people)
    if isinstance(place, Project):
        notices.tell(people=wanted, project=place, kind=kind, cause=cause)
        return
    if not wanted:
        return
    near = (
        Project.objects.filter(batch=place)
        if isinstance(place, Batch)
        else Project.objects.filter(version=place.version_id)
    )
    own = {project.owner_id: project for project in near.filter(owner__in=wanted).select_related("batch")}
    coached = near.filter(assignments__user__in=wanted, assignments__role=Holder.COACH)
    for project in coached.select_related("batch").annotate(coach=F("assignments__user")):
        own.setdefault(project.coach, project)
    first = near.select_related("batch").order_by("pk").first()
    for person in sorted(wanted):
        reached = own.get(person, first)
        if reached is not None:
            notices.tell(people=[person], project=reached, kind=kind, cause=cause)
