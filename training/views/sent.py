"""Small forms that survive the end of a session, know no field but their own, and work once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from training.errors import GuardsUnmet, NotAllowed
from training.views.kept import controls, forget, typed
from training.views.strict import only, submit_key

Make = Callable[..., forms.Form]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with what makes it whole: who opened it, what was kept of it, and its key."""

    form: forms.Form
    token: str
    kept_key: str
    submit_key: uuid.UUID

    @property
    def given(self) -> Mapping[str, Any]:
        return self.form.cleaned_data


def sheet(request: HttpRequest, make: Make, initial: Mapping[str, Any] | None = None) -> Sheet:
    """The form as it was sent; else as it was kept when the session ended; else with ``initial``.

    Raises ``BadRequest`` for a field that was never shown.
    """
    if request.method == "POST":
        form = make(request.POST)
        only(request, form)
        return Sheet(form, submit_key=submit_key(request, needed=False), **controls(request))
    shown = {**(initial or {}), **typed(request).dict()}
    return Sheet(make(None, initial=shown), submit_key=uuid.uuid4(), **controls(request))


def applied(form: forms.BaseForm, act: Callable[[], object], field: str | None = None) -> bool:
    """Do what a form asks if it is right; whether it was done.

    What keeps it from being done stands beside ``field`` or above all of them. Raises ``Http404`` for what
    the person may not do.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except NotAllowed as error:
        raise Http404 from error
    except GuardsUnmet as error:
        for reason in error.reasons:
            form.add_error(field, reason)
        return False
    return True


def answered(
    request: HttpRequest, page: Sheet, act: Callable[[], str], field: str | None = None
) -> HttpResponse | None:
    """Do what a form asks, once it was sent and is right; where ``act`` says that it leads.

    ``None`` where the page with the form is to be shown: it was only opened, or says, as ``applied``, why
    nothing was changed. Raises ``Http404`` for what the person may not do.
    """
    leads: list[str] = []
    if request.method != "POST" or not applied(page.form, lambda: leads.append(act()), field):
        return None
    forget(request)
    return HttpResponseRedirect(leads[0])
