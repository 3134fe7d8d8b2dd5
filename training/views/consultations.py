"""The log of a project's consultations: read by everybody around it, written and confirmed by two sides."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from training.answers import LONGEST, cleaned
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere
from training.models import Consultation, Holder, Project
from training.services import consultations as keeping
from training.services.consultations import Talk
from training.views.access import person, project_of, signed_in
from training.views.kept import controls, forget, kept, surviving, typed
from training.views.sent import applied
from training.views.strict import only, submit_key

_WORDS = {"held_on", "discussed", "agreed", "submit_key"}


class TalkForm(forms.Form):
    """What was said and when; ``role`` where the writer may choose with whom."""

    role = forms.ChoiceField(label=gettext_lazy("With"), required=False)
    held_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    discussed = forms.CharField(
        label=gettext_lazy("What was discussed"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    agreed = forms.CharField(
        label=gettext_lazy("What was agreed"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    submit_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, parts: list[Holder], **options: Any) -> None:
        super().__init__(data, **options)
        self.parts = parts
        if len(parts) > 1:
            field: Any = self.fields["role"]
            field.choices, field.required = [(part.value, part.label) for part in parts], True
        else:
            del self.fields["role"]

    def part(self) -> Holder:
        return Holder(self.cleaned_data["role"]) if len(self.parts) > 1 else self.parts[0]

    def talk(self) -> Talk:
        given = self.cleaned_data
        return Talk(given["held_on"], given["discussed"], given["agreed"])


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every consultation of the project, and for those who may, a form for one more."""
    project, roles = project_of(request, key)
    parts = keeping.parts(project, roles)
    if request.method == "POST":
        if not parts:
            raise Http404
        only(request, *_WORDS, "role")
        form = TalkForm(request.POST, parts)
        if applied(form, lambda: _write(form, project, request)):
            forget(request)
            messages.success(request, _("The consultation is written down; the other side is asked."))
            return HttpResponseRedirect(reverse("training:consultations", args=[project.key]))
    else:
        initial = {"submit_key": uuid.uuid4(), "held_on": timezone.localdate()}
        form = TalkForm(None, parts, initial=initial | _words(typed(request)))
    rows = project.consultations.select_related("supporter", "written_by", "project")
    context = {
        "project": project,
        "entries": [(row, _may(row, request)) for row in rows],
        "form": form if parts and (project.is_active or request.method == "POST") else None,
        "counted": sum(row.state == "confirmed" and row.role == Holder.COACH for row in rows),
        "sheets": [(role.value, role.label) for role in keeping.SUPPORTERS],
        **controls(request),
    }
    return render(request, "training/consultations/log.html", context, status=_status(form))


def _write(form: TalkForm, project: Project, request: HttpRequest) -> None:
    keeping.write(
        project=project,
        by=person(request),
        role=form.part(),
        talk=form.talk(),
        submit_key=form.cleaned_data["submit_key"],
    )


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, key: uuid.UUID, entry: uuid.UUID) -> HttpResponse:
    """One consultation: the other side confirms it or says what is wrong, its writer corrects it."""
    project, _roles = project_of(request, key)
    rows = Consultation.objects.filter(project=project, key=entry)
    found = rows.select_related("supporter", "written_by", "project").first()
    if found is None:
        raise Http404
    may, errors = _may(found, request), list[str]()
    form = _entry_form(found, request)
    if request.method == "POST":
        only(request, *_WORDS, "seen", "do", "reason")
        if not may:
            raise Http404
        try:
            if done := _apply(found, form, may, request):
                forget(request)
                messages.success(request, done)
                return HttpResponseRedirect(reverse("training:consultations", args=[project.key]))
        except GuardsUnmet as refused:
            errors = refused.reasons
        except SavedElsewhere:
            errors = [_("This consultation was changed meanwhile. Read it again below before you go on.")]
        except NotAllowed:
            raise Http404 from None
        found.refresh_from_db()
    context = {"project": project, "entry": found, "form": form, "errors": errors}
    context |= _around(found, may, errors, request)
    status = 422 if errors else _status(form)
    return render(request, "training/consultations/entry.html", context, status=status)


def _around(found: Consultation, may: str, errors: list[str], request: HttpRequest) -> dict[str, Any]:
    """What the page needs beside the words; a form that was refused gets a key of its own."""
    return {
        "may": may if found.state != Consultation.State.CONFIRMED else "",
        "reason": typed(request).get("reason", ""),
        "submit_key": uuid.uuid4() if errors else request.POST.get("submit_key") or uuid.uuid4(),
        **controls(request),
    }


def _entry_form(found: Consultation, request: HttpRequest) -> TalkForm:
    if request.method == "POST" and request.POST.get("do") == "change":
        return TalkForm(request.POST, [Holder(found.role)])
    held = kept(request)
    words = {name: getattr(found, name) for name in ("held_on", "discussed", "agreed")}
    initial = words | {"submit_key": uuid.uuid4()} | _words(held.data if held else {})
    return TalkForm(None, [Holder(found.role)], initial=initial)


def _apply(found: Consultation, form: TalkForm, may: str, request: HttpRequest) -> str:
    """What was done, in words; empty when the form is not good. Raises as the services do."""
    given, key = request.POST, submit_key(request)
    try:
        seen = int(given.get("seen", ""))
    except ValueError:
        raise Http404 from None
    by, do = person(request), given.get("do")
    if do == "change" and may == "change":
        if not form.is_valid():
            return ""
        keeping.change(consultation=found, by=by, seen=seen, talk=form.talk(), submit_key=key)
        return _("The consultation is corrected; the other side is asked again.")
    if do in {"confirm", "decline"} and may == "answer":
        agrees, reason = do == "confirm", cleaned(given.get("reason", ""))
        keeping.answer(consultation=found, by=by, seen=seen, agrees=agrees, reason=reason, submit_key=key)
        return _("The consultation is confirmed.") if agrees else _("The other side is told why.")
    raise Http404


@signed_in
@require_safe
def sheet(request: HttpRequest, key: uuid.UUID, role: str) -> HttpResponse:
    """What both sides confirmed with the mentor or the coach, as a sheet for paper."""
    project, _roles = project_of(request, key)
    if role not in keeping.SUPPORTERS:
        raise Http404
    rows = project.consultations.filter(role=role, state=Consultation.State.CONFIRMED)
    context = {
        "project": project,
        "role": Holder(role).label,
        "entries": rows.select_related("supporter", "written_by", "project").order_by("held_on", "pk"),
        "today": timezone.localdate(),
    }
    return render(request, "training/consultations/sheet.html", context)


def _may(found: Consultation, request: HttpRequest) -> str:
    """What the reader may do with the entry: ``change``, ``answer`` or nothing."""
    reader = person(request).pk
    if reader == found.written_by_id and found.state != Consultation.State.CONFIRMED:
        return "change"
    waits = found.state == Consultation.State.WAITING
    return "answer" if waits and reader == found.other_side else ""


def _words(data: Mapping[str, str]) -> dict[str, str]:
    """The words of a form that was kept."""
    return {name: data[name] for name in (*_WORDS, "role") if data.get(name)}


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200
