"""The form for scores: every criterion with its five levels in words, saved as a draft or submitted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from home.errors import bad_request
from training import results
from training.answers import cleaned
from training.errors import GuardsUnmet, NotAllowed, Reason, SavedElsewhere, ScoresClosed
from training.models import Component, Criterion, Occasion, Project, ScoreSheet
from training.models.instruments import LEVELS, SEMINARS
from training.results import Standing
from training.services import scores
from training.services.scores import MENDING, STRENGTHS, Given
from training.views.access import person, project_of
from training.views.kept import controls, forget, kept, surviving
from training.views.strict import foreign

_LEVEL, _NOTE, _ENTRY = "l-", "n-", "e-"
_SAVED, _KEY, _SUBMIT = "saved", "submit_key", "submit"


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion with its levels, as it is shown."""

    criterion: Criterion
    levels: Sequence[tuple[int, str, bool]]
    note: str
    problem: str


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the form: its criteria, or a field for its mark."""

    component: Component
    lines: Sequence[Line]
    entry: str
    problem: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form carries, with marks that can't be read as they were typed."""

    given: Given
    typed: Mapping[str, str]
    saved: int
    submit_key: uuid.UUID
    submits: bool
    unreadable: Mapping[str, str] = field(default_factory=dict)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: uuid.UUID, occasion: str) -> HttpResponse:
    """The scores of one occasion, to be given by whose part it is."""
    project, roles = project_of(request, key)
    standing = results.standing(project)
    asked = occasion_of(standing, occasion)
    if asked.role not in roles:
        raise Http404
    if request.method == "POST":
        return _take(request, project, standing, asked)
    held = kept(request)
    sent = _read(standing, asked, held.data) if held else None
    return _page(request, standing, asked, sent or _before(standing, asked, request))


def occasion_of(standing: Standing, code: str) -> Occasion:
    """The occasion the address names. Raises ``Http404`` where the programme scores nothing then."""
    found = next((occasion for occasion in standing.seats if occasion.value == code), None)
    if found is None:
        raise Http404
    return found


def _before(standing: Standing, occasion: Occasion, request: HttpRequest) -> Sent:
    """The draft; without one, what counts so far, to be corrected."""
    user = person(request)
    sheet = scores.draft_of(standing.project, occasion, user)
    saved = sheet.saved if sheet else 0
    if sheet is None:
        earlier = standing.seats[occasion].sheets
        own = [one for one in earlier if one.user_id == user.pk or occasion not in SEMINARS]
        sheet = own[-1] if own else ScoreSheet()
    entries = {code: Decimal(mark) for code, mark in sheet.entries.items()}
    given = Given(sheet.levels, sheet.notes, entries, sheet.strengths, sheet.mending)
    return Sent(given, dict(sheet.entries), saved, uuid.uuid4(), False)


def _read(standing: Standing, occasion: Occasion, data: QueryDict) -> Sent | None:
    """The form; ``None`` when it is none of ours."""
    components = standing.seats[occasion].components
    criteria = [criterion.code for component in components for criterion in component.all_criteria]
    plain = [component.code for component in components if not component.all_criteria]
    allowed = {STRENGTHS, MENDING, _SAVED, _SUBMIT, *(f"{_ENTRY}{code}" for code in plain)}
    allowed |= {f"{prefix}{code}" for prefix in (_LEVEL, _NOTE) for code in criteria}
    chosen = {code: str(data[f"{_LEVEL}{code}"]) for code in criteria if data.get(f"{_LEVEL}{code}")}
    known = {str(level) for level in LEVELS}
    try:
        key = uuid.UUID(data.get(_KEY, ""))
        saved = int(str(data.get(_SAVED, ""))[:9])
    except ValueError:
        return None
    if foreign(data, *allowed) or set(chosen.values()) - known:
        return None
    typed = {code: _text(data, f"{_ENTRY}{code}") for code in plain}
    marks = {code: mark_in(text) for code, text in typed.items()}
    notes = {code: _text(data, f"{_NOTE}{code}") for code in criteria}
    given = Given(
        {code: int(level) for code, level in chosen.items()},
        {code: note for code, note in notes.items() if note},
        {code: mark for code, mark in marks.items() if mark is not None},
        _text(data, STRENGTHS),
        _text(data, MENDING),
    )
    wrong = {code: text for code, text in typed.items() if text and marks[code] is None}
    return Sent(given, typed, saved, key, _SUBMIT in data, wrong)


def _text(data: QueryDict, name: str) -> str:
    return cleaned(data.get(name, ""))


def mark_in(text: str) -> Decimal | None:
    """A mark from 0 to 100 as people type it, with a comma or a point; ``None`` for anything else."""
    try:
        mark = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return mark if mark.is_finite() and 0 <= mark <= 100 else None


def _take(request: HttpRequest, project: Project, standing: Standing, occasion: Occasion) -> HttpResponse:
    sent = _read(standing, occasion, request.POST)
    if sent is None:
        return bad_request(request)
    try:
        if sent.submits and not sent.unreadable:
            _submit(request, project, occasion, sent)
            messages.success(request, _("The scores are submitted."))
            target = reverse("training:scores", args=[project.key])
        else:
            saved = _draft(request, project, occasion, sent)
            if sent.unreadable:
                again = Sent(sent.given, sent.typed, saved, sent.submit_key, sent.submits, sent.unreadable)
                return _page(
                    request, standing, occasion, again, problems=_unreadable(standing, occasion, sent)
                )
            messages.success(request, _("The draft is saved. Nobody else reads it."))
            target = request.path
    except NotAllowed as refused:
        raise Http404 from refused
    except SavedElsewhere:
        return _from_elsewhere(request, standing, occasion, sent)
    except ScoresClosed as refused:
        return _page(request, results.standing(project), occasion, sent, error=str(refused), status=409)
    except GuardsUnmet as refused:
        return _incomplete(request, project, standing, occasion, sent, refused.reasons)
    forget(request)
    return HttpResponseRedirect(target)


def _submit(request: HttpRequest, project: Project, occasion: Occasion, sent: Sent) -> None:
    scores.submit(
        project=project,
        occasion=occasion,
        actor=person(request),
        given=sent.given,
        saved=sent.saved,
        submit_key=sent.submit_key,
    )


def _draft(request: HttpRequest, project: Project, occasion: Occasion, sent: Sent) -> int:
    return scores.save_draft(
        project=project, occasion=occasion, actor=person(request), given=sent.given, saved=sent.saved
    )


def _unreadable(standing: Standing, occasion: Occasion, sent: Sent) -> dict[str, str]:
    found = scores.missing(standing.seats[occasion].components, sent.given, occasion)
    return {code: text for code, text in _by_field(found).items() if code in sent.unreadable}


def _by_field(reasons: Sequence[str]) -> dict[str, str]:
    return {reason.question: str(reason) for reason in reasons if isinstance(reason, Reason)}


def _incomplete(
    request: HttpRequest,
    project: Project,
    standing: Standing,
    occasion: Occasion,
    sent: Sent,
    reasons: Sequence[str],
) -> HttpResponse:
    """What is there is kept as a draft, what is missing is named beside its field."""
    try:
        saved = _draft(request, project, occasion, sent)
    except SavedElsewhere:
        return _from_elsewhere(request, standing, occasion, sent)
    except GuardsUnmet:  # what can't even be kept
        saved = sent.saved
    problems = _by_field(reasons)
    error = "" if problems else " ".join(reasons)
    again = Sent(sent.given, sent.typed, saved, sent.submit_key, sent.submits)
    return _page(request, standing, occasion, again, problems=problems, error=error)


def _from_elsewhere(request: HttpRequest, standing: Standing, occasion: Occasion, sent: Sent) -> HttpResponse:
    draft = scores.draft_of(standing.project, occasion, person(request))
    text = _(
        "These scores were saved from another place since this page was opened. What you chose here is below:"
        " save it again to replace the other."
    )
    again = Sent(sent.given, sent.typed, draft.saved if draft else 0, sent.submit_key, sent.submits)
    return _page(request, standing, occasion, again, error=text, status=409)


def _page(
    request: HttpRequest,
    standing: Standing,
    occasion: Occasion,
    sent: Sent,
    *,
    problems: Mapping[str, str] | None = None,
    error: str = "",
    status: int = 0,
) -> HttpResponse:
    found = problems or {}
    context = {
        "project": standing.project,
        "occasion": occasion,
        "is_seminar": occasion in SEMINARS,
        "for_participant": occasion != Occasion.COORDINATOR,
        "parts": [_part(component, sent, found) for component in standing.seats[occasion].components],
        "closed": scores.closed_because(standing, occasion, person(request)),
        "sent": sent,
        "problems": [(code, text) for code, text in found.items()],
        "mending_problem": found.get(MENDING, ""),
        "strengths_problem": found.get(STRENGTHS, ""),
        "error": error,
        "back": _back(request, standing),
        **controls(request),
    }
    failed = bool(found or error)
    return render(request, "training/scores/form.html", context, status=status or (422 if failed else 200))


def _back(request: HttpRequest, standing: Standing) -> str:
    return reverse("training:scores", args=[standing.project.key])


def _part(component: Component, sent: Sent, problems: Mapping[str, str]) -> Part:
    lines = [
        Line(
            criterion,
            [
                (level, criterion.describe(level), sent.given.levels.get(criterion.code) == level)
                for level in LEVELS
            ],
            sent.given.notes.get(criterion.code, ""),
            problems.get(criterion.code, ""),
        )
        for criterion in component.all_criteria
    ]
    return Part(component, lines, sent.typed.get(component.code, ""), problems.get(component.code, ""))
