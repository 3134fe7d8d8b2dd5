"""Links from a record to where it came from, for the people who have a part there.

Training may know of records, not the other way round: it hands its function in when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from accounts.models import User

Link = tuple[str, str]
RecordLink = Callable[[UUID, User], Link | None]
Sources = Callable[[UUID], list[Link]]

_functions: list[RecordLink] = []
_sources: list[Sources] = []


def record_sources(function: Sources) -> Sources:
    """Decorator: the records that whoever handed a record in says it takes from stand in its editor."""
    if function not in _sources:
        _sources.append(function)
    return function


def sources_of(key: UUID) -> list[Link]:
    """Titles and addresses of the public records that the one with ``key`` takes from."""
    return [link for function in _sources for link in function(key)]


def record_link(function: RecordLink) -> RecordLink:
    """Decorator: text and address that the function gives for a record's key stand on that person's page."""
    if function not in _functions:
        _functions.append(function)
    return function


def links_for(key: UUID, user: User) -> list[Link]:
    """The links of the record with ``key`` for somebody who is signed in."""
    found = (function(key, user) for function in _functions)
    return [link for link in found if link is not None]
