"""The participant asks for more time, reads the answer, or takes the request back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from training.answers import cleaned
from training.errors import GuardsUnmet, NotAllowed
from training.models import Event, Holder, Project
from training.services import more_time as requests
from training.services import standing
from training.views.access import person, project_of
from training.views.kept import controls, forget, surviving, typed
from training.views.strict import only, submit_key

PAGE = "training/standing/more_time.html"


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The request and its answer; POST asks, or takes it back with ``act`` of ``take-back``."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles or project.batch_id is None:
        raise Http404
    if request.method != "POST":
        return _page(request, project)
    only(request, "act", "due_on", "reason")
    try:
        done = _act(request, project)
    except NotAllowed as refused:
        raise Http404 from refused
    except GuardsUnmet as refused:
        project, _roles = project_of(request, key)
        return _page(request, project, refused.reasons)
    forget(request)
    messages.success(request, done)
    return redirect("training:more-time", project.key)


def _act(request: HttpRequest, project: Project) -> str:
    """Do what the form says; what it did, in the reader's language. Raises what the service raises."""
    by, sent = person(request), submit_key(request)
    if request.POST.get("act") == "take-back":
        requests.take_back(project=project, by=by, submit_key=sent)
        return _("Your request was taken back.")
    reason = cleaned(request.POST.get("reason", ""))
    try:
        wanted = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError as error:
        raise GuardsUnmet([_("Choose the day until which you need time.")]) from error
    requests.ask(project=project, due_on=wanted, reason=reason, by=by, submit_key=sent)
    return _("Your request is with the coordinators. You will be told of their answer.")


def _page(request: HttpRequest, project: Project, errors: Sequence[object] = ()) -> HttpResponseBase:
    data = typed(request)
    context = {
        "project": project,
        "asked": requests.asked(project),
        "open": requests.may_ask(project, frozenset({Holder.PARTICIPANT})),
        "still": standing.why_not(project),
        "last": _last(project),
        "due_on": data.get("due_on", ""),
        "reason": data.get("reason", ""),
        "errors": errors,
        "submit_key": data.get("submit_key") or uuid.uuid4(),
        **controls(request),
    }
    return render(request, PAGE, context, status=422 if errors else 200)


def _last(project: Project) -> Event | None:
    """Why the last request was declined, when nothing was asked or given since."""
    codes = [requests.ASK, requests.DECLINE, "extend"]
    event = project.events.filter(code__in=codes, at__gte=project.entered_at).order_by("-number").first()
    return event if event and event.code == requests.DECLINE else None
