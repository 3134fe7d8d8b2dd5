"""Errors a caller of search can meet."""

from __future__ import annotations

from search.types import IndexState


class SearchError(Exception):
    """Base of all errors of this package."""


class SearchUnavailable(SearchError):
    """The index cannot answer now; a page answers 503. ``state`` tells whether waiting or a rebuild helps."""

    def __init__(self, reason: str, state: IndexState = IndexState.UNREACHABLE) -> None:
        super().__init__(reason)
        self.state = state


class RequestRefused(SearchError):
    """A request outside what an engine may be asked, such as a page beyond ``MAX_WINDOW``."""


class NotInTransaction(SearchError):
    """A change was recorded outside the transaction that makes it, so it could be lost or untrue."""


class LeaseLost(SearchError):
    """Another process has taken over what this one was doing alone."""


class RebuildRunning(SearchError):
    """An index is already being rebuilt by another process."""


class Stopped(SearchError):
    """The process was asked to end; the work was given up in good order."""
