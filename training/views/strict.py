"""Forms know no field but their own: whoever adds one tries what the page never offered."""

from __future__ import annotations

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
    known = set(EVERYWHERE)
    for one in declared:
        known |= {one} if isinstance(one, str) else {one.add_prefix(name) for name in one.fields}
    if {*request.POST, *request.FILES} - known:
        raise BadRequest("unknown field")
