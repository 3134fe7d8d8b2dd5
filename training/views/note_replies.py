"""The notes a project came back with, and the participant's reply to each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from home.errors import bad_request
from training.answers import cleaned
from training.errors import GuardsUnmet, Moved, NotAllowed, UnknownField
from training.models import Event, Holder, Project
from training.services import note_replies
from training.services.note_replies import LONGEST, Noted
from training.views.access import person, project_of
from training.views.kept import controls, forget, surviving, typed
from training.views.strict import only, submit_key

_REPLY, _GENERAL, _EVENT = "r-", "-", "event"


@dataclass(frozen=True, slots=True)
class Line:
    """A note as the form shows it: ``field`` is its name there, ``text`` what is in it."""

    noted: Noted
    field: str
    text: str

    @property
    def is_too_long(self) -> bool:
        return len(self.text) > LONGEST


@surviving
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Reply to the notes; the participant's alone, while they are open."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles:
        raise Http404
    event = note_replies.open_of(project) if project.state.holder == Holder.PARTICIPANT else None
    if request.method != "POST":
        return _page(request, project, event)
    only(request, _EVENT, *(name for name in request.POST if name.startswith(_REPLY)))
    sent = submit_key(request)
    if event is None or request.POST.get(_EVENT) != str(event.number):
        return _page(request, project, event, _("Other notes are open now: read them first."))
    try:
        note_replies.reply(
            project=project, event=event, given=_given(request.POST), actor=person(request),
            submit_key=sent,
        )  # fmt: skip
    except GuardsUnmet as refused:
        return _page(request, project, event, refused.reasons[0])
    except Moved:
        return _page(request, project, None, _("Other notes are open now: read them first."))
    except UnknownField:
        return bad_request(request)
    except NotAllowed as refused:
        raise Http404 from refused
    forget(request)
    messages.success(request, _("Your replies are saved."))
    return HttpResponseRedirect(reverse("training:project", args=[project.key]))


def _given(data: QueryDict) -> dict[str, str]:
    """Replies by question, the general one under an empty code."""
    found = {}
    for name, text in data.items():
        if name.startswith(_REPLY):
            code = name.removeprefix(_REPLY)
            found["" if code == _GENERAL else code] = cleaned(str(text))
    return found


def _page(request: HttpRequest, project: Project, event: Event | None, error: str = "") -> HttpResponse:
    """The notes with their replies, or what was typed; 422 where something is wrong with it."""
    context = {
        "project": project,
        "event": event,
        "lines": _lines(project, event, _given(typed(request))),
        "limit": LONGEST,
        "error": error,
        "submit_key": uuid.uuid4(),
        **controls(request),
    }
    return render(request, "training/notes/replies.html", context, status=422 if error else 200)


def _lines(project: Project, event: Event | None, given: Mapping[str, str]) -> Sequence[Line]:
    return [
        Line(one, f"{_REPLY}{one.code or _GENERAL}", given.get(one.code, one.reply))
        for one in (note_replies.noted(project, event) if event else ())
    ]
