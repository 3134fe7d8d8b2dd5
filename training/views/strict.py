"""Forms know no field but their own: whoever adds one tries what the page never offered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from training.views.kept import CONTROLS

EVERYWHERE = CONTROLS | {"submit_key"}
"""What any form may carry beside its answers."""


def only(request: HttpRequest, *declared: str | forms.BaseForm) -> None:
    """Let through a form that has no field or file but those ``declared``, by name or by the form itself.

    Called before anything else is read from it, so that the answer is the same whatever the rest is.
    Raises ``BadRequest``, also where the other fields are wrong as well.
    """
    if foreign({*request.POST, *request.FILES}, *declared):
        raise BadRequest("unknown field")


def foreign(names: Iterable[str], *declared: str | forms.BaseForm) -> set[str]:
    """The names that are neither ``declared`` nor of every form; for what is no request, as a kept form."""
    known = set(EVERYWHERE)
    for one in declared:
        known |= {one} if isinstance(one, str) else {one.add_prefix(name) for name in one.fields}
    return set(names) - known


def submit_key(request: HttpRequest, *, needed: bool = True) -> uuid.UUID:
    """What makes a form that is sent twice do its work once; where it isn't ``needed``, no key is a new one.

    Raises ``BadRequest`` for one that is none.
    """
    text = request.POST.get("submit_key", "")
    if not (text or needed):
        return uuid.uuid4()
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise BadRequest("no key") from error
