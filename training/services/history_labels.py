"""What a project's history says of NIP, team, peers, learning and curators; none of it moves the project."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from training.services import identities, learning, note_replies, peers, team

DECIDED = "curators-decided"
"""A record was decided while its project stood still; see ``training.records``."""
HAPPENED: dict[str, Any] = {
    identities.SHOWN: _("The NIP was shown to a coordinator"),
    team.INVITE: _("Somebody was invited to the team"),
    team.CHANGE: _("A team member got another right"),
    team.REMOVE: _("A team member was removed"),
    team.JOIN: _("An invitation to the team was accepted"),
    team.LEAVE: _("A team member left"),
    peers.ASK: _("A peer review was asked for"),
    peers.TAKE_BACK: _("A request for a peer review was taken back"),
    peers.ACCEPT: _("A peer accepted"),
    peers.DECLINE: _("A peer declined"),
    peers.GIVE: _("A peer review was given"),
    peers.THANK: _("A peer review was called helpful"),
    learning.DONE: _("A session was done"),
    learning.UNDONE: _("A session was taken back"),
    DECIDED: _("The curators decided about the record; it takes effect when the project goes on"),
    note_replies.REPLIED: _("Notes were replied to"),
}
