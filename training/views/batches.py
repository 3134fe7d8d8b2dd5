"""A coordinator's batches, and the board of one."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from training import boards
from training.models import Batch
from training.permissions import led_batches
from training.recap import recap
from training.views.coordinating import batch_view, signed_in

PAGE = 50
BATCHES = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BoardForm(forms.Form):
    """What the list below a board is narrowed to, as the address says it."""

    q = forms.CharField(label=_("Name, address or title"), max_length=100, required=False)
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
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)

    def __init__(self, batch: Batch, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        states = [(state.code, state.label) for state in batch.version.all_states]
        self.fields["state"].choices = [("", _("all")), *states]  # type: ignore[attr-defined]

    def wanted(self) -> boards.Wanted:
        """What was asked for; what can't be read narrows nothing, and its field says so."""
        self.is_valid()
        given = self.cleaned_data
        return boards.Wanted(
            given.get("state", ""), given.get("overdue", False), given.get("answer", ""), given.get("q", "")
        )


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """The batches that the person coordinates, each with its numbers."""
    batches = led_batches(request.user).select_related("version", "institution")
    page = Paginator(batches, BATCHES).get_page(request.GET.get("page"))
    return render(
        request, "training/batches/mine.html", {"boards": boards.boards(page.object_list), "list": page}
    )


@batch_view("GET")
def board(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """How many people are in which state, and the list of those that were asked for."""
    form = BoardForm(batch, request.GET)
    wanted = form.wanted()
    page = Paginator(boards.members(batch, wanted), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "batch": batch,
        "board": boards.boards([batch])[0],
        "form": form,
        "narrowed": wanted != boards.Wanted(),
        "ready": boards.ready(batch).count(),
        "list": page,
        "members": boards.with_people(batch, page.object_list),
        "query": query.urlencode(),
        "submit_key": uuid.uuid4(),
    }
    return render(request, "training/batches/board.html", context)


@batch_view("GET")
def download(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """The batch as a workbook."""
    answer = StreamingHttpResponse(recap(batch, get_language() or "id"), content_type=XLSX)
    name = f"angkatan-{timezone.localdate().isoformat()}.xlsx"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
