"""The words and links of notices about discussions, teams and peer reviews.

None says what was written, nor who wrote it: a mail lies about in places that the site does not govern.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.models import Notice

Kind = Notice.Kind
TEXTS: Mapping[str, Any] = {
    Kind.MENTIONED: gettext_lazy("Somebody draws your attention to a message in a discussion."),
    Kind.REPLIED: gettext_lazy("There is an answer to you in a discussion."),
    Kind.HIDDEN: gettext_lazy("A message of yours was hidden; the reason stands beside it."),
    Kind.REPORTED: gettext_lazy("A message was reported: look whether it may stay."),
    Kind.TEAM: gettext_lazy("You are invited to the team of “%(project)s”."),
    Kind.PEER_ASKED: gettext_lazy("A participant of your batch asks you for a peer review."),
    Kind.PEER_GIVEN: gettext_lazy("A peer has read “%(project)s” and wrote a review."),
}
"""What the notice says; ``project`` is the title, which a peer does not learn before they said yes."""
_SUBJECTS: Mapping[str, Any] = {
    Kind.MENTIONED: gettext_lazy("You are mentioned in a discussion"),
    Kind.REPLIED: gettext_lazy("An answer in a discussion"),
    Kind.HIDDEN: gettext_lazy("A message of yours was hidden"),
    Kind.REPORTED: gettext_lazy("A message was reported"),
    Kind.TEAM: gettext_lazy("Invitation to the team of a project"),
    Kind.PEER_ASKED: gettext_lazy("You are asked for a peer review"),
    Kind.PEER_GIVEN: gettext_lazy("A peer review of your project"),
}
_PLACES: Mapping[str, str] = {Kind.TEAM: "team", Kind.PEER_ASKED: "peers"}


def mail(notice: Notice) -> dict[str, str]:
    """Subject and text of the mail; nothing for a notice of another kind."""
    if notice.kind not in TEXTS:
        return {}
    title = notice.project.title or _("Project without a title")
    return {
        "told_subject": str(_SUBJECTS[notice.kind]),
        "told_text": str(TEXTS[notice.kind]) % {"project": title},
    }


def path_of(notice: Notice, language: str) -> str:
    """Where the notice leads: to the message, the invitation, the review. Its cause holds the key."""
    if notice.kind == Kind.PEER_GIVEN:
        return f"/{language}/training/projects/{notice.project.key}/peers/"
    key = notice.cause.split(":")[1]
    return f"/{language}/training/{_PLACES.get(notice.kind, 'messages')}/{key}/"


def address_of(notice: Notice, language: str) -> str:
    """The same with scheme and host."""
    return f"{settings.SITE_URL.rstrip('/')}{path_of(notice, language)}"
