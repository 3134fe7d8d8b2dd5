"""The form for offline work: downloaded, uploaded, compared, and only then saved."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from home.errors import bad_request
from training import answers
from training.errors import NotAllowed, SavedElsewhere, StandsStill, TooLong, UnknownField
from training.models import Holder, Project, Question, Step
from training.offline import comparing, marks, reading
from training.permissions import may_write
from training.services import originality
from training.services.archives import LARGEST
from training.services.sheets import UnreadableFile
from training.services.standing import why_not
from training.services.writing import save_steps
from training.views.access import person, project_of, signed_in
from training.views.kept import controls, forget, kept, surviving, token
from training.views.steps import MINE, SAVED, hidden
from training.views.strict import foreign, only

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KEEP, _SEEN, _APPLY = "keep-", "seen-", "apply"


def _open(request: HttpRequest, key: uuid.UUID) -> tuple[Project, list[Step]]:
    """The project and the steps its participant may write now. Raises ``Http404`` for everybody else."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles:
        raise Http404
    return project, [step for step in project.version.all_steps if may_write(project, roles, step.states)]


@signed_in
@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form with every open question and the answers so far."""
    from training.offline.form import form  # only here: loading the library takes a while

    project, steps = _open(request, key)
    if not steps:
        raise Http404
    response = HttpResponse(form(project, steps), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="formulir-{str(project.key)[:8]}.docx"'
    return response


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def offline(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page of the form; a file is compared, a comparison is saved."""
    project, steps = _open(request, key)
    if request.method == "POST" and _APPLY not in request.POST:
        only(request, "file")
    if request.method == "POST" and (still := why_not(project)):
        return _page(request, project, steps, error=still, status=409)
    if request.method == "POST" and _APPLY in request.POST:
        return _apply(request, project, steps)
    if request.method == "POST":
        return _upload(request, project, steps)
    held = kept(request)
    if held is None or _APPLY not in held.data:
        return _page(request, project, steps)
    try:
        return _again(request, project, steps, held.data)
    except UnknownField:
        return bad_request(request)


def _page(
    request: HttpRequest, project: Project, steps: list[Step], *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {"project": project, "steps": steps, "error": error, "token": token(request)}
    return render(request, "training/offline/page.html", context, status=status)


def _upload(request: HttpRequest, project: Project, steps: list[Step]) -> HttpResponse:
    upload = request.FILES.get("file")
    if upload is None:
        return _page(request, project, steps, error=_("Choose the form that you filled in."), status=422)
    if (upload.size or 0) > LARGEST:
        error = _("The file is larger than 10 MB. Take out pictures: only text is read.")
        return _page(request, project, steps, error=error, status=422)
    try:
        found = reading.read(project, upload.read())
    except UnreadableFile as problem:
        return _page(request, project, steps, error=str(problem), status=422)
    return _compared(request, project, steps, comparing.outcome(project, steps, found))


def _compared(
    request: HttpRequest,
    project: Project,
    steps: list[Step],
    outcome: comparing.Outcome,
    *,
    status: int = 200,
    meanwhile: bool = False,
) -> HttpResponse:
    mine = {change.question.code: change.answer for change in outcome.changes}
    context = {
        "project": project,
        "outcome": outcome,
        "conflicts": [change for change in outcome.changes if change.conflict],
        "plain": [change for change in outcome.changes if not change.conflict],
        "typed": [pair for step in steps for pair in hidden(step, mine)],
        "seen": [(f"{_SEEN}{step.code}", answers.fingerprint(step, project.answers)) for step in steps],
        **controls(request),
        "meanwhile": meanwhile,
    }
    return render(request, "training/offline/compare.html", context, status=status)


def _apply(request: HttpRequest, project: Project, steps: list[Step]) -> HttpResponse:
    try:
        given = _given(steps, request.POST)
        save_steps(project=project, actor=person(request), given=given)
    except (UnknownField, TooLong):
        return bad_request(request)
    except StandsStill as refused:
        return _page(request, project, steps, error=refused.reasons[0], status=409)
    except NotAllowed:
        error = _("These steps were handed in meanwhile and can't be written now. Nothing was saved.")
        return _page(request, project, steps, error=error, status=409)
    except SavedElsewhere:
        current = project_of(request, project.key)[0]
        return _again(request, current, steps, request.POST, status=409, meanwhile=True)
    forget(request)
    project.refresh_from_db(fields=["answers", "title", "saved"])
    for step, _answers, _seen in given:
        if originality.asked_in(step):
            originality.check(project=project, again=False)
    count = sum(len(found) for _step, found, _seen in given)
    text = ngettext("%(count)d answer was saved.", "%(count)d answers were saved.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("training:project", args=[project.key]))


def _given(steps: list[Step], data: Any) -> list[tuple[Step, answers.Answers, str]]:
    """What is to be saved in each step. Raises ``UnknownField`` for a field that was never shown."""
    found, known = [], {_APPLY}
    for step in steps:
        own = _only(step, data)
        known |= set(own) | {f"{_SEEN}{step.code}"}
        given = answers.read(step, own)
        for question in step.all_questions:
            choice = data.get(f"{_KEEP}{question.code}", MINE)
            known |= {f"{_KEEP}{question.code}"}
            if choice not in (MINE, SAVED):
                raise UnknownField(question.code)
            if choice == SAVED:
                given.pop(question.code, None)
        if given:
            found.append((step, given, data.get(f"{_SEEN}{step.code}", "")))
    if unknown := foreign(data, *known):
        raise UnknownField(", ".join(sorted(unknown)))
    return found


def _only(step: Step, data: Any) -> Any:
    """The fields of the questions of ``step``."""
    own = data.copy()
    names = [answers.field_name(question) for question in step.all_questions]
    tables = [f"{answers.field_name(q)}-" for q in step.all_questions if q.kind == Question.Kind.TABLE]
    for name in data:
        if name not in names and not any(name.startswith(prefix) for prefix in tables):
            del own[name]
    return own


def _again(request: HttpRequest, project: Project, steps: list[Step], data: Any, **more: Any) -> HttpResponse:
    """The comparison with the answers as they are now; those of a step that was saved meanwhile conflict."""
    outcome = comparing.Outcome()
    for step, given, seen in _given(steps, data):
        meanwhile = seen != answers.fingerprint(step, project.answers)
        for question in step.all_questions:
            if question.code not in given:
                continue
            now = marks.bases(question, project.answers.get(question.code))
            if marks.base_of(marks.written(question, given[question.code])) not in now:
                outcome.changes.append(
                    comparing.changed(project, step, question, given[question.code], conflict=meanwhile)
                )
    return _compared(request, project, steps, outcome, **more)
