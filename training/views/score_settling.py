"""Settling marks that lie far apart: the minutes of a meeting, and the word of every examiner."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from home.errors import bad_request
from training import results, score_rights
from training.answers import cleaned
from training.errors import GuardsUnmet, NotAllowed, Reason, ScoresClosed
from training.models import Holder, Settlement
from training.models.instruments import SEMINARS
from training.results import Seat, Standing
from training.services import settling
from training.views.access import person, project_of, signed_in
from training.views.kept import controls, forget, surviving, typed
from training.views.score_forms import mark_in, occasion_of
from training.views.strict import only, submit_key


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, key: uuid.UUID, occasion: str) -> HttpResponse:
    """Minute a meeting about marks that lie far apart."""
    project, roles = project_of(request, key)
    standing = results.standing(project)
    asked = occasion_of(standing, occasion)
    seat, user = standing.seats[asked], person(request)
    roles = score_rights.as_reader(project, roles, user)
    if asked not in SEMINARS or not score_rights.sees_others(seat, roles, user):
        raise Http404
    if request.method != "POST":
        return _settle_page(request, standing, seat)
    return _agree(request, standing, seat)


def _agree(request: HttpRequest, standing: Standing, seat: Seat) -> HttpResponse:
    names = {f"m-{component.code}" for component in seat.components}
    only(request, "held_on", "reason", *names)
    sent = submit_key(request)
    given = {one.code: mark_in(request.POST.get(f"m-{one.code}", "")) for one in seat.components}
    day = _day(request.POST.get("held_on", ""))
    if day is None:
        problem = {"held_on": _("Write the day of the meeting.")}
        return _settle_page(request, standing, seat, problems=problem)
    try:
        settling.propose(
            project=standing.project,
            occasion=seat.occasion,
            meeting=settling.Meeting(
                {code: mark for code, mark in given.items() if mark is not None},
                day,
                cleaned(request.POST.get("reason", "")),
            ),
            actor=person(request),
            submit_key=sent,
        )
    except NotAllowed as refused:
        raise Http404 from refused
    except ScoresClosed as refused:
        return _settle_page(request, standing, seat, error=str(refused), status=409)
    except GuardsUnmet as refused:
        found = {reason.question: str(reason) for reason in refused.reasons if isinstance(reason, Reason)}
        return _settle_page(request, standing, seat, problems=found)
    forget(request)
    messages.success(request, _("The meeting is minuted. It holds once every examiner has confirmed it."))
    return HttpResponseRedirect(reverse("training:scores", args=[standing.project.key]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _settle_page(
    request: HttpRequest,
    standing: Standing,
    seat: Seat,
    *,
    problems: Mapping[str, str] | None = None,
    error: str = "",
    status: int = 0,
) -> HttpResponse:
    found, data = problems or {}, typed(request)
    rows = [
        {
            "component": one,
            "low": min((sheet.mark_of(one.code) for sheet in seat.sheets), default=Decimal(0)),
            "high": max((sheet.mark_of(one.code) for sheet in seat.sheets), default=Decimal(0)),
            "typed": data.get(f"m-{one.code}", ""),
            "problem": found.get(one.code, ""),
        }
        for one in seat.components
    ]
    context = {
        "project": standing.project,
        "seat": seat,
        "rows": rows,
        "open": settling.may_settle(standing, seat.occasion),
        "held_on": data.get("held_on") or timezone.localdate().isoformat(),
        "held_on_problem": found.get("held_on", ""),
        "reason": data.get("reason", ""),
        "reason_problem": found.get("reason", ""),
        "failed": bool(found),
        "error": error,
        "submit_key": data.get("submit_key") or uuid.uuid4(),
        **controls(request),
    }
    code = status or (422 if found or error else 200)
    return render(request, "training/scores/settle.html", context, status=code)


@signed_in
@require_POST
def confirm(request: HttpRequest, key: uuid.UUID, occasion: str) -> HttpResponse:
    """An examiner says that the meeting agreed on this."""
    project, roles = project_of(request, key)
    asked = occasion_of(results.standing(project), occasion)
    if Holder.EXAMINER not in roles:
        raise Http404
    only(request, "settlement")
    sent = submit_key(request)
    try:
        settlement = int(request.POST.get("settlement", "")[:18])
    except ValueError:
        return bad_request(request)
    if not Settlement.objects.filter(pk=settlement, project=project).exists():
        raise Http404
    try:
        settling.confirm(
            project=project,
            occasion=asked,
            settlement=settlement,
            actor=person(request),
            submit_key=sent,
        )
    except NotAllowed as refused:
        raise Http404 from refused
    except ScoresClosed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You have confirmed the agreed mark."))
    return HttpResponseRedirect(reverse("training:scores", args=[project.key]))
