"""Why a record may not be published now, for a reason that lies where it came from.

Training may know of records, not the other way round: it hands its function in when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Hold = Callable[..., str]
"""``hold(key, *, firm)``: why the record with ``key`` is held back, in the reader's language; else empty.

With ``firm`` the answer holds until the transaction ends that the caller has begun."""

_functions: list[Hold] = []


def record_hold(function: Hold) -> Hold:
    """Decorator: while the function gives a reason, nobody publishes, approves or sends back the record."""
    if function not in _functions:
        _functions.append(function)
    return function


def why_held(key: UUID, *, firm: bool = False) -> str:
    """Why the record with ``key`` may not be published now; empty when it may. ``firm`` as for ``Hold``."""
    return next((reason for function in _functions if (reason := function(key, firm=firm))), "")
