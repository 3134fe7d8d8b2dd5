"""An invitation's page: whoever was asked says yes here, also with an account that has no password yet."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.services import first_password_path
from training.errors import NotAllowed
from training.models import Holder, Invitation
from training.services import invitations
from training.views.access import person, to_sign_in
from training.views.strict import only


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept for the invited; a first password for an account made for this; sign-in for the others.

    Somebody else who is signed in is told that it does not exist.
    """
    found = invitations.known(key)
    if found is None or (request.user.is_authenticated and request.user.pk != found.user_id):
        raise Http404
    if request.method == "POST":
        only(request)
    if not invitations.is_open(found):
        return _over(request)
    if request.user.is_authenticated:
        return _answer(request, found)
    if not invitations.may_set_first_password(found):
        return to_sign_in(request.path)
    return _first_password(request, found)


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            invitations.accept(invitation=found, user=person(request))
        except NotAllowed:  # somebody else got the part since the page began
            return _over(request)
        messages.success(request, _("Thank you. You take part now."))
        return HttpResponseRedirect(reverse("training:project", args=[found.project.key]))
    return render(request, "training/invitation.html", {"invitation": found, "role": Holder(found.role)})


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "training/invitation_over.html", status=410)


def _first_password(request: HttpRequest, found: Invitation) -> HttpResponse:
    """The link came by mail to this account's address, so whoever opens it may set its first password."""
    if request.method == "POST":
        invitations.prove_mailbox(invitation=found)
        query = urlencode({"next": request.path, "language": get_language() or "id"})
        return HttpResponseRedirect(f"{first_password_path(found.user)}?{query}")
    return render(
        request, "training/invitation_password.html", {"invitation": found, "role": Holder(found.role)}
    )
