"""What a coordinator does to many people of a batch at once."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalogue.services import codes
from training.errors import GuardsUnmet
from training.models import Batch, BatchExaminer
from training.services import coordination, examiners
from training.services.enrolment import Person
from training.services.enrolment_lists import LONGEST_NAME
from training.views.coordinating import batch_view, person
from training.views.strict import only

MOST_TICKED = 200
"""Rows that one request may name."""


class ExaminerForm(forms.Form):
    """Somebody who may examine in the batch."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    agency = forms.ChoiceField(
        label=gettext_lazy("Agency"),
        required=False,
        help_text=gettext_lazy("Nobody examines a participant of their own agency."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices = [("", _("not known")), *codes.agency_choices(get_language() or "id")]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]


@batch_view("POST")
def begin(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Start every project whose people have accepted."""
    only(request)
    done = coordination.begin_ready(batch=batch, by=person(request), submit_key=submit_key(request))
    text = ngettext("%(count)d project was started.", "%(count)d projects were started.", done.started)
    messages.success(request, text % {"count": done.started})
    if done.left > 0:
        text = ngettext(
            "%(count)d more is ready: press the button again.",
            "%(count)d more are ready: press the button again.",
            done.left,
        )
        messages.info(request, text % {"count": done.left})
    return redirect("training_batches:board", batch.key)


@batch_view("POST")
def remind(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Remind whoever holds an overdue project, or one of those that are ticked."""
    only(request, "selected", "project")
    ticked = None
    if "selected" in request.POST:
        ticked = _keys(request.POST.getlist("project"))
        if not ticked:
            messages.error(request, _("Tick the people to be reminded first."))
            return redirect("training_batches:board", batch.key)
    count = coordination.remind(batch=batch, by=person(request), only=ticked)
    if count:
        text = ngettext("%(count)d person was reminded.", "%(count)d people were reminded.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nobody was reminded: they were today already, or it is nobody's turn."))
    return redirect("training_batches:board", batch.key)


@batch_view("GET", "POST")
def examining(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Who may examine in the batch, with how much each one has to do; POST adds somebody."""
    form = ExaminerForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        only(request, form)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        agency = codes.agency_id(given["agency"]) if given["agency"] else None
        try:
            made = examiners.choose(
                batch=batch,
                person=Person(given["email"], given["name"]),
                agency_id=agency,
                by=person(request),
            )
        except GuardsUnmet as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, _("%(name)s may examine in this batch.") % {"name": made.user.email})
            return redirect("training_batches:examiners", batch.key)
    context = {
        "batch": batch,
        "form": form,
        "rows": examiners.loads(batch, get_language() or "id"),
        "without": examiners.without_examiner(batch),
    }
    return render(request, "training/batches/examiners.html", context, status=422 if form.errors else 200)


@batch_view("POST")
def give_up(request: HttpRequest, batch: Batch, examiner: int) -> HttpResponseBase:
    """Offer somebody no more."""
    found = BatchExaminer.objects.filter(batch=batch, pk=examiner).select_related("user").first()
    if found is None:
        raise Http404
    only(request)
    examiners.give_up(batch=batch, examiner=found, by=person(request))
    text = _("%(name)s is not offered any more; what they examine already stays theirs.")
    messages.success(request, text % {"name": found.user.email})
    return redirect("training_batches:examiners", batch.key)


@batch_view("POST")
def share(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Give an examiner to every project without one."""
    only(request)
    try:
        done = examiners.assign_balanced(batch=batch, by=person(request))
    except GuardsUnmet as error:
        messages.error(request, " ".join(error.reasons))
        return redirect("training_batches:examiners", batch.key)
    text = ngettext(
        "%(count)d project got an examiner.", "%(count)d projects got an examiner.", done.assigned
    )
    messages.success(request, text % {"count": done.assigned})
    if done.without:
        text = ngettext(
            "%(count)d project has none: everybody chosen takes part in it or is of the same agency.",
            "%(count)d projects have none: everybody chosen takes part in them or is of the same agency.",
            done.without,
        )
        messages.warning(request, text % {"count": done.without})
    return redirect("training_batches:examiners", batch.key)


def _keys(given: list[str]) -> list[uuid.UUID]:
    """The keys of ticked rows. Raises ``Http404`` for what is none, or more than a page has."""
    try:
        keys = [uuid.UUID(text) for text in given]
    except ValueError as error:
        raise Http404 from error
    if len(keys) > MOST_TICKED:
        raise Http404
    return keys


def submit_key(request: HttpRequest) -> uuid.UUID:
    """What makes a form that is sent twice do its work once; one without a key is a new one."""
    try:
        return uuid.UUID(request.POST.get("submit_key", ""))
    except ValueError:
        return uuid.uuid4()
