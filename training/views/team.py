"""The team of a project: its participant invites and changes, members leave, the invited say yes."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services import first_password_path
from training.errors import NotAllowed
from training.models import Holder, TeamMember
from training.permissions import Right, team_right
from training.services import invitations, team
from training.views.access import person, project_of, signed_in, to_sign_in
from training.views.kept import surviving
from training.views.sent import answered, sheet
from training.views.strict import only, submit_key

REMOVE = "remove"


class InviteForm(forms.Form):
    """A colleague's address, and what they may do."""

    address = forms.EmailField(label=gettext_lazy("E-mail of the colleague"), max_length=254)
    right = forms.ChoiceField(
        label=gettext_lazy("What they may do"),
        choices=Right.choices,
        help_text=gettext_lazy("Handing in, inviting and removing stay yours alone."),
    )


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who is in the team; POST invites. For the participant and the members alone."""
    project, roles = project_of(request, key, team=True)
    owns = Holder.PARTICIPANT in roles
    if not owns and (request.method == "POST" or team_right(project, person(request)) is None):
        raise Http404
    invitation = sheet(request, InviteForm)

    def invite() -> str:
        team.invite(
            project=project,
            address=invitation.given["address"],
            right=Right(invitation.given["right"]),
            by=person(request),
            submit_key=invitation.submit_key,
        )
        messages.success(request, _("An invitation is on its way to that address."))
        return reverse("training:team", args=[project.key])

    if done := answered(request, invitation, invite, "address"):
        return done
    rows = TeamMember.objects.filter(project=project, ended_at=None).select_related("user")
    context: dict[str, Any] = {
        "project": project,
        "owns": owns,
        "members": rows if owns else rows.exclude(accepted_at=None),
        "rights": Right.choices,
        "sheet": invitation,
        "submit_key": uuid.uuid4(),
    }
    status = 422 if invitation.form.errors else 200
    return render(request, "training/team/team.html", context, status=status)


@signed_in
@require_POST
def change(request: HttpRequest, key: uuid.UUID, member: int) -> HttpResponse:
    """Another right for a member, or none at all."""
    project, roles = project_of(request, key, team=True)
    found = TeamMember.objects.filter(project=project, pk=member, ended_at=None).first()
    if Holder.PARTICIPANT not in roles or found is None:
        raise Http404
    only(request, "right")
    wanted = request.POST.get("right", "")
    by, sent = person(request), submit_key(request, needed=False)
    if wanted == REMOVE:
        team.remove(project=project, member=found, by=by, submit_key=sent)
        messages.success(request, _("Their part is over."))
    elif wanted in Right.values:
        team.change(project=project, member=found, right=Right(wanted), by=by, submit_key=sent)
        messages.success(request, _("The right was changed."))
    else:
        raise BadRequest("right")
    return HttpResponseRedirect(reverse("training:team", args=[project.key]))


@signed_in
@require_POST
def leave(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Go out of a team."""
    project, _roles = project_of(request, key, team=True)
    only(request)
    try:
        sent = submit_key(request, needed=False)
        team.leave(project=project, user=person(request), submit_key=sent)
    except NotAllowed as error:
        raise Http404 from error
    messages.success(request, _("You are no longer in the team."))
    return HttpResponseRedirect(reverse("training:home"))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept for the invited; a first password for an account made for this; sign-in for the others."""
    found = team.known(key)
    if found is None or (request.user.is_authenticated and request.user.pk != found.user_id):
        raise Http404
    if request.method == "POST":
        only(request)
    if not team.is_open(found):
        return render(request, "training/invitation_over.html", status=410)
    if request.user.is_authenticated:
        return _answer(request, found)
    if not invitations.may_set_first_password(found):
        return to_sign_in(request.path)
    if request.method == "POST":
        invitations.prove_mailbox(invitation=found)
        query = urlencode({"next": request.path})
        return HttpResponseRedirect(f"{first_password_path(found.user)}?{query}")
    return render(request, "training/team/invited.html", {"member": found, "first": True})


def _answer(request: HttpRequest, found: TeamMember) -> HttpResponse:
    if request.method == "POST":
        try:
            team.accept(member=found, user=person(request))
        except NotAllowed:
            return render(request, "training/invitation_over.html", status=410)
        messages.success(request, _("Thank you. You take part now."))
        return HttpResponseRedirect(reverse("training:project", args=[found.project.key]))
    return render(request, "training/team/invited.html", {"member": found})
