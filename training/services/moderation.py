"""Keeping a discussion decent: reports, hiding with a reason, locking. Every act leaves a row."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training import forums
from training.errors import GuardsUnmet, NotAllowed
from training.forums import Forum
from training.models import Moderation, Notice, Post, PostReport, Thread
from training.services.discussions import tell

LONGEST_REASON = 300
Action = Moderation.Action


def hide(*, forum: Forum, message: Post, by: User, reason: str) -> None:
    """Take a message out of sight and tell its author why; one that is hidden stays as it is.

    Raises ``NotAllowed`` for who does not moderate there, ``GuardsUnmet`` without a reason.
    """
    reason = _reason(reason, _("Write why, so that the author understands it."))
    with transaction.atomic():
        current = _locked(forum, message)
        if current.hidden_at:
            return
        now = timezone.now()
        Post.objects.filter(pk=current.pk).update(hidden_at=now, hidden_reason=reason)
        PostReport.objects.filter(post=current, settled_at=None).update(settled_at=now)
        kept = _keep(current.thread, Action.HIDE, by, post=current, reason=reason)
        if current.author_id != by.pk:
            cause = f"hidden:{current.key}:{kept.pk}"
            tell(place=forum.place, people=[current.author_id], kind=Notice.Kind.HIDDEN, cause=cause)


def show(*, forum: Forum, message: Post, by: User) -> None:
    """Show a hidden message again. Raises ``NotAllowed``, ``GuardsUnmet`` for one's own."""
    with transaction.atomic():
        current = _locked(forum, message)
        _must_be_anothers(forum, current, by)
        if current.hidden_at:
            Post.objects.filter(pk=current.pk).update(hidden_at=None, hidden_reason="")
            _keep(current.thread, Action.SHOW, by, post=current)


def settle(*, forum: Forum, message: Post, by: User) -> None:
    """Leave a reported message as it is. Raises ``NotAllowed``, ``GuardsUnmet`` for one's own."""
    with transaction.atomic():
        current = _locked(forum, message)
        _must_be_anothers(forum, current, by)
        if PostReport.objects.filter(post=current, settled_at=None).update(settled_at=timezone.now()):
            _keep(current.thread, Action.SETTLE, by, post=current)


def set_lock(*, forum: Forum, thread: Thread, by: User, locked: bool) -> None:
    """Let nobody write in a topic any more, or let them again. Raises ``NotAllowed``."""
    if not forum.moderates:
        raise NotAllowed(str(thread.key))
    with transaction.atomic():
        current = Thread.objects.select_for_update().get(pk=thread.pk)
        if bool(current.locked_at) == locked:
            return
        Thread.objects.filter(pk=current.pk).update(locked_at=timezone.now() if locked else None)
        _keep(current, Action.LOCK if locked else Action.UNLOCK, by)


def report(*, forum: Forum, message: Post, by: User, reason: str) -> None:
    """Ask the moderators to look at a message; once a person. Raises ``NotAllowed``, ``GuardsUnmet``."""
    if not forum.may_post or message.author_id == by.pk or message.hidden_at or message.erased_at:
        raise NotAllowed(str(message.key))
    reason = _reason(reason, _("Write what is wrong with it, so that somebody can judge it."))
    with transaction.atomic():
        made, new = PostReport.objects.get_or_create(post=message, by=by, defaults={"reason": reason})
        if new:
            judges = forums.moderators(forum.place)
            if forums.is_judged_by_others(forum.place, message.author_id):
                judges = judges.exclude(pk=message.author_id)
            told = set(judges.values_list("pk", flat=True)) - {by.pk}
            cause = f"reported:{message.key}:{made.pk}"
            tell(place=forum.place, people=told, kind=Notice.Kind.REPORTED, cause=cause)


def _reason(text: str, without: str) -> str:
    text = text.strip()
    if not text:
        raise GuardsUnmet([without])
    if len(text) > LONGEST_REASON:
        raise GuardsUnmet(
            [_("The reason is too long: at most %(limit)d characters.") % {"limit": LONGEST_REASON}]
        )
    return text


def _locked(forum: Forum, message: Post) -> Post:
    if not forum.moderates:
        raise NotAllowed(str(message.key))
    return Post.objects.select_for_update(of=("self",)).select_related("thread").get(pk=message.pk)


def _must_be_anothers(forum: Forum, message: Post, by: User) -> None:
    """Raises ``GuardsUnmet`` for one's own message where somebody else can decide about it."""
    if message.author_id == by.pk and forums.is_judged_by_others(forum.place, by.pk):
        raise GuardsUnmet([_("The message is your own: another moderator decides about it.")])


def _keep(thread: Thread, action: str, by: User, *, post: Post | None = None, reason: str = "") -> Moderation:
    return Moderation.objects.create(thread=thread, post=post, action=action, by=by, reason=reason)
