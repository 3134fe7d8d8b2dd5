"""What people write, as HTML: plain text whose web addresses can be followed, and nothing else."""

from __future__ import annotations

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from accounts.privacy import ERASED

_LINK = re.compile(r"https?://[^\s<>\"'\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Ends at a character that turns the text's direction or can't be seen: it would show another place."""
_AFTER = ".,;:!?)]}”’"
"""What ends a sentence is no part of an address that stands in it."""


def linked(text: str) -> SafeString:
    """``text`` escaped, its http and https addresses as links that give no credit to what they lead to."""
    parts, place = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_AFTER)
        parts += [
            escape(text[place : found.start()]),
            format_html('<a href="{}" rel="nofollow ugc noopener noreferrer">{}</a>', address, address),
        ]
        place = found.start() + len(address)
    parts.append(escape(text[place:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped above


def name_of(user: User, *, nameless: str, former: str) -> str:
    """What others call ``user``: the full name, never the address, and nothing of one who was erased."""
    if user.email.endswith(ERASED):
        return former
    return user.get_full_name() or nameless
