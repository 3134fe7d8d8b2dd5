"""No staff route without a second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.roles import is_staff_member
from accounts.second_factor import is_required, used_in_session, way_to_second_factor

# What somebody needs to set a second factor up or to leave, and what nobody's rights change.
OPEN = ("/accounts/", "/static/", "/healthz", "/readyz", "/robots.txt", "/favicon.ico")


class StaffMfaMiddleware:
    """Sends staff who have not proved a second factor to do so, wherever on the site they go.

    Which routes need staff can't be listed: previews, private pages and documents do without saying so.
    So a staff member has no site at all before the second factor, and every new route is covered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.must_prove(request):
            return self.refuse(request)
        return self.get_response(request)

    @staticmethod
    def must_prove(request: HttpRequest) -> bool:
        if request.path_info.startswith(OPEN) or not is_required():
            return False
        if not request.session.session_key:  # nobody is signed in; don't ask the database who
            return False
        return is_staff_member(request.user) and not used_in_session(request)

    @staticmethod
    def refuse(request: HttpRequest) -> HttpResponse:
        """A page is led to the second factor; a script gets a 403 that says so."""
        wants_page = "text/html" in request.headers.get("Accept", "text/html, */*")
        if request.headers.get("X-Requested-With") == "XMLHttpRequest" or not wants_page:
            return JsonResponse({"detail": _("This needs a second factor.")}, status=403)
        return HttpResponseRedirect(way_to_second_factor(request))
