"""Wagtail's own doors, closed: each leads to the one sign-in of the site."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


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
