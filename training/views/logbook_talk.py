"""What others do in a logbook, and the participant's reasons for missing evidence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home.errors import bad_request
from training import logbooks
from training.answers import cleaned
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere
from training.models import Assignment, Holder, LogEntry, Project, State
from training.naming import know
from training.permissions import may_attach, running
from training.services import logbook
from training.services.todo import Versions
from training.views.access import person, project_of, signed_in
from training.views.kept import controls, forget, surviving, typed
from training.views.logbook import A_PAGE, entry_of
from training.views.strict import only, submit_key

_REASON = "reason-"


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of the plan with the field of its reason."""

    shown: logbooks.Shown
    field: str
    text: str


@signed_in
@require_POST
def confirm(request: HttpRequest, key: uuid.UUID, entry: uuid.UUID) -> HttpResponse:
    """The mentor confirms an entry."""
    project, roles = project_of(request, key)
    found = entry_of(project, entry)
    if Holder.MENTOR not in roles:
        raise Http404
    only(request, "changes")
    sent = submit_key(request)
    try:
        changes = int(request.POST.get("changes", ""))
    except ValueError:
        return bad_request(request)
    try:
        logbook.confirm(entry=found, actor=person(request), changes=changes, submit_key=sent)
    except NotAllowed as refused:
        raise Http404 from refused
    except SavedElsewhere:
        text = _("Entry %(number)d was changed meanwhile. Read it again before you confirm it.")
        messages.error(request, text % {"number": found.number})
    else:
        messages.success(request, _("Entry %(number)d is confirmed.") % {"number": found.number})
    return HttpResponseRedirect(f"{reverse('training:logbook', args=[key])}#entry-{found.number}")


@surviving
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, key: uuid.UUID, entry: uuid.UUID) -> HttpResponse:
    """Ask, comment or answer beside an entry."""
    project, roles = project_of(request, key)
    found, role = entry_of(project, entry), logbook.remarks_as(roles)
    if role is None:
        raise Http404
    context = {
        "project": project,
        "entry": found,
        "role": role.value,
        "given": typed(request),
        "submit_key": uuid.uuid4(),
        **controls(request),
        "limit": logbook.LONGEST,
    }
    if request.method != "POST":
        return render(request, "training/logbook/remark.html", context)
    only(request, "text")
    sent = submit_key(request)
    try:
        text = cleaned(request.POST.get("text", ""))
        logbook.remark(entry=found, actor=person(request), text=text, submit_key=sent)
    except GuardsUnmet as refused:
        return render(
            request, "training/logbook/remark.html", context | {"error": refused.reasons[0]}, status=422
        )
    forget(request)
    messages.success(request, _("Your note is in the logbook."))
    return HttpResponseRedirect(f"{reverse('training:logbook', args=[key])}#entry-{found.number}")


@surviving
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say why rows of the plan have no evidence."""
    project, roles = project_of(request, key)
    stopped = request.method == "POST" and Holder.PARTICIPANT in roles and not project.is_active
    if not (stopped or may_attach(project, roles)) or not logbooks.is_kept(project):
        raise Http404
    if request.method != "POST":
        return _reasons_page(request, project)
    given = {name.removeprefix(_REASON): str(text) for name, text in request.POST.items() if _is_reason(name)}
    only(request, *(f"{_REASON}{row}" for row in given))
    sent = submit_key(request)
    try:
        logbook.explain(project=project, actor=person(request), reasons=given, submit_key=sent)
    except GuardsUnmet as refused:
        return _reasons_page(request, project, refused.reasons[0])
    except NotAllowed as refused:
        raise Http404 from refused
    forget(request)
    messages.success(request, _("The reasons are saved."))
    return HttpResponseRedirect(f"{reverse('training:logbook', args=[key])}#plan")


@signed_in
@never_cache
@require_POST
def agree(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The mentor agrees to a reason for missing evidence."""
    project, roles = project_of(request, key)
    if Holder.MENTOR not in roles:
        raise Http404
    only(request, "row", "text")
    given = request.POST
    try:
        logbook.agree(
            project=project, actor=person(request), row=given.get("row", ""), text=given.get("text", ""),
            submit_key=uuid.uuid4(),  # agreed to already, nothing changes
        )  # fmt: skip
    except NotAllowed as refused:
        raise Http404 from refused
    except GuardsUnmet as refused:
        messages.error(request, refused.reasons[0])
    except SavedElsewhere:
        messages.error(request, _("The reason was changed meanwhile. Read it again before you agree."))
    else:
        messages.success(request, _("You agreed to the reason."))
    return HttpResponseRedirect(f"{reverse('training:logbook', args=[key])}#plan")


@signed_in
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The logbooks somebody accompanies: who wrote today, and what waits to be confirmed."""
    user, today = person(request), timezone.localdate()
    parts = Assignment.objects.filter(
        running(), user=user, role__in=(Holder.MENTOR, Holder.COACH), project=OuterRef("pk")
    )
    keeping = State.objects.filter(version=OuterRef("version"), code=OuterRef("state_code"), keeps_log=True)
    written = LogEntry.objects.filter(project=OuterRef("pk"), created_at__date=today)
    rows = (
        Project.objects.filter(Exists(parts), Exists(keeping))
        .annotate(
            today=Exists(written),
            last=Max("log_entries__on"),
            open=Count("log_entries", filter=Q(log_entries__confirmed_at=None)),
        )
        .select_related("owner", "batch")
        .order_by("today", "last", "pk")
    )
    page: Page[Any] = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = Versions().give(page.object_list)
    know(page.object_list)
    return render(request, "training/logbook/mine.html", {"page_of_books": page, "today": today})


def _reasons_page(request: HttpRequest, project: Project, error: str = "") -> HttpResponse:
    given = typed(request)
    rows = [
        Reason(shown, f"{_REASON}{shown.row.code}", given.get(f"{_REASON}{shown.row.code}", shown.reason))
        for shown in logbooks.plan(project)
    ]
    context = {
        "project": project,
        "rows": [row for row in rows if not row.shown.evidence],
        "error": error,
        "submit_key": uuid.uuid4(),
        **controls(request),
        "limit": logbook.LONGEST,
    }
    return render(request, "training/logbook/reasons.html", context, status=422 if error else 200)


def _is_reason(name: str) -> bool:
    return name.startswith(_REASON)
