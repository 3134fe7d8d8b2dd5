"""A step's questions: written, saved, saved elsewhere at the same time, and read by others."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from home.errors import bad_request
from training import answers
from training.errors import NotAllowed, SavedElsewhere, StandsStill, TooLong, UnknownField
from training.fields import as_text, form_fields, shown_fields
from training.models import Holder, Project, Question, Step
from training.permissions import is_writer, may_write, roles_in, team_right
from training.services import originality, standing
from training.services.notes import last_notes, open_notes
from training.services.writing import looked_up, save_answers
from training.views.access import person, project_of, step_of
from training.views.kept import controls, forget, kept, surviving, waiting
from training.views.project_pages import talk_url, talks
from training.views.strict import foreign

MINE, SAVED, BOTH = "mine", "saved", "both"
_OWN = ("saved", "seen", "go", "more", "check")
_KEEP = "keep-"


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that was saved elsewhere meanwhile: both texts."""

    question: Question
    mine: str
    saved: str

    @property
    def may_join(self) -> bool:
        """Whether one text may follow the other."""
        return self.question.kind in (Question.Kind.TEXT, Question.Kind.TABLE)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: uuid.UUID, code: str) -> HttpResponse:
    project, roles = project_of(request, key, team=True)
    found = step_of(project, code)
    right = team_right(project, person(request))
    writes = may_write(project, roles, found.states, right)
    if request.method == "POST":
        return _save(request, project, found) if is_writer(roles, right) else _absent()
    if not writes:
        return _read(request, project, found, roles)
    held = kept(request)
    if held is None:
        return _form(request, project, found, project.answers)
    try:
        typed = answers.read(found, held.data)
    except UnknownField:
        return bad_request(request)
    return _form(request, project, found, {**project.answers, **typed}, sent=held.data)


@require_POST
def draft(request: HttpRequest, key: uuid.UUID, code: str) -> JsonResponse | HttpResponse:
    """Saves what a script sends while somebody writes; 401 when they are signed out, 409 on a conflict."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "signed out"}, status=401)
    project, roles = project_of(request, key, team=True)
    found = step_of(project, code)
    if not is_writer(roles, team_right(project, person(request))):
        raise Http404
    try:
        saved = _keep(request, project, found, _read_form(found, request.POST))
    except (UnknownField, ValueError):
        return JsonResponse({"detail": "unknown field"}, status=400)
    except (NotAllowed, StandsStill) as refused:
        raise Http404 from refused
    except SavedElsewhere:
        return JsonResponse({"detail": "saved elsewhere"}, status=409)
    except TooLong as refused:
        return JsonResponse({"detail": "too long", "questions": refused.questions}, status=413)
    now = Project.objects.get(pk=project.pk)
    seen = answers.fingerprint(found, now.answers)
    return JsonResponse({"saved": saved, "seen": seen, "at": date_format(timezone.localtime(), "H:i")})


def _absent() -> HttpResponse:
    raise Http404


def _read_form(found: Step, data: QueryDict) -> answers.Answers:
    """The answers in a form, after what was chosen of two texts. Raises ``UnknownField``, ``ValueError``."""
    choices = {f"{_KEEP}{question.code}" for question in found.all_questions}
    if unknown := foreign({name for name in data if not name.startswith("a-")}, *_OWN, *choices):
        raise UnknownField(", ".join(sorted(unknown)))
    int(data.get("saved", ""))
    return answers.read(found, data)


def _keep(request: HttpRequest, project: Project, found: Step, given: answers.Answers) -> int:
    return save_answers(
        project=project,
        step=found,
        actor=person(request),
        given=given,
        saved=int(request.POST["saved"]),
        seen=request.POST.get("seen", ""),
    )


def _save(request: HttpRequest, project: Project, found: Step) -> HttpResponse:
    try:
        given = _chosen(found, project.answers, request.POST)
        given |= looked_up(found, project, given)
        _keep(request, project, found, given)
    except (UnknownField, ValueError):
        return bad_request(request)
    except (NotAllowed, StandsStill):
        return _closed(request, project, found)
    except SavedElsewhere:
        return _conflict(request, project, found, given)
    except TooLong as refused:
        shown = {**project.answers, **given}
        return _form(
            request, project, found, shown, sent=request.POST, too_long=refused.questions, status=422
        )
    forget(request)
    project.refresh_from_db(fields=["answers", "title", "saved"])
    if originality.asked_in(found):
        originality.check(project=project, again="check" in request.POST)
    return HttpResponseRedirect(_onward(request, project, found))


def _onward(request: HttpRequest, project: Project, found: Step) -> str:
    """Where to go after saving: the same step, its table or its similar records, or the next open step."""
    here = reverse("training:step", args=[project.key, found.code])
    if more := request.POST.get("more", ""):
        return f"{here}#q-{more}" if any(q.code == more for q in found.all_questions) else here
    if "check" in request.POST:
        return f"{here}#similar"
    messages.success(request, _("Saved at %(time)s.") % {"time": date_format(timezone.localtime(), "H:i")})
    if "go" not in request.POST:
        return here
    steps = project.version.all_steps
    later = steps[[step.code for step in steps].index(found.code) + 1 :]
    following = next((step for step in later if project.state_code in step.states), None)
    if following is None:
        return reverse("training:project", args=[project.key])
    return reverse("training:step", args=[project.key, following.code])


def _chosen(found: Step, saved: Mapping[str, Any], data: QueryDict) -> answers.Answers:
    """What is to be saved: of an answer with two texts the one that was chosen, or both."""
    given = _read_form(found, data)
    for question in found.all_questions:
        choice = data.get(f"{_KEEP}{question.code}", MINE)
        if choice not in (MINE, SAVED, BOTH):
            raise UnknownField(question.code)
        if question.code not in given or choice == MINE:
            continue
        if choice == SAVED:
            del given[question.code]
        elif question.kind == Question.Kind.TABLE:
            given[question.code] = [*(saved.get(question.code) or []), *given[question.code]]
        else:
            given[question.code] = f"{saved.get(question.code) or ''}\n\n{given[question.code]}".strip()
    return given


def _form(
    request: HttpRequest,
    project: Project,
    found: Step,
    shown: Mapping[str, Any],
    *,
    sent: QueryDict | None = None,
    too_long: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    event = open_notes(list(project.events.select_related("actor")))
    beside = _originality(project, found)
    known = originality.offered(beside.get("originality")) | originality.cited([found], shown)
    context = {
        "project": project,
        "step": found,
        "fields": form_fields(
            found,
            shown,
            notes=event.field_notes if event else {},
            offered=known,
            unanswered="check" in request.GET,
            too_long=too_long or (),
        ),
        "event": event,
        # A form that comes back keeps the number it was opened with: what was saved since is a conflict.
        "saved": sent.get("saved", "") if sent else project.saved,
        "seen": sent.get("seen", "") if sent else answers.fingerprint(found, project.answers),
        **controls(request),
        "waiting": waiting(request),
        "not_saved": bool(too_long),
        "talk_url": talk_url(project, found),
        **beside,
    }
    return render(request, "training/step_form.html", context, status=status)


def _originality(project: Project, found: Step) -> dict[str, Any]:
    if not originality.asked_in(found):
        return {}
    return {"asks_originality": True, "originality": originality.last(project)}


def _read(request: HttpRequest, project: Project, found: Step, roles: frozenset[Holder]) -> HttpResponse:
    event = last_notes(project)
    context = {
        "project": project,
        "step": found,
        "fields": shown_fields(
            found,
            project.answers,
            notes=event.field_notes if event else {},
            known=originality.cited([found], project.answers),
        ),
        "is_own": Holder.PARTICIPANT in roles,
        "talk_url": talk_url(project, found) if talks(roles, team_right(project, person(request))) else "",
        "opens_in": [state for state in project.version.all_states if state.code in found.states],
        **_originality(project, found),
    }
    return render(request, "training/step_answers.html", context)


def _closed(request: HttpRequest, project: Project, found: Step) -> HttpResponse:
    """The step was handed in from elsewhere while this form was open: what was typed is shown, not lost."""
    current = Project.objects.select_related("version").get(pk=project.pk)
    if not is_writer(roles_in(current, person(request)), team_right(current, person(request))):
        raise Http404
    typed = answers.read(found, request.POST)
    typed |= looked_up(found, current, typed)
    different = {
        question.code: typed[question.code]
        for question in found.all_questions
        if question.code in typed
        and as_text(question, typed[question.code]) != as_text(question, current.answers.get(question.code))
    }
    fields = [field for field in shown_fields(found, different) if not field.is_empty]
    still = standing.why_not(current)
    context = {"project": current, "step": found, "fields": fields, "still": still}
    return render(request, "training/step_closed.html", context, status=409)


def _conflict(request: HttpRequest, project: Project, found: Step, mine: answers.Answers) -> HttpResponse:
    current = Project.objects.get(pk=project.pk)
    differences = []
    for question in found.all_questions:
        own = as_text(question, mine.get(question.code, current.answers.get(question.code)))
        saved = as_text(question, current.answers.get(question.code))
        if own != saved:
            differences.append(Difference(question, own, saved))
    context = {
        "project": project,
        "step": found,
        "differences": differences,
        "typed": hidden(found, mine),
        "saved": current.saved,
        "seen": answers.fingerprint(found, current.answers),
        **controls(request),
    }
    return render(request, "training/step_conflict.html", context, status=409)


def hidden(found: Step, given: answers.Answers) -> list[tuple[str, str]]:
    """Names and values of what was typed, for hidden fields."""
    pairs = []
    for question in found.all_questions:
        answer = given.get(question.code)
        if isinstance(answer, list):
            emptied = {column["code"]: "" for column in question.options}
            pairs += [
                (answers.field_name(question, number, code), value)
                for number, row in enumerate(answer or [emptied])
                for code, value in row.items()
            ]
        elif answer is not None:
            pairs.append((answers.field_name(question), answer))
    return pairs
