"""Wagtail's own doors, closed: each leads to the one sign-in of the site. And one's own data."""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth import logout as sign_out
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import nip, privacy
from accounts.models import User
from accounts.services import printable, rename
from home.rates import within


@never_cache
def to_login(request: HttpRequest, home: str = "/admin/") -> HttpResponseRedirect:
    """Any other sign-in → the site's; ``next`` is kept when it leads to this host, else it is ``home``."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    target = wanted if get_adapter().is_safe_url(wanted) else home
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: target})}")


@never_cache
def to_password_reset(request: HttpRequest, rest: str = "") -> HttpResponseRedirect:
    """/admin/password_reset/ and all below it → the reset of the site. Links in old mails end here, too."""
    return HttpResponseRedirect(reverse("account_reset_password"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponseRedirect:
    """The admin's own button signs out; a mere link asks first."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account_logout"))
    adapter = get_adapter()
    adapter.logout(request)
    return HttpResponseRedirect(adapter.get_logout_redirect_url(request))


LONGEST_NAME = 150
NIP_TRIES, DAY = 5, 24 * 3600
"""How often a day somebody may give a NIP: whether one is taken must not be found by trying."""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponse:
    """What the site holds about the person, and their NIP to fill in."""
    error = ""
    if request.method == "POST" and not request.POST.get("nip", "").strip():
        nip.forget(user=_person(request))
        messages.success(request, _("Your NIP is removed."))
        return redirect("account_data")
    if request.method == "POST" and not within(
        name=f"nip-{_person(request).pk}", limit=NIP_TRIES, seconds=DAY
    ):
        error = _("You tried this often today. Try again tomorrow, or ask your coordinator.")
    elif request.method == "POST":
        try:
            nip.keep(user=_person(request), nip=request.POST.get("nip", ""))
        except ValidationError as problem:
            error = " ".join(problem.messages)
        else:
            messages.success(request, _("Your NIP is kept. Only you and your coordinators see it."))
            return redirect("account_data")
    return _data_page(request, error=error)


@never_cache
@login_required
@require_POST
def own_name(request: HttpRequest) -> HttpResponse:
    """Keep the name as it shall be printed."""
    name = printable(request.POST.get("name", ""))
    if problem := _name_problem(name):
        return _data_page(request, name_error=problem)
    rename(user=_person(request), name=name)
    messages.success(request, _("Your name is saved."))
    return redirect("account_data")


def _data_page(request: HttpRequest, *, error: str = "", name_error: str = "") -> HttpResponse:
    context = {
        "nip": request.POST.get("nip", nip.of(_person(request))),
        "error": error,
        "name": request.POST.get("name", _person(request).get_full_name()),
        "name_error": name_error,
    }
    return render(request, "account/data.html", context, status=400 if error or name_error else 200)


def _name_problem(name: str) -> str:
    """What is wrong with a name, and the remedy; empty for a good one."""
    if not name:
        return _("Write your name as it shall be printed on certificates.")
    if len(name) > LONGEST_NAME:
        return _("This name is too long: at most %d characters can be kept.") % LONGEST_NAME
    return _("This is an address, not a name.") if "@" in name else ""


@never_cache
@login_required
@require_POST
@reauthentication_required
def download_data(request: HttpRequest) -> HttpResponse:
    """Everything the site holds about the person, as one JSON file."""
    text = json.dumps(privacy.export_of(_person(request)), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return response


@never_cache
@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_data(request: HttpRequest) -> HttpResponse:
    """Ask once more, then erase the account and sign out."""
    if request.method != "POST":
        return render(request, "account/erase.html")
    try:
        privacy.erase(user=_person(request))
    except privacy.NotNow as problem:
        return render(request, "account/erase.html", {"error": str(problem)}, status=409)
    sign_out(request)
    return redirect("account_erased")


@never_cache
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Says that it is done; the person is signed out by then."""
    return render(request, "account/erased.html")


def _person(request: HttpRequest) -> User:
    """Whoever is signed in; the views that ask have made sure that somebody is."""
    return cast(User, request.user)
