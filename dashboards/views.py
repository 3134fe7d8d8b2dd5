"""Figures over the batches somebody may count, the projects behind each number, and both as a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.services import codes
from dashboards import exports
from dashboards.access import counted_batches, counted_projects
from dashboards.figures import Figures
from dashboards.outcomes import IN_RECORDS, IN_REPORTS, in_records, in_reports
from dashboards.selection import Selection
from training.naming import know
from training.permissions import led_batches
from training.services.todo import Versions
from training.views.access import person, signed_in

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _selection(request: HttpRequest) -> Selection:
    """What the address asks for. Raises ``Http404`` for somebody who may count nothing."""
    batches = counted_batches(person(request)).select_related("version__programme", "institution")
    found = list(batches)
    if not found:
        raise Http404
    return Selection(request.GET, found)


def _outcomes(figures: Figures) -> list[exports.Kind]:
    rows = figures.selection.narrow(figures.projects)
    return [
        (_("Projects with outcomes in what they handed in"), in_reports(rows)),
        (_("Records in the catalogue"), in_records(rows)),
    ]


@signed_in
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All tables, each with bars of the same numbers."""
    selection = _selection(request)
    figures = Figures(counted_projects(person(request)), selection)
    led = led_batches(person(request)).values_list("key", flat=True)
    context = {
        "form": selection.form,
        "figures": figures,
        "tables": figures.tables(),
        "outcomes": [
            (
                label,
                [
                    (name, number, selection.query(outcomes=kind))
                    for (name, number), kind in zip(exports.numbers(reached), kinds, strict=True)
                ],
            )
            for (label, reached), kinds in zip(_outcomes(figures), (IN_REPORTS, IN_RECORDS), strict=True)
        ],
        "narrowed": selection.query(),
        "led": {str(key) for key in led},
    }
    return render(request, "dashboards/overview.html", context)


@signed_in
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Exactly the projects that a number counts, the latest first. Names are for whoever leads the batch."""
    selection = _selection(request)
    rows = selection.narrow(counted_projects(person(request))).defer("answers")
    rows = rows.select_related("batch", "owner").order_by(F("due_on").asc(nulls_last=True), "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = Versions().give(page.object_list)
    know(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    language = get_language() or "id"
    context = {
        "list": page,
        "rows": [(project, codes.agency_label(project.agency_id, language)) for project in page.object_list],
        "query": query.urlencode(),
        "back": selection.query(),
        "led": set(led_batches(person(request)).values_list("pk", flat=True)),
    }
    return render(request, "dashboards/projects.html", context)


@signed_in
@require_safe
def sheet(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The tables as CSV or XLSX."""
    figures = Figures(counted_projects(person(request)), _selection(request))
    lines = exports.rows(figures.tables(), _outcomes(figures))
    return _download(lines, kind)


def _download(lines: Sequence[exports.Row], kind: str) -> HttpResponseBase:
    pieces, mime = (
        (exports.xlsx_pieces(lines), XLSX)
        if kind == "xlsx"
        else (exports.csv_pieces(lines), "text/csv; charset=utf-8")
    )
    answer = StreamingHttpResponse(pieces, content_type=mime)
    name = f"ikhtisar-{timezone.localdate().isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
