"""The short survey about a published innovation, after half a year and a year."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalogue.services import intake
from training import answers
from training.errors import Moved
from training.models import FollowUp, Holder, Project
from training.services import follow_ups
from training.views.access import person, project_of
from training.views.kept import controls, forget, surviving, typed
from training.views.sent import applied
from training.views.strict import only

PAGE = "training/follow_up/survey.html"


class NumberField(forms.CharField):
    """A number as people here write it: 1.234,5."""

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        number = answers.as_number(text)
        if number is None or abs(number) >= 10**12:
            raise forms.ValidationError(_("Write a number, such as 12 or 3,5."))
        return number


class SurveyForm(forms.Form):
    """What became of it, and new numbers for the outcomes that the record has."""

    submit_key = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label=gettext_lazy("What became of the innovation?"),
        choices=FollowUp.Answer.choices,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=gettext_lazy("Replicated: where?"),
        help_text=gettext_lazy("Only if it was replicated: unit, agency or region."),
        max_length=200,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Stopped: why?"),
        help_text=gettext_lazy("Only if it was stopped. Visitors of the catalogue may read it; name nobody."),
        max_length=300,
        required=False,
    )
    evidence = forms.URLField(
        label=gettext_lazy("Link to evidence"),
        help_text=gettext_lazy("A page that anybody can open, such as news or a report."),
        max_length=300,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, data: Any = None, *, outcomes: Sequence[intake.ProposedOutcome] = ()) -> None:
        super().__init__(data, initial={"submit_key": uuid.uuid4()})
        self.names: dict[str, str] = {}
        for number, outcome in enumerate(outcomes):
            name = f"number-{number}"
            self.names[name] = outcome.name
            before = f" ({outcome.unit})" if outcome.unit else ""
            self.fields[name] = NumberField(
                label=f"{outcome.name}{before}",
                help_text=_("Until now: %(number)s") % {"number": _shown(outcome.actual)},
                max_length=30,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )

    def clean_evidence(self) -> str:
        link = str(self.cleaned_data["evidence"])
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Write an address that begins with https://."))
        return link

    def given(self) -> follow_ups.Given:
        """What was answered; only for a valid form."""
        data = self.cleaned_data
        numbers = {title: data[name] for name, title in self.names.items() if data.get(name) is not None}
        return follow_ups.Given(
            FollowUp.Answer(data["answer"]), data["place"], data["reason"], data["evidence"], numbers
        )


def _shown(number: Decimal | None) -> str:
    return (
        f"{number:f}".rstrip("0").rstrip(".").replace(".", ",")
        if number is not None and number % 1
        else (f"{number:.0f}" if number is not None else "–")
    )


def links(project: Project, roles: frozenset[Holder]) -> list[tuple[str, str]]:
    """Texts and addresses of the project's surveys, for whoever has a part in it; one query.

    None before the project has a record.
    """
    if not project.record_key or not roles:
        return []
    return [
        (
            _("Follow-up after %(months)d months") % {"months": row.months},
            reverse("training:follow-up", args=[project.key, row.months]),
        )
        for row in project.follow_ups.all()
    ]


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, key: uuid.UUID, months: int) -> HttpResponseBase:
    """The survey, for participant and mentor until one of them has answered; then the answer."""
    project, roles = project_of(request, key)
    row = FollowUp.objects.filter(project=project, months=months).select_related("answered_by").first()
    if row is None:
        raise Http404
    may = bool(roles & follow_ups.ANSWERERS)
    outcomes = intake.outcomes_of(project.record_key) if project.record_key and may else []
    if request.method == "POST":
        if not may:
            raise Http404
        return _answer(request, project, row, SurveyForm(request.POST, outcomes=outcomes))
    form = SurveyForm(typed(request) or None, outcomes=outcomes)
    return _page(request, project, row, form if may else None)


def _answer(request: HttpRequest, project: Project, row: FollowUp, form: SurveyForm) -> HttpResponseBase:
    only(request, form)

    def answer() -> None:
        follow_ups.answer(
            project=project,
            months=row.months,
            given=form.given(),
            by=person(request),
            submit_key=form.cleaned_data["submit_key"],
        )

    try:
        if not applied(form, answer):
            return _page(request, project, row, form, status=422)
    except Moved:
        row.refresh_from_db()
        return _page(request, project, row, form, status=409)
    forget(request)
    messages.success(request, _("Thank you. A curator looks at what changes in the record."))
    return redirect("training:follow-up", project.key, row.months)


def _page(
    request: HttpRequest, project: Project, row: FollowUp, form: SurveyForm | None, status: int = 200
) -> HttpResponseBase:
    context = {
        "project": project,
        "row": row,
        "form": form,
        "typed": form if form is not None and form.is_bound and row.answered_at else None,
        **controls(request),
    }
    return render(request, PAGE, context, status=status)
