"""A coordinator's batches, and the board of one."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from training import boards
from training.models import Batch, Project
from training.permissions import led_batches
from training.recap import recap
from training.services import coordination
from training.views.coordinating import batch_view, person, signed_in
from training.views.strict import only

PAGE = 50
BATCHES = 30
_SESSION = "training-board-search"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BoardForm(forms.Form):
    """What the list below a board is narrowed to, as the address says it."""

    state = forms.ChoiceField(label=_("State of the project"), required=False)
    answer = forms.ChoiceField(
        label=_("Mentor and coach"),
        required=False,
        choices=[
            ("", _("all")),
            ("accepted", _("both have accepted")),
            ("mentor", _("the mentor has not accepted yet")),
            ("coach", _("the coach has not accepted yet")),
        ],
    )
    standing = forms.ChoiceField(label=_("Standing"), required=False)
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    finished = forms.BooleanField(label=_("Finished only"), required=False)

    def __init__(self, batch: Batch, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        states = [(state.code, state.label) for state in batch.version.all_states]
        self.fields["state"].choices = [("", _("all")), *states]  # type: ignore[attr-defined]
        still = [("", _("all who have not left")), *Project.Standing.choices]
        self.fields["standing"].choices = still  # type: ignore[attr-defined]

    def wanted(self, text: str) -> boards.Wanted:
        """What was asked for, with the words looked for; what can't be read narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return boards.Wanted(
            given.get("state", ""),
            given.get("overdue", False),
            given.get("answer", ""),
            text,
            given.get("standing", ""),
            given.get("finished", False),
        )

    def narrowed(self) -> dict[str, str]:
        """The fields that narrow the list, for an address."""
        self.is_valid()
        return {name: "1" if value is True else value for name, value in self.cleaned_data.items() if value}


class SearchForm(forms.Form):
    """Whom a coordinator looks for. It is never in an address: names don't belong into anybody's log."""

    q = forms.CharField(label=_("Name, address or title"), max_length=100, required=False)


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The batches that the person coordinates, each with its numbers."""
    batches = led_batches(request.user).select_related("version", "institution")
    page = Paginator(batches, BATCHES).get_page(request.GET.get("page"))
    institutions, agencies = boards.totals(led_batches(request.user), get_language() or "id")
    context = {
        "boards": boards.boards(page.object_list),
        "list": page,
        "totals": [("institution", _("Institution"), institutions), ("agency", _("Agency"), agencies)],
    }
    return render(request, "training/batches/mine.html", context)


@batch_view("GET")
def board(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """How many people are in which state, and the list of those that were asked for."""
    form = BoardForm(batch, request.GET)
    text = _looked_for(request, batch)
    wanted = form.wanted(text)
    page = Paginator(boards.members(batch, wanted), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "batch": batch,
        "board": boards.boards([batch])[0],
        "form": form,
        "search": SearchForm({"q": text}, auto_id="search-%s"),
        "narrowed": wanted != boards.Wanted(),
        "ready": boards.ready(batch).count(),
        "list": page,
        "members": boards.with_people(batch, page.object_list),
        "query": query.urlencode(),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/batches/board.html", context)


@batch_view("POST")
def search(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """Remember whom the person looks for, in their session, and show them on the board."""
    form, board_form = SearchForm(request.POST), BoardForm(batch, request.POST)
    only(request, form, board_form)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    query = board_form.narrowed()
    if text:
        request.session[_SESSION] = {"batch": str(batch.key), "text": text}
        query["found"] = "1"
    else:
        request.session.pop(_SESSION, None)
    return redirect(f"{reverse('training_batches:board', args=[batch.key])}?{urlencode(query)}#people")


def _looked_for(request: HttpRequest, batch: Batch) -> str:
    kept = request.session.get(_SESSION, {}) if request.GET.get("found") else {}
    return str(kept["text"]) if kept.get("batch") == str(batch.key) else ""


@batch_view("GET")
def download(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """The batch as a workbook; the history of each project keeps who took it."""
    if request.method == "GET":
        coordination.note_recap(batch=batch, by=person(request))
    pieces = recap(batch, get_language() or "id", reader=person(request))
    answer = StreamingHttpResponse(pieces, content_type=XLSX)
    name = f"angkatan-{timezone.localdate().isoformat()}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
