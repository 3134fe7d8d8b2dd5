"""A participant's appeal against the result."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from training import results
from training.answers import cleaned
from training.errors import GuardsUnmet, NotAllowed
from training.models import Holder, Project
from training.services import appeals
from training.views.access import person, project_of
from training.views.kept import controls, forget, surviving, typed
from training.views.scores import results_of
from training.views.strict import only, submit_key


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The participant asks for the result to be looked at again."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles or not results.occasions(project.version):
        raise Http404
    if request.method != "POST":
        return _appeal_page(request, project)
    only(request, "reason")
    sent = submit_key(request)
    try:
        reason = cleaned(request.POST.get("reason", ""))
        appeals.appeal(project=project, reason=reason, actor=person(request), submit_key=sent)
    except NotAllowed as refused:
        raise Http404 from refused
    except GuardsUnmet as refused:
        return _appeal_page(request, project, error=" ".join(refused.reasons))
    forget(request)
    messages.success(request, _("Your appeal is with the coordinators. You will be told of their answer."))
    return HttpResponseRedirect(reverse("training:scores", args=[project.key]))


def _appeal_page(request: HttpRequest, project: Project, *, error: str = "") -> HttpResponse:
    standing, data = results.standing(project), typed(request)
    context = {
        "project": project,
        "result": results_of(standing) if standing.result else None,
        "closed": appeals.closed_because(standing.result),
        "reason": data.get("reason", ""),
        "error": error,
        "submit_key": data.get("submit_key") or uuid.uuid4(),
        **controls(request),
    }
    return render(request, "training/scores/appeal.html", context, status=422 if error else 200)
