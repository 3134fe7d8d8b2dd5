"""Everything a person was told, and how they want to be told."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from home.errors import bad_request
from training import wording
from training.models import Notice, Preference
from training.services import preferences, todo
from training.views.access import person, signed_in
from training.views.strict import only

A_PAGE = 30
_LONGEST_KEY = 18


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, the last first; POST marks one as read, or all of them."""
    if request.method == "POST":
        return _read(request)
    found = Notice.objects.filter(user=person(request))
    page = Paginator(found.select_related("project"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "told": wording.told(list(page.object_list), todo.Versions()),
        "unread": found.filter(read_at=None).count(),
    }
    return render(request, "training/notices/list.html", context)


def _read(request: HttpRequest) -> HttpResponse:
    unread = Notice.objects.filter(user=person(request), read_at=None)
    only(request, "notice", "page")
    key, page = request.POST.get("notice", ""), request.POST.get("page", "")
    if (key and not key.isdecimal()) or (page and not page.isdecimal()):
        return bad_request(request)
    chosen = unread.filter(pk=key[:_LONGEST_KEY]) if key else unread
    chosen.update(read_at=timezone.now())
    if page:
        return HttpResponseRedirect(f"{reverse('training:read')}?page={page[:_LONGEST_KEY]}")
    return HttpResponseRedirect(f"{reverse('training:home')}#notices")


class PreferenceForm(forms.ModelForm):
    """Which notices come by mail, when, and in which language."""

    class Meta:
        model = Preference
        fields = ("turns", "reminders", "papers", "language")
        labels: ClassVar = {"turns": gettext_lazy("What waits for me, and answers to me")}
        help_texts: ClassVar = {
            "turns": gettext_lazy(
                "A project whose turn is yours, consultations to confirm, notes in a logbook, mentions and"
                " answers in discussions, peer reviews."
            ),
            "reminders": gettext_lazy(
                "Due dates that come near or have passed, a week without an entry in the logbook, the"
                " follow-up of an innovation."
            ),
            "papers": gettext_lazy("A document or certificate of yours is signed and can be downloaded."),
        }


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: HttpRequest) -> HttpResponse:
    """The person's preferences, and the address of their calendar."""
    current = preferences.of(person(request))
    form = PreferenceForm(request.POST if request.method == "POST" else None, instance=current)
    if request.method == "POST":
        only(request, form)
    if request.method == "POST" and form.is_valid():
        preferences.save(user=person(request), **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("training:preferences")
    token = current.calendar_token
    context: dict[str, Any] = {
        "form": form,
        "calendar": request.build_absolute_uri(reverse("training:calendar", args=[token])) if token else "",
    }
    return render(request, "training/notices/preferences.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make or renew the secret address of the calendar, or close it."""
    only(request, "do")
    if request.POST.get("do") == "close":
        preferences.revoke_calendar(user=person(request))
        messages.success(request, _("The calendar's address is closed."))
    else:
        preferences.renew_calendar(user=person(request))
        messages.success(request, _("The calendar has a new address. An earlier one leads nowhere now."))
    return HttpResponseRedirect(f"{reverse('training:preferences')}#calendar")
