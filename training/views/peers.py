"""Peer reviews: asked by the participant or shared out by the coordinator, given by a peer who said yes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from training.errors import NotAllowed
from training.models import Batch, Holder, PeerReview, Project
from training.naming import know
from training.services import peers
from training.views.access import person, project_of, signed_in
from training.views.coordinating import batch_view
from training.views.discussions import shown_name
from training.views.kept import surviving
from training.views.sent import answered, sheet
from training.views.strict import must_name, only, submit_key

A_PAGE = 30
_AREA = {"rows": 5, "dir": "auto"}


class AskForm(forms.Form):
    """One of the batch's participants."""

    reviewer = forms.ChoiceField(label=gettext_lazy("Participant of your batch"))

    def __init__(self, people: list[User], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        named = [(str(one.pk), shown_name(one)) for one in people]
        self.fields["reviewer"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """What a peer thinks, in three parts and without a score."""

    strong = forms.CharField(
        label=gettext_lazy("What is strong"), max_length=peers.LONGEST, widget=forms.Textarea(attrs=_AREA)
    )
    unclear = forms.CharField(
        label=gettext_lazy("What is unclear"), max_length=peers.LONGEST, widget=forms.Textarea(attrs=_AREA)
    )
    suggestion = forms.CharField(
        label=gettext_lazy("One suggestion"), max_length=peers.LONGEST, widget=forms.Textarea(attrs=_AREA)
    )


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def of_project(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What peers wrote, and asking them; for the participant alone."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles or project.batch_id is None:
        raise Http404
    reviews = list(peers.live(project).select_related("reviewer"))
    people = list(peers.candidates(project)) if len(reviews) < peers.MOST else []
    if request.method == "POST":  # asked a moment ago, by the same form
        people += [one.reviewer for one in reviews]
    page = sheet(request, lambda data, **more: AskForm(people, data, **more))
    must_name(page.form, "reviewer", User.objects.filter(projects__batch=project.batch_id))

    def ask() -> str:
        chosen = next(one for one in people if str(one.pk) == page.given["reviewer"])
        peers.ask(project=project, reviewer=chosen, by=person(request), submit_key=page.submit_key)
        messages.success(request, _("%(name)s is asked.") % {"name": shown_name(chosen)})
        return reverse("training:peers", args=[project.key])

    if done := answered(request, page, ask, "reviewer"):
        return done
    context = {
        "project": project,
        "reviews": [{"review": one, "name": shown_name(one.reviewer)} for one in reviews],
        "may_ask": len(reviews) < peers.MOST,
        "has_design": peers.handed_in(project) is not None,
        "sheet": page,
    }
    status = 422 if page.form.errors else 200
    return render(request, "training/peers/of_project.html", context, status=status)


@signed_in
@require_POST
def answer(request: HttpRequest, key: uuid.UUID, review: int) -> HttpResponse:
    """Take a request back, or call a review helpful."""
    project, roles = project_of(request, key)
    if Holder.PARTICIPANT not in roles:  # to others it does not even exist
        raise Http404
    found = PeerReview.objects.select_related("project").filter(project=project, pk=review).first()
    if found is None:
        raise Http404
    only(request, "act", "thanks")
    act = request.POST.get("act", "")
    try:
        if act == "thank":
            peers.thank(review=found, by=person(request), words=request.POST.get("thanks", ""))
        elif act == "take-back":
            peers.take_back(review=found, by=person(request))
        else:
            raise BadRequest("act")
    except NotAllowed as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("training:peers", args=[project.key]))


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I am asked to read, and what I wrote."""
    rows = peers.asked_of(person(request)).select_related("project__batch", "revision")
    listed = Paginator(rows.order_by("-pk"), A_PAGE)
    context = {"list": listed.get_page(request.GET.get("page"))}
    return render(request, "training/peers/asked.html", context)


@surviving
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One request, for whom it is for: say yes or no, read, write."""
    rows = peers.asked_of(person(request)).select_related(
        "project__version", "project__owner", "project__batch", "revision"
    )
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404
    if request.method == "POST" and "act" in request.POST:
        return _say(request, found)
    page = sheet(request, ReviewForm)

    def give() -> str:
        peers.give(review=found, by=person(request), texts=page.given)
        messages.success(request, _("Thank you. Your review is handed over."))
        return request.path

    if done := answered(request, page, give):
        return done
    context = {
        "review": found,
        "owner": shown_name(found.project.owner),
        "fields": peers.readable(found),
        "sheet": page,
    }
    status = 422 if page.form.errors else 200
    return render(request, "training/peers/review.html", context, status=status)


def _say(request: HttpRequest, found: PeerReview) -> HttpResponse:
    """Yes, or no (also later, as long as nothing was given)."""
    only(request, "act")
    act = {"accept": peers.accept, "decline": peers.decline}.get(request.POST["act"])
    if act is None:
        raise BadRequest("act")
    try:
        act(review=found, by=person(request))
    except NotAllowed as error:
        raise Http404 from error
    if act is peers.accept:
        return HttpResponseRedirect(request.path)
    messages.success(request, _("You said no; the participant may ask somebody else."))
    return HttpResponseRedirect(reverse("training:asked"))


@batch_view("GET", "POST")
def of_batch(request: HttpRequest, batch: Batch) -> HttpResponseBase:
    """How many peers each project has, and sharing them out; for coordinators, without what was written."""
    if request.method == "POST":
        only(request)
        submit_key(request, needed=False)
        done = peers.share_out(batch_id=batch.pk, projects=Project.objects.all(), by=person(request))
        text = ngettext("%(count)d peer was asked.", "%(count)d peers were asked.", done.asked)
        none = _("Nobody was asked: no design that was handed in is without peers, or nobody is left to ask.")
        messages.success(request, text % {"count": done.asked} if done.asked else none)
        return redirect("training:batch-peers", batch.key)
    live = Q(peer_reviews__ended_at=None)
    rows = (
        Project.objects.filter(batch=batch)
        .select_related("owner")
        .annotate(
            asked=Count("peer_reviews", filter=live & Q(peer_reviews__isnull=False)),
            accepted=Count("peer_reviews", filter=live & Q(peer_reviews__accepted_at__isnull=False)),
            given=Count("peer_reviews", filter=live & Q(peer_reviews__given_at__isnull=False)),
        )
        .order_by("owner__first_name", "owner__last_name", "pk")
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    know(page.object_list)
    context = {"batch": batch, "list": page}
    return render(request, "training/peers/of_batch.html", context)
