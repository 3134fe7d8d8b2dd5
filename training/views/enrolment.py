"""Bringing people into a batch: one by one, or from a list that is shown before it is applied."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import codes
from training.errors import GuardsUnmet
from training.models import Batch, EnrolmentList
from training.services import enrolment, enrolment_lists
from training.services.enrolment import Person
from training.services.enrolment_lists import WrongRows
from training.services.sheets import LARGEST, UnreadableFile
from training.views.batches import XLSX
from training.views.coordinating import batch_view, person
from training.views.strict import only

MOST_PROBLEMS = 100
"""Problems shown at once: whoever mends these sees the next."""
PAGE = 100


class NameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=enrolment_lists.LONGEST_NAME, **options)


class EnrolForm(forms.Form):
    """One participant with the two who support them."""

    participant_name = NameField(label=enrolment_lists.COLUMNS["participant_name"])
    participant_email = forms.EmailField(label=enrolment_lists.COLUMNS["participant_email"], max_length=254)
    agency = forms.ChoiceField(label=gettext_lazy("Agency"), required=False)
    mentor_name = NameField(label=enrolment_lists.COLUMNS["mentor_name"])
    mentor_email = forms.EmailField(
        label=enrolment_lists.COLUMNS["mentor_email"],
        max_length=254,
        help_text=gettext_lazy("The mentor is the participant's superior."),
    )
    coach_name = NameField(label=enrolment_lists.COLUMNS["coach_name"])
    coach_email = forms.EmailField(label=enrolment_lists.COLUMNS["coach_email"], max_length=254)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choices = [("", _("not known")), *codes.agency_choices(get_language() or "id")]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    def enrol(self, batch: Batch, by: User) -> enrolment.Enrolled | None:
        """Do it; ``None`` when something has to be mended first, which the fields then say."""
        given = self.cleaned_data
        people = {
            part: Person(given[f"{part}_email"], given[f"{part}_name"]) for part in enrolment_lists.PARTS
        }
        agency = codes.agency_id(given["agency"]) if given["agency"] else None
        try:
            return enrolment.enrol(batch=batch, agency_id=agency, by=by, **people)
        except GuardsUnmet as error:
            for reason in error.reasons:
                self.add_error(None, reason)
            return None


@batch_view("GET", "POST")
def one(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Enrol somebody by a form."""
    form = EnrolForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        only(request, form)
    if request.method == "POST" and form.is_valid() and (result := form.enrol(batch, person(request))):
        # As it was typed here: whose address it is, is not told before they said yes.
        name = form.cleaned_data["participant_name"]
        if result.made:
            text = _("%(name)s was enrolled; all three were sent an invitation.")
            messages.success(request, text % {"name": name})
        else:
            text = (
                _("%(name)s is in this batch already; invitations that were over were sent again.")
                if result.renewed
                else _("%(name)s is in this batch already; nothing was changed.")
            )
            messages.info(request, text % {"name": name})
        return redirect("training_batches:enrol", batch.key)
    status = 422 if form.errors else 200
    context = {"batch": batch, "form": form, "largest": LARGEST}
    return render(request, "training/batches/enrol.html", context, status=status)


@batch_view("GET")
def template(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """The empty list, as a workbook."""
    answer = HttpResponse(enrolment_lists.template(get_language() or "id"), content_type=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="peserta.xlsx"'
    return answer


@batch_view("POST")
def upload(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Read a list; nobody is enrolled by that."""
    only(request, "file")
    file = request.FILES.get("file")
    problems: list[enrolment_lists.Problem] = []
    if file is None:
        refused = _("Choose a file first.")
    elif (file.size or 0) > LARGEST:
        refused = _("The file is larger than 10 MB. Take out what is not the list.")
    else:
        try:
            kept = enrolment_lists.receive(batch=batch, content=file.read(), by=person(request))
        except UnreadableFile as error:
            refused = str(error)
        except WrongRows as error:
            problems = error.problems
            refused = ngettext(
                "%(count)d thing in the list has to be mended. Nobody was enrolled.",
                "%(count)d things in the list have to be mended. Nobody was enrolled.",
                len(problems),
            ) % {"count": len(problems)}
        else:
            return redirect("training_batches:list", batch.key, kept.key)
    context = {
        "batch": batch,
        "form": EnrolForm(),
        "refused": refused,
        "problems": problems[:MOST_PROBLEMS],
        "more": max(len(problems) - MOST_PROBLEMS, 0),
    }
    return render(request, "training/batches/enrol.html", context, status=422)


@batch_view("GET", "POST")
def from_list(request: HttpRequest, batch: Batch, file: UUID) -> HttpResponseBase:
    """Show what a list would do, and do exactly that."""
    kept = EnrolmentList.objects.filter(batch=batch, key=file).select_related("batch__version").first()
    if kept is None:
        raise Http404
    if request.method == "POST":
        only(request)
        return _apply(request, batch, kept)
    if kept.applied_at is not None:
        return redirect("training_batches:board", batch.key)
    rows = enrolment_lists.shown(kept, get_language() or "id")
    context = {
        "batch": batch,
        "kept": kept,
        "new": sum(not row.there for row in rows),
        "there": sum(row.there for row in rows),
        "list": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "training/batches/list.html", context)


def _apply(request: HttpRequest, batch: Batch, kept: EnrolmentList) -> HttpResponseBase:
    try:
        made = enrolment_lists.apply(kept=kept, by=person(request))
    except GuardsUnmet as error:
        for reason in error.reasons:
            messages.error(request, reason)
        return redirect("training_batches:enrol", batch.key)
    text = ngettext("%(count)d person was enrolled.", "%(count)d people were enrolled.", made)
    messages.success(request, text % {"count": made})
    return redirect("training_batches:board", batch.key)
