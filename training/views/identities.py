"""A participant's NIP, on the answer to a form and nowhere else: no address and no other page holds it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from training.errors import NotAllowed
from training.models import Batch, Project
from training.services import identities
from training.views.coordinating import batch_view, person
from training.views.strict import only


@batch_view("POST")
def show_nip(request: HttpRequest, batch: Batch, project: UUID) -> HttpResponseBase:
    """Show the number once; looking again is asking again."""
    only(request)
    found = Project.objects.filter(batch=batch, key=project).select_related("owner").first()
    if found is None:
        raise Http404
    try:
        number = identities.show_nip(project=found, by=person(request))
    except NotAllowed as refused:
        raise Http404 from refused
    return render(request, "training/batches/nip.html", {"batch": batch, "project": found, "nip": number})
