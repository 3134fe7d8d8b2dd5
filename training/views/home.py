"""The workspace: what waits for me, my projects and those I accompany, notices, and starting alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.services import is_civil_servant
from catalogue.services import codes
from home.errors import bad_request
from training import header, wording
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Holder, Notice, ProgrammeVersion, Project, TeamMember
from training.naming import know
from training.permissions import in_team, led_batches, running
from training.services import enrolment, peers, todo
from training.views.access import person, signed_in
from training.views.kept import controls, forget, surviving, typed
from training.views.strict import only, submit_key

A_PAGE = 20
NOTICES = 10


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    user, versions = person(request), todo.Versions()
    own = Project.objects.filter(owner=user).order_by("-pk")
    parts = Assignment.objects.filter(running(), user=user).values("project")
    team = TeamMember.objects.filter(in_team(), user=user).values("project")
    others = Project.objects.filter(Q(pk__in=parts) | Q(pk__in=team)).exclude(owner=user)
    accompanied = others.order_by(F("due_on").asc(nulls_last=True), "-pk")
    doors = _doors(user, own=own, accompanied=accompanied)
    pages = {
        "own": _page(own, doors["own"], request.GET.get("own")),
        "accompanied": _page(accompanied, doors["accompanied"], request.GET.get("accompanied")),
    }
    notices = list(Notice.objects.filter(user=user).select_related("project")[:NOTICES])
    shown = [project for page in pages.values() for project in page]
    versions.give([*shown, *(notice.project for notice in notices)])
    waiting = todo.tasks(user, versions)
    header.remember(request, len(waiting))
    tasks = Paginator(waiting, A_PAGE).get_page(request.GET.get("tasks"))
    know([*(task.project for task in tasks), *pages["accompanied"]])
    context = {
        **doors,
        **pages,
        "tasks": tasks,
        "notices": wording.told(notices, versions),
    }
    return render(request, "training/home.html", context)


def _doors(user: User, **lists: QuerySet[Project]) -> dict[str, Any]:
    """Which further pages are for ``user``, how many notices are not read, and how long ``lists`` are by
    their names; one query.
    """
    supporting = Assignment.objects.filter(running(), user=user, role__in=(Holder.MENTOR, Holder.COACH))
    unread = Notice.objects.filter(user=user, read_at=None)
    doors = {
        "leads": Exists(led_batches(user)),
        "supports": Exists(supporting),
        "peers": Exists(peers.asked_of(user)),
        "may_start": Exists(_alone()),
        "unread": _number(unread),
        **{name: _number(rows) for name, rows in lists.items()},
    }
    return {**User.objects.annotate(**doors).values(*doors).get(pk=user.pk)}


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many ``rows`` there are, as a part of another query."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


class _Counted(Paginator):
    """Of rows whose number is known."""

    def __init__(self, rows: Any, number: int) -> None:
        super().__init__(rows, A_PAGE)
        self.count = number


def _page(projects: QuerySet[Project], count: int, number: str | None) -> Page:
    page = _Counted(projects.select_related("batch", "owner"), count).get_page(number)
    page.object_list = list(page.object_list)
    return page


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin an innovation of one's own, outside of any batch."""
    user = person(request)
    if not is_civil_servant(user):
        return render(request, "training/not_civil_servant.html")
    if request.method == "POST":
        return _start(request, user)
    return _start_page(request)


def _alone() -> QuerySet[ProgrammeVersion]:
    """The versions that somebody may begin outside of any batch."""
    return ProgrammeVersion.objects.filter(needs_batch=False, is_open_learning=False, in_use=True)


def _start(request: HttpRequest, user: User) -> HttpResponse:
    only(request, "version", "agency")
    version = next((one for one in _alone() if one.code == request.POST.get("version")), None)
    key = submit_key(request)
    if version is None:
        return bad_request(request)
    agency = codes.agency_id(request.POST.get("agency", ""))
    if agency is None:
        return _start_page(request, _("Choose your agency."))
    try:
        project = enrolment.start_alone(version=version, owner=user, agency_id=agency, key=key)
    except NotAllowed:
        return bad_request(request)
    except GuardsUnmet as refused:
        return _start_page(request, refused.reasons[0])
    forget(request)
    messages.success(
        request, _("Your innovation is begun. Write whenever you like: every step can be saved.")
    )
    return HttpResponseRedirect(reverse("training:project", args=[project.key]))


def _start_page(request: HttpRequest, error: str = "") -> HttpResponse:
    given = typed(request)
    context = {
        "versions": _alone(),
        "agencies": list(codes.agency_choices(get_language() or "id")),
        "given": given,
        "error": error,
        "submit_key": given.get("submit_key") or uuid.uuid4(),
        **controls(request),
    }
    return render(request, "training/start.html", context, status=422 if error else 200)
