"""The dossier of a project, for the coordinators of its batch."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from training import dossier as dossiers
from training.errors import NotAllowed
from training.models import Holder
from training.services import coordination
from training.views.access import person, project_of, signed_in
from training.views.strict import only, submit_key


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A page that says what is in it; POST downloads it, which the project's history keeps."""
    project, roles = project_of(request, key)
    if Holder.COORDINATOR not in roles:
        raise Http404
    if request.method != "POST":
        context = {"project": project, "submit_key": uuid.uuid4()}
        return render(request, "training/standing/dossier.html", context)
    only(request)
    sent = submit_key(request, needed=False)
    try:
        coordination.note_download(project=project, by=person(request), submit_key=sent)
    except NotAllowed as refused:
        raise Http404 from refused
    reader = dossiers.Reader(person(request), roles)
    answer = StreamingHttpResponse(dossiers.pieces(project, reader), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="berkas-{project.key}.zip"'
    return answer
