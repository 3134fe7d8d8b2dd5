"""Whether a project goes on: withdrawing, postponing, deciding a suspicion; and undoing an enrolment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from training.errors import GuardsUnmet, NotAllowed
from training.models import Batch, Holder, Project
from training.services import removal, standing
from training.views.access import person, project_of
from training.views.coordinating import batch_view
from training.views.kept import controls, forget, surviving, typed
from training.views.strict import only, submit_key

PAGE = "training/standing/standing.html"
_REASON, _CODE, _KEY = "reason", "act", "submit_key"
_ASKED = ("withdraw", "refuse-leaving", "stay")
HELP: dict[str, Any] = {
    "postpone": gettext_lazy(
        "The clock stops: no due date, no reminders. Going on gives back the days left."
    ),
    "resume": gettext_lazy("Mentor, coach and examiners whose part has ended must be named again."),
    "ask-to-leave": gettext_lazy("A coordinator confirms it. Until then the project goes on."),
    "withdraw": gettext_lazy(
        "The parts of mentor, coach and examiners end. What was written is kept, and the project leaves the"
        " numbers of the batch."
    ),
    "suspect": gettext_lazy("Nobody can move the project or write in it until a coordinator decides."),
    "confirm-suspicion": gettext_lazy("The project ends here. A certificate is revoked separately."),
}


class RemoveForm(forms.Form):
    """Why somebody is taken out of the batch."""

    why = forms.ChoiceField(label=gettext_lazy("Reason"), choices=removal.Why.choices)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """What the reader may do about the project's standing; POST does it."""
    project, roles = project_of(request, key)
    if project.batch_id is None:
        raise Http404
    if request.method == "POST":
        return _act(request, project, roles)
    return _page(request, project, roles)


def _act(request: HttpRequest, project: Project, roles: frozenset[Holder]) -> HttpResponseBase:
    given, errors = request.POST, []
    code, reason = given.get(_CODE, ""), given.get(_REASON, "")
    only(request, _REASON, _CODE)
    if code not in standing.ACTIONS:
        raise Http404
    if len(reason) > standing.LONGEST_REASON:
        text = gettext("The reason is too long: at most %(limit)d characters can be kept.")
        errors = [text % {"limit": standing.LONGEST_REASON}]
    else:
        key = submit_key(request)
        try:
            standing.act(project=project, code=code, by=person(request), reason=reason, submit_key=key)
        except NotAllowed as error:
            raise Http404 from error
        except GuardsUnmet as refused:
            errors = refused.reasons
    if errors:
        project, roles = project_of(request, project.key)
        return _page(request, project, roles, errors)
    forget(request)
    messages.success(request, gettext("%(done)s.") % {"done": standing.LABELS[code]})
    return redirect("training:standing", project.key)


def _page(
    request: HttpRequest, project: Project, roles: frozenset[Holder], errors: Sequence[object] = ()
) -> HttpResponseBase:
    given = typed(request)
    tried = given.get(_CODE, "")
    rows = [
        {
            "code": code,
            "button": standing.ACTIONS[code].button,
            "help": HELP.get(code, ""),
            "wordless": standing.ACTIONS[code].wordless,
            "reason": given.get(_REASON, "") if code == tried else "",
            "errors": errors if code == tried else (),
        }
        for code in standing.offered(project, roles)
    ]
    if project.leaving_since:  # what was asked for is decided first
        rows.sort(key=lambda row: _ASKED.index(row["code"]) if row["code"] in _ASKED else len(_ASKED))
    leads = Holder.COORDINATOR in roles
    context = {
        "project": project,
        "last": _last(project),
        "rows": rows,
        "stray": {"reason": given.get(_REASON, ""), "errors": errors}
        if tried and tried not in [row["code"] for row in rows]
        else None,
        "submit_key": given.get(_KEY) or uuid.uuid4(),
        "limit": standing.LONGEST_REASON,
        "remove_form": RemoveForm() if leads and not removal.obstacle(project) else None,
        "leads": leads,
        **controls(request),
    }
    return render(request, PAGE, context, status=422 if errors else 200)


def _last(project: Project) -> dict[str, Any] | None:
    """What was last done or asked about it, and why: whoever decides reads it here."""
    events = project.events.filter(code__in=list(standing.ACTIONS)).select_related("actor")
    event = events.order_by("-number").first()
    return {"event": event, "label": standing.LABELS[event.code]} if event else None


@batch_view("POST")
def remove(request: HttpRequest, batch: Batch, project: uuid.UUID) -> HttpResponseBase:
    """Take a person who was enrolled by mistake out of the batch."""
    found = Project.objects.filter(batch=batch, key=project).first()
    form = RemoveForm(request.POST)
    if found is None:
        raise Http404
    only(request, form)
    if not form.is_valid():
        raise BadRequest("why")
    try:
        removal.remove(project=found, why=removal.Why(form.cleaned_data["why"]), by=person(request))
    except NotAllowed as refused:
        raise Http404 from refused
    except GuardsUnmet as refused:
        messages.error(request, " ".join(refused.reasons))
        return redirect("training:standing", found.key)
    messages.success(request, gettext("The person is out of the batch. Mails that had not left won't leave."))
    return redirect("training_batches:board", batch.key)
