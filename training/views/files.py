"""The files of a project: listed, added, handed out and removed, each time for whoever has a part in it."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home.errors import unavailable
from training import logbooks, uploads
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import EvidenceFile, Holder, Project
from training.models.evidence import TYPES, Kind
from training.permissions import may_attach
from training.services import evidence
from training.views.access import person, project_of, signed_in
from training.views.incoming import FIELDS, chosen, refusals, takes_files
from training.views.kept import controls, forget, surviving
from training.views.logbook_form import DOCUMENTS
from training.views.strict import only, submit_key

logger = logging.getLogger(__name__)

A_PAGE = 20
HEADERS = {
    # Nothing that somebody handed in opens within the site, whatever it is, or is kept by anybody.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
}


@takes_files
@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """All files, the last first, and the form for those of the project itself."""
    project, roles = project_of(request, key)
    writes = may_attach(project, roles)
    if request.method != "POST":
        return _page(request, project, writes)
    if not writes and project.is_active:  # otherwise the service says why
        raise Http404
    only(request, "row", *FIELDS)
    return _attach(request, project, submit_key(request))


@signed_in
@require_safe
def download(request: HttpRequest, key: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """One file, whole, always to be saved; 503 where this host lacks it."""
    project, _roles = project_of(request, key)
    found = _file_of(project, file)
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.error("Evidence file %d is not below PRIVATE_ROOT on this host", found.pk)
        return unavailable(request)
    response = FileResponse(content, as_attachment=True, filename=found.name)
    response.headers["Content-Type"] = TYPES[Kind(found.kind)]
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response


@signed_in
@require_POST
def remove(request: HttpRequest, key: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take one's own file away while that is possible."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles:
        raise Http404
    only(request)
    back = reverse("training:files", args=[key])
    sent = submit_key(request)
    found = EvidenceFile.objects.filter(project=project, key=file).select_related("project").first()
    if found is None:
        if project.events.filter(submit_key=sent, actor=person(request)).exists():
            return HttpResponseRedirect(back)  # the same request again
        raise Http404
    try:
        evidence.remove(file=found, actor=person(request), submit_key=sent)
    except NotAllowed as refused:
        raise Http404 from refused
    except Moved:
        text = _(
            "“%(file)s” stays: files can be removed within 48 hours, and not after the mentor confirmed."
        )
        messages.error(request, text % {"file": found.name})
        return HttpResponseRedirect(back)
    messages.success(request, _("“%(file)s” was removed.") % {"file": found.name})
    return HttpResponseRedirect(back)


def _file_of(project: Project, key: uuid.UUID) -> EvidenceFile:
    found = EvidenceFile.objects.filter(project=project, key=key).first()
    if found is None:
        raise Http404
    return found


def _attach(request: HttpRequest, project: Project, sent: uuid.UUID) -> HttpResponse:
    given, wrong = chosen(request), refusals(request)
    if not given and not wrong:
        wrong = [_("Choose a file, or take a photo.")]
    if wrong:
        return _page(request, project, True, wrong)
    try:
        with uploads.checked(given) as files:
            row = request.POST.get("row", "")
            evidence.attach(project=project, actor=person(request), files=files, row=row, submit_key=sent)
    except (uploads.UnusableFile, GuardsUnmet) as refused:
        return _page(request, project, True, [str(refused)])
    except NotAllowed as refused:
        raise Http404 from refused
    forget(request)
    messages.success(request, _("The files are kept."))
    return HttpResponseRedirect(reverse("training:files", args=[project.key]))


def _page(request: HttpRequest, project: Project, writes: bool, wrong: Sequence[str] = ()) -> HttpResponse:
    writes = writes and project.is_active
    rows = EvidenceFile.objects.filter(project=project).select_related("entry").order_by("-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    plan, user = {row.code: row.label for row in logbooks.rows(project)}, person(request)
    shown: list[Any] = []
    for file in page.object_list:
        row = file.entry.row if file.entry else file.row
        shown.append((file, plan.get(row, ""), evidence.may_remove(file, user)))
    context = {
        "project": project,
        "page_of_files": page,
        "shown": shown,
        "may_write": writes,
        "plan": plan.items(),
        "given": request.POST,
        "wrong": wrong,
        "documents": DOCUMENTS,
        "most_files": uploads.room_in_words(),
        "left": evidence.room_left(user) if writes else 0,
        "submit_key": uuid.uuid4(),
        **controls(request),
    }
    return render(request, "training/files/list.html", context, status=422 if wrong else 200)
