"""A project's seminars for the people around it: when, where, into the calendar, may it be recorded."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from home.errors import bad_request
from training.errors import GuardsUnmet, NotAllowed
from training.models import Project, Seminar, SeminarAttendee, SeminarPlace
from training.models.seminars import taken
from training.presented import place_of
from training.services import attendance, bookings, calendar
from training.services.due import SEMINARS
from training.views.access import person, project_of, signed_in
from training.views.strict import only

ICS = "text/calendar; charset=utf-8; method="


@dataclass(frozen=True, slots=True)
class Attended:
    """A seminar of the project as one reader sees it; ``own`` is their row where they are expected."""

    kind: str
    seminar: Seminar | None
    when: str = ""
    position: int = 0
    of: int = 0
    own: SeminarAttendee | None = None
    may_be_recorded: bool = False
    missed: Sequence[str] = ()


@signed_in
@require_safe
def attended(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The seminars of the project, also those that have no date yet."""
    project, _roles = project_of(request, key)
    if project.batch is None:
        raise Http404
    days = {"design": project.batch.design_seminar_on, "result": project.batch.result_seminar_on}
    rows = [(_attended(project, kind, request), days[kind]) for kind in SEMINARS.values()]
    return render(request, "training/seminars/list.html", {"project": project, "rows": rows})


def _attended(project: Project, kind: Seminar.Kind, request: HttpRequest) -> Attended:
    given_up = SeminarPlace.objects.filter(~taken(), project=project, kind=kind)
    missed = [bookings.when(row.seminar) for row in given_up.select_related("seminar")]
    place = place_of(project, kind)
    if place is None:
        return Attended(str(kind.label), None, missed=missed)
    seminar = place.seminar
    there = seminar.places.taken()
    return Attended(
        str(kind.label),
        seminar,
        bookings.when(seminar),
        there.filter(position__lte=place.position).count(),
        there.count(),
        _own(seminar, request),
        attendance.may_be_recorded(seminar),
        missed,
    )


@signed_in
@require_POST
def consent(request: HttpRequest, key: uuid.UUID, seminar: uuid.UUID) -> HttpResponse:
    """Say yes or no to being recorded."""
    project, found = _seminar_of(request, key, seminar)
    if _own(found, request) is None:  # a coordinator leads it and is not expected there
        raise Http404
    only(request, "may_record")
    said = request.POST.get("may_record")
    if said not in {"yes", "no"}:
        return bad_request(request)
    try:
        attendance.consent(seminar=found, by=person(request), yes=said == "yes")
    except NotAllowed:
        raise Http404 from None
    except GuardsUnmet as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        text = _("You agreed to a recording.") if said == "yes" else _("You did not agree to a recording.")
        messages.success(request, text)
    return HttpResponseRedirect(reverse("training:seminars", args=[project.key]))


@signed_in
@require_safe
def calendar_file(request: HttpRequest, key: uuid.UUID, seminar: uuid.UUID) -> HttpResponse:
    """The reader's own invitation to the seminar, for their calendar."""
    _project, found = _seminar_of(request, key, seminar)
    own = calendar.entries().filter(seminar=found, user=person(request), attends=True).first()
    if own is None:
        raise Http404
    answer = HttpResponse(calendar.invitation(own), content_type=f"{ICS}{calendar.method(own)}")
    answer.headers["Content-Disposition"] = 'attachment; filename="seminar.ics"'
    return answer


def _seminar_of(request: HttpRequest, key: uuid.UUID, seminar: uuid.UUID) -> tuple[Project, Seminar]:
    """The slot that the project is presented in. Raises ``Http404``."""
    project, _roles = project_of(request, key)
    place = (
        SeminarPlace.objects.filter(project=project, seminar__key=seminar).select_related("seminar").first()
    )
    if place is None:
        raise Http404
    return project, place.seminar


def _own(seminar: Seminar, request: HttpRequest) -> SeminarAttendee | None:
    return SeminarAttendee.objects.filter(seminar=seminar, user=person(request), attends=True).first()
