"""Forms that are never lost: what was sent after the session ended comes back after signing in.

Every form carries a signed token of who opened it and where. What such a form sends without a session, or
with a CSRF token from before the last sign-in, is kept in the session under a random key, never applied;
the page then opens filled with it for the same person, who sends it again. It is sealed there, as it may say
what the site keeps sealed. Without the token nothing is kept: nobody fills the session store from outside.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.sealing import Unreadable, seal, unseal
from home.errors import bad_request, csrf_failure
from home.rates import address_of, within
from training.views.access import View, person, to_sign_in

KEPT_AN_HOUR = 20
"""Forms of people whose session ended, from one address."""
PARAMETER = "kept"
"""In the address: the key of what was kept."""
TOKEN = "form"  # noqa: S105
"""The form's field with the signed token."""
CONTROLS = frozenset({"csrfmiddlewaretoken", TOKEN, PARAMETER})
"""Fields of every form that are no answers."""
MOST, LONGEST = 3, 1_000_000
"""Forms kept at once in a session, and characters each may have."""
_SALT, _SESSION = "training.form", "training-kept"
_VALID_SECONDS = 60 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent and not applied."""

    key: str
    data: QueryDict


def token(request: HttpRequest) -> str:
    """For the field ``form`` of a form at this address."""
    return signing.dumps({"user": person(request).pk, "path": request.path}, salt=_SALT)


def surviving(view: View) -> View:
    """Decorator for a page with a form: signed-in people only; a form sent too late is kept, not lost."""

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            opened_by = _opened_by(request)
            refused = _Check(lambda _request: HttpResponse()).process_view(request, view, (), {})
            if not request.user.is_authenticated:
                if _from_elsewhere(request):
                    return csrf_failure(request)
                return _after_sign_in(request, opened_by)
            if opened_by not in (None, request.user.pk) or (refused and opened_by is None):
                return csrf_failure(request)
            if refused:
                messages.warning(request, _("This page was open since before you signed in."))
                return _keep(request, request.user.pk)
        elif not request.user.is_authenticated:
            return to_sign_in(request.get_full_path())
        return view(request, **kwargs)

    return inner


def _from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site sent the form, or this address has sent very many: such are not kept."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    return not within(name=f"kept-{address_of(request)}", limit=KEPT_AN_HOUR, seconds=3600)


def kept(request: HttpRequest) -> Kept | None:
    """What was kept for this page and person under the key in the address."""
    key = request.GET.get(PARAMETER, "")
    found = request.session.get(_SESSION, {}).get(key) if key else None
    if found is None or found["path"] != request.path or found["user"] != request.user.pk:
        return None
    try:
        # Sessions from before forms were sealed hold them as they were sent.
        data = unseal(found["sealed"], purpose=_SESSION) if "sealed" in found else found["data"]
    except Unreadable:
        return None
    return Kept(key, QueryDict(data))


def typed(request: HttpRequest) -> QueryDict:
    """What stands in a page's form: as it was sent, else as it was kept, else nothing."""
    if request.method == "POST":
        return request.POST
    held = kept(request)
    return held.data if held else QueryDict()


def controls(request: HttpRequest) -> dict[str, str]:
    """For the context of a page with a form: its ``token``, and ``kept_key``, what was kept of it."""
    if request.method == "POST":
        return {"token": token(request), "kept_key": request.POST.get(PARAMETER, "")}
    held = kept(request)
    return {"token": token(request), "kept_key": held.key if held else ""}


def waiting(request: HttpRequest) -> str:
    """The address of this page with what was kept for it and not used yet; empty when there is nothing."""
    for key, found in request.session.get(_SESSION, {}).items():
        if found["path"] == request.path and found["user"] == request.user.pk:
            return f"{request.path}?{urlencode({PARAMETER: key})}"
    return ""


def forget(request: HttpRequest) -> None:
    """Drop what was kept: it has been applied."""
    key = request.POST.get(PARAMETER, "")
    if key and key in request.session.get(_SESSION, {}):
        del request.session[_SESSION][key]
        request.session.modified = True


def _after_sign_in(request: HttpRequest, opened_by: int | None) -> HttpResponse:
    if opened_by is None:
        return to_sign_in(request.path)
    address = _keep(request, opened_by)
    if not isinstance(address, HttpResponseRedirect):
        return address
    messages.warning(
        request, _("You are signed out. What you wrote is kept: sign in, and it is there again.")
    )
    return to_sign_in(address.url)


def _keep(request: HttpRequest, user: int) -> HttpResponse:
    """Keep the form and lead to the page filled with it; 400 for more than can be kept."""
    data = request.POST.urlencode()
    if len(data) > LONGEST:
        return bad_request(request)
    key = secrets.token_urlsafe(16)
    others = list(request.session.get(_SESSION, {}).items())[-(MOST - 1) :]
    kept_form = {"path": request.path, "user": user, "sealed": seal(data, purpose=_SESSION)}
    request.session[_SESSION] = {**dict(others), key: kept_form}
    return HttpResponseRedirect(f"{request.path}?{urlencode({PARAMETER: key})}")


def _opened_by(request: HttpRequest) -> int | None:
    """The primary key of whom the form was shown to, if it was shown at this address."""
    try:
        found = signing.loads(request.POST.get(TOKEN, ""), salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature:
        return None
    return int(found["user"]) if found["path"] == request.path else None


class _Check(CsrfViewMiddleware):
    """Django's own check, for a view that decides itself what a refusal means."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)
