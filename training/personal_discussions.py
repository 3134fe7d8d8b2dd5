"""What discussions, teams, peer reviews and open learning hold about a person.

Law 27 of 2022 gives everybody the right to have their data ended (article 8) and a copy of it (articles 6
and 7). Messages of a discussion are their author's words: they go, and so do titles and reasons. The row
stays without text as a message of a former participant, so that the answers of others, which are theirs,
still stand where they belong. Where others named the person by ``@``, the name goes from their text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from training.models import (
    Mention,
    Moderation,
    PeerReview,
    Post,
    PostReport,
    SessionDone,
    TeamMember,
    Thread,
)
from training.services.discussions import named

GONE = "@…"
"""What stands in the text of others for somebody who was erased."""


def export_discussions(user: User) -> dict[str, Any]:
    """Messages, topics, mentions, reports and what moderators did; teams, peer reviews, sessions done."""
    return {
        "messages": [
            {
                "topic": row.thread.title,
                "at": row.created_at.isoformat(),
                "text": row.text,
                "hidden": row.hidden_reason,
            }
            for row in Post.objects.filter(author=user).select_related("thread")
        ],
        "topics": [
            {"title": row.title, "at": row.created_at.isoformat()}
            for row in Thread.objects.filter(started_by=user)
        ],
        "mentions": [
            {"at": row.post.created_at.isoformat()}
            for row in Mention.objects.filter(user=user).select_related("post")
        ],
        "reports": [
            {"at": row.at.isoformat(), "reason": row.reason} for row in PostReport.objects.filter(by=user)
        ],
        "moderations": [
            {"at": row.at.isoformat(), "action": row.action, "reason": row.reason}
            for row in Moderation.objects.filter(by=user)
        ],
        **_export_work(user),
    }


def _export_work(user: User) -> dict[str, Any]:
    return {
        "teams": [
            {
                "right": row.right,
                "sent_to": row.sent_to,
                "invited_at": row.invited_at.isoformat(),
                "accepted_at": _moment(row.accepted_at),
                "ended_at": _moment(row.ended_at),
            }
            for row in TeamMember.objects.filter(user=user)
        ],
        "peer_reviews": [_review(row) for row in PeerReview.objects.filter(reviewer=user)],
        "peer_reviews_received": [
            _review(row) for row in PeerReview.objects.filter(project__owner=user).exclude(given_at=None)
        ],
        "sessions_done": [
            {"session": row.session.code, "at": row.at.isoformat()}
            for row in SessionDone.objects.filter(project__owner=user).select_related("session")
        ],
    }


def erase_discussions(user: User) -> None:
    """Take the words away and end every part; runs in the caller's transaction, before the name goes."""
    now = timezone.now()
    _forget_mentions(user)
    Post.objects.filter(author=user).update(text="", hidden_reason="", erased_at=now)
    Thread.objects.filter(started_by=user).update(title="")
    PostReport.objects.filter(by=user).update(reason="", settled_at=now)
    hid = Moderation.objects.filter(by=user, action=Moderation.Action.HIDE).values("post")
    Post.objects.filter(pk__in=hid).update(hidden_reason="")
    Moderation.objects.filter(by=user).update(reason="")
    Moderation.objects.filter(post__author=user).update(reason="")
    TeamMember.objects.filter(user=user).update(sent_to="")
    TeamMember.objects.filter(user=user, ended_at=None).update(ended_at=now)
    # Nobody works on, or reads, what its participant took back.
    TeamMember.objects.filter(project__owner=user, ended_at=None).update(ended_at=now)
    TeamMember.objects.filter(project__owner=user, accepted_at=None).update(sent_to="")
    PeerReview.objects.filter(project__owner=user, ended_at=None, given_at=None).update(ended_at=now)
    reviews = PeerReview.objects.filter(reviewer=user)
    reviews.filter(ended_at=None, given_at=None).update(ended_at=now)
    reviews.update(strong="", unclear="", suggestion="")
    PeerReview.objects.filter(project__owner=user).update(thanks="")
    SessionDone.objects.filter(project__owner=user).delete()


def _forget_mentions(user: User) -> None:
    rows = Mention.objects.filter(user=user).select_related("post")
    if name := user.get_full_name():
        for row in rows:
            row.post.text = named(name).sub(GONE, row.post.text)
            row.post.save(update_fields=["text"])
    rows.delete()


def _review(row: PeerReview) -> dict[str, Any]:
    return {
        "asked_at": row.asked_at.isoformat(),
        "given_at": _moment(row.given_at),
        "strong": row.strong,
        "unclear": row.unclear,
        "suggestion": row.suggestion,
        "thanks": row.thanks,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
