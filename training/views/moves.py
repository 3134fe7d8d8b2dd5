"""Making a move: a page that says what will happen, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from home.errors import bad_request
from training.answers import LONGEST, cleaned
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.fields import Field, shown_fields
from training.models import Event, Holder, Move, Project, State, Step
from training.services import moves as making
from training.services import note_replies, originality
from training.services.changes import Change, changes, last_round
from training.services.notes import last_notes
from training.views.access import person, project_of
from training.views.kept import controls, forget, kept, surviving
from training.views.project import missing
from training.views.strict import foreign

_NOTE, _SUBMIT = "note", "submit_key"
_FIELD_NOTE = "n-"


@dataclass(frozen=True, slots=True)
class Answered:
    """A step as a reviewer reads it: answers, what changed since the last round, and a place for notes."""

    step: Step
    fields: Sequence[Field]
    changes: Sequence[Change]
    open: bool

    @property
    def asks_originality(self) -> bool:
        return originality.asked_in(self.step)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form for a move carries, also for forms that come back."""

    submit_key: uuid.UUID
    note: str
    field_notes: Mapping[str, str]

    @property
    def has_note(self) -> bool:
        return bool(self.note or self.field_notes)

    @property
    def is_too_long(self) -> bool:
        return max(map(len, (self.note, *self.field_notes.values()))) > LONGEST


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: uuid.UUID, code: str) -> HttpResponse:
    project, roles = project_of(request, key)
    mine = [one for one in project.version.all_moves if one.code == code and one.actor in roles]
    if not mine:
        raise Http404
    here = next((one for one in mine if one.source == project.state_code), None)
    if request.method == "POST":
        return _make(request, project, here or mine[0])
    held = kept(request)
    given = _read(project, held.data) if held else None
    if here is None:
        return _moved(request, project, given)
    return _page(request, project, here, given)


def _read(project: Project, data: QueryDict) -> Sent | None:
    """The form; ``None`` when it is none of ours."""
    questions = {
        f"{_FIELD_NOTE}{question.code}"
        for step in project.version.all_steps
        for question in step.all_questions
    }
    if foreign(data, _NOTE, *questions):
        return None
    try:
        key = uuid.UUID(data.get(_SUBMIT, ""))
    except ValueError:
        return None
    notes = {name.removeprefix(_FIELD_NOTE): _text(data, name) for name in questions & set(data)}
    return Sent(key, _text(data, _NOTE), {code: note for code, note in sorted(notes.items()) if note})


def _text(data: QueryDict, name: str) -> str:
    return cleaned(data.get(name, ""))


def _make(request: HttpRequest, project: Project, chosen: Move) -> HttpResponse:
    given = _read(project, request.POST)
    if given is None:
        return bad_request(request)
    if given.is_too_long:
        text = _("A note is longer than can be kept: at most %(limit)d characters.") % {"limit": LONGEST}
        return _page(request, project, chosen, given, error=text)
    done = project.events.filter(submit_key=given.submit_key, actor=person(request)).exists()
    if chosen.asks_for_words and not given.has_note and not done:
        error = _("Write what is to be mended: in general, or beside an answer.")
        if not chosen.is_return:
            error = _("Write the reason: it is minuted.")
        return _page(request, project, chosen, given, error=error)
    try:
        event = _carry_out(request, project, chosen, given)
    except NotAllowed as refused:
        raise Http404 from refused
    except Moved:
        return _moved(request, Project.objects.select_related("version", "batch").get(pk=project.pk), given)
    except GuardsUnmet as refused:
        fresh = Project.objects.select_related("version", "batch").get(pk=project.pk)
        return _page(request, fresh, chosen, given, reasons=refused.reasons)
    forget(request)
    target = project.version.state(event.target)
    messages.success(
        request, _("Done. It is now at “%(state)s”.") % {"state": target.label if target else ""}
    )
    return HttpResponseRedirect(reverse("training:project", args=[project.key]))


def _carry_out(request: HttpRequest, project: Project, chosen: Move, given: Sent) -> Event:
    return making.move(
        project=project,
        code=chosen.code,
        actor=person(request),
        submit_key=given.submit_key,
        note=given.note,
        field_notes=given.field_notes,
    )


def _page(
    request: HttpRequest,
    project: Project,
    chosen: Move,
    given: Sent | None = None,
    *,
    error: str = "",
    reasons: Sequence[str] | None = None,
) -> HttpResponse:
    """What will happen; 422 when it can't yet, with everything typed still in the form."""
    failed = bool(error or reasons)
    wanting = making.wanting(project, chosen) if reasons is None else reasons
    reviews = chosen.actor != Holder.PARTICIPANT
    notes = last_notes(project) if reviews else None
    target = project.version.state(chosen.target)
    # Curators read the record, not the project: a note beside an answer would reach nobody.
    to_curators = target is not None and target.holder == Holder.CURATOR
    context = {
        "project": project,
        "move": chosen,
        "target": target,
        "missing": missing(project, wanting),
        "error": error,
        "reviews": reviews,
        "takes_field_notes": reviews and not to_curators and not chosen.needs_note,
        "answered": _answered(project, given) if reviews else (),
        "notes": notes,
        "last_noted": note_replies.noted(project, notes) if notes else (),
        "originality": originality.last(project) if reviews else None,
        "given": given or Sent(uuid.uuid4(), "", {}),
        **controls(request),
    }
    return render(request, "training/move.html", context, status=422 if failed else 200)


def _answered(project: Project, given: Sent | None) -> list[Answered]:
    """The steps with answers; those that were handed in last are open, with what changed in them."""
    handed_in = _handed_in(project)
    before = last_round(project, handed_in)
    found, known = [], originality.cited(project.version.all_steps, project.answers)
    for step in project.version.all_steps:
        fields = shown_fields(step, project.answers, known=known)
        if all(field.is_empty for field in fields):
            continue
        is_open = step in handed_in
        typed = given.field_notes if given else {}
        differences = changes(step, before.answers, project.answers) if before and is_open else []
        noted = [replace(field, note=typed.get(field.code, "")) for field in fields]
        found.append(Answered(step, noted, differences, is_open))
    return found


def _handed_in(project: Project) -> list[Step]:
    """The steps the participant's last move asked for; all of them when it asked for none."""
    made = project.events.filter(role=Holder.PARTICIPANT).exclude(source=F("target"))
    last = made.order_by("-number").first()
    taken = [
        one
        for one in project.version.all_moves
        if last and (one.source, one.code) == (last.source, last.code)
    ]
    codes = {guard.removeprefix("step:") for one in taken for guard in one.guards.split()}
    return [step for step in project.version.all_steps if step.code in codes] or project.version.all_steps


def _labelled(project: Project, notes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Notes by question, with the question's label, in the order they are asked."""
    return [
        (question.label, notes[question.code])
        for step in project.version.all_steps
        for question in step.all_questions
        if question.code in notes
    ]


def _moved(request: HttpRequest, project: Project, given: Sent | None) -> HttpResponse:
    """Somebody was first: where the project is now, and what was typed."""
    state: State = project.state
    context = {
        "project": project,
        "state": state,
        "given": given,
        "field_notes": _labelled(project, given.field_notes) if given else (),
    }
    return render(request, "training/moved.html", context, status=409)
