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
from training.models import Batch, Project
from training.services import coordination, examiners
from training.services.conflicts import named
from training.services.enrolment import Person
from training.services.enrolment_lists import LONGEST_NAME
from training.views.coordinating import agency_key, batch_view, person
from training.views.strict import must_be_of, only, submit_key

MOST_TICKED = 200
"""Rows that one request may name."""


OUTSIDE = "outside"
"""Stands in the place of an agency's code."""


class ExaminerForm(forms.Form):
    """Somebody who may examine in the batch."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    agency = forms.ChoiceField(
        label=gettext_lazy("Agency"),
        help_text=gettext_lazy("Nobody examines a participant of their own agency."),
        error_messages={
            "required": gettext_lazy("Choose the agency, or that it is none of the government's agencies.")
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        none = (OUTSIDE, _("none of the government's agencies"))
        choices = [("", "–"), none, *codes.agency_choices(get_language() or "id")]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    """How many examiners each project shall have."""

    per_project = forms.ChoiceField(
        label=gettext_lazy("Examiners for each project"),
        required=False,
        initial="1",
        choices=[(str(number), str(number)) for number in range(1, examiners.MOST_EACH + 1)],
        help_text=gettext_lazy("Two show where marks lie far apart. Those who examine already are counted."),
    )


@batch_view("POST")
def begin(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Start every project whose people have accepted."""
    only(request)
    sent = submit_key(request, needed=False)
    done = coordination.begin_ready(batch=batch, by=person(request), submit_key=sent)
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
        must_be_of(Project.objects.filter(batch=batch), "key", ticked)
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
        try:
            examiners.choose(
                batch=batch,
                person=Person(given["email"], given["name"]),
                agency_id=_agency(given["agency"]),
                by=person(request),
                submit_key=submit_key(request, needed=False),
            )
        except GuardsUnmet as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, _("%(name)s may examine in this batch.") % {"name": given["email"]})
            return redirect("training_batches:examiners", batch.key)
    context = {
        "batch": batch,
        "form": form,
        "share": ShareForm(),
        "rows": examiners.loads(batch, get_language() or "id"),
        "without": examiners.without_examiner(batch),
        "events": examiners.happened(batch),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/batches/examiners.html", context, status=422 if form.errors else 200)


def _agency(code: str) -> int | None:
    """The key of an agency, or ``None`` for outside of the government. Raises what ``agency_key`` does."""
    return None if code == OUTSIDE else agency_key(code)


@batch_view("POST")
def give_up(request: HttpRequest, batch: Batch, examiner: int) -> HttpResponseBase:
    """Offer somebody no more."""
    found = batch.examiners.filter(pk=examiner).select_related("user").first()
    if found is None:
        raise Http404
    only(request)
    examiners.give_up(
        batch=batch, examiner=found, by=person(request), submit_key=submit_key(request, needed=False)
    )
    text = _("%(name)s is not offered any more; what they examine already stays theirs.")
    messages.success(request, text % {"name": found.address})
    return redirect("training_batches:examiners", batch.key)


@batch_view("POST")
def share(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Give examiners to every project that has fewer than asked for."""
    form = ShareForm(request.POST)
    only(request, form)
    if not form.is_valid():
        messages.error(request, _("Choose how many examiners each project gets: 1, 2 or 3."))
        return redirect("training_batches:examiners", batch.key)
    number = int(form.cleaned_data["per_project"] or 1)
    try:
        done = examiners.assign_balanced(
            batch=batch, by=person(request), per_project=number, submit_key=submit_key(request, needed=False)
        )
    except GuardsUnmet as error:
        messages.error(request, " ".join(error.reasons))
    else:
        if done is None:
            messages.info(request, _("The projects were shared out already by this form."))
        else:
            _tell(request, done, number)
    return redirect("training_batches:examiners", batch.key)


def _tell(request: HttpRequest, done: examiners.Shared, number: int) -> None:
    """Say what sharing out did, and whom it left out."""
    text = ngettext(
        "%(count)d project got an examiner.", "%(count)d projects got an examiner.", done.assigned
    )
    messages.success(request, text % {"count": done.assigned})
    if done.without and number == 1:
        text = ngettext(
            "%(count)d project has none: everybody chosen takes part in it or is of the same agency.",
            "%(count)d projects have none: everybody chosen takes part in them or is of the same agency.",
            done.without,
        )
        messages.warning(request, text % {"count": done.without})
    elif done.without:
        text = ngettext(
            "%(count)d project has fewer than asked for: everybody else chosen takes part in it or is of the"
            " same agency.",
            "%(count)d projects have fewer than asked for: everybody else chosen takes part in them or is of"
            " the same agency.",
            done.without,
        )
        messages.warning(request, text % {"count": done.without})
    if done.no_agency:
        text = _("Left out, because the project has no agency yet: %(names)s.")
        messages.warning(request, text % {"names": named(done.no_agency)})
    if done.unknown:
        text = _("Not asked, because their agency is not known: %(names)s. Choose them again with it.")
        messages.warning(request, text % {"names": named(done.unknown)})


def _keys(given: list[str]) -> list[uuid.UUID]:
    """The keys of ticked rows. Raises ``Http404`` for what is none, or more than a page has."""
    try:
        keys = [uuid.UUID(text) for text in given]
    except ValueError as error:
        raise Http404 from error
    if len(keys) > MOST_TICKED:
        raise Http404
    return keys
