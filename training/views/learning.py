"""Open learning: what there is (for everybody), joining, and the sessions of a learner."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.services import is_civil_servant
from catalogue.services import codes
from training.errors import NotAllowed
from training.models import ProgrammeVersion, Project, Session, Thread
from training.services import learning
from training.views.access import person, signed_in
from training.views.discussions import shown_name
from training.views.kept import surviving
from training.views.sent import answered, sheet
from training.views.strict import only, submit_key

LATEST = 5
"""Topics shown below a session."""


class JoinForm(forms.Form):
    """The agency of who joins: what they make later belongs to it."""

    agency = forms.ChoiceField(label=gettext_lazy("Your agency"))

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [("", _("Choose")), *codes.agency_choices(get_language() or "id")]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
        self.fields["agency"].error_messages["required"] = _("Choose your agency.")


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """The open programmes; nobody has to sign in to read about them."""
    rows = learning.programmes().prefetch_related("sessions")
    return render(request, "training/learning/programmes.html", {"programmes": rows})


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """What one learns, session by session; a learner sees how far they are."""
    version = _version(code)
    sessions = list(version.sessions.all())
    learner = _learner(request, version)
    lessons = learning.lessons(learner, sessions) if learner else []
    context = {
        "version": version,
        "sessions": sessions,
        "minutes": sum(session.minutes or 0 for session in sessions),
        "learner": learner,
        "lessons": lessons,
        "done": sum(lesson.done_at is not None for lesson in lessons),
        "following": next((one for one in lessons if one.done_at is None and one.is_open), None),
    }
    return render(request, "training/learning/programme.html", context)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Join a programme by oneself."""
    version, user = _version(code), person(request)
    here = HttpResponseRedirect(reverse("training:open-programme", args=[version.code]))
    if learning.project_of(version, user):
        return here
    if not is_civil_servant(user):
        return render(request, "training/not_civil_servant.html", {"learning": True})
    page = sheet(request, JoinForm)

    def join_it() -> str:
        agency = codes.agency_id(page.given["agency"])
        if agency is None:
            raise BadRequest("agency")
        try:
            learning.join(version=version, owner=user, agency_id=agency, key=page.submit_key)
        except NotAllowed as error:
            raise BadRequest("key") from error
        messages.success(request, _("Welcome. Begin with the first session."))
        return here.url

    if done := answered(request, page, join_it):
        return done
    context = {"version": version, "sheet": page}
    status = 422 if page.form.errors else 200
    return render(request, "training/learning/join.html", context, status=status)


@signed_in
@require_safe
def session(request: HttpRequest, version: str, code: str) -> HttpResponse:
    """A session with its materials; who has not joined is led to what the programme is about."""
    found = _version(version)
    learner = _learner(request, found)
    if learner is None:
        return HttpResponseRedirect(reverse("training:open-programme", args=[found.code]))
    lessons = learning.lessons(learner)
    lesson = _lesson(lessons, code)
    after = next((one for one in lessons if one.number == lesson.number + 1), None)
    latest = Thread.objects.filter(session=lesson.session).select_related("started_by")[:LATEST]
    context = {
        "version": found,
        "learner": learner,
        "lesson": lesson,
        "lessons": lessons,
        "done": sum(one.done_at is not None for one in lessons),
        "materials": lesson.session.materials.select_related("document") if lesson.is_open else (),
        "after": after,
        "topics": [{"thread": row, "name": shown_name(row.started_by)} for row in latest],
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/learning/session.html", context)


@signed_in
@require_POST
def mark(request: HttpRequest, version: str, code: str) -> HttpResponse:
    """Mark a session as done, or take that back; then on to the next one."""
    found = _version(version)
    learner = _learner(request, found)
    if learner is None:
        raise Http404
    only(request, "act")
    done = {"done": True, "undone": False}.get(request.POST.get("act", ""))
    if done is None:
        raise BadRequest("act")
    lessons = learning.lessons(learner)
    lesson = _lesson(lessons, code)
    key = submit_key(request, needed=False)
    try:
        learning.mark(project=learner, session=lesson.session, by=person(request), done=done, submit_key=key)
    except NotAllowed as error:
        raise Http404 from error
    following = next((one for one in lessons if one.number == lesson.number + 1), None) if done else None
    if following is None:
        target = reverse("training:open-programme", args=[found.code])
    else:
        target = reverse("training:session", args=[found.code, following.session.code])
    return HttpResponseRedirect(target)


def _version(code: str) -> ProgrammeVersion:
    """The open programme, also one that nobody joins any more. Raises ``Http404``."""
    ordered = Prefetch("sessions", Session.objects.order_by("order", "pk"))
    rows = ProgrammeVersion.objects.filter(is_open_learning=True).prefetch_related(ordered)
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _learner(request: HttpRequest, version: ProgrammeVersion) -> Project | None:
    return learning.project_of(version, request.user) if isinstance(request.user, User) else None


def _lesson(lessons: list[learning.Lesson], code: str) -> learning.Lesson:
    found = next((one for one in lessons if one.session.code == code), None)
    if found is None:
        raise Http404
    return found
