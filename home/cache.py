"""What browsers and proxies may keep: public pages for a moment, nothing of people who are signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

PRIVATE = "private, no-store"
# Long enough to take a rush of readers off the server, short enough that what was withdrawn is gone at once.
PUBLIC = "public, max-age=5, must-revalidate"
# Answers to these are nobody's to keep, with a session or without.
NEVER_KEPT = ("/admin/", "/accounts/", "/healthz", "/readyz")
KEPT_STATUS = {200, 301}


class CacheHeadersMiddleware:
    """Says of every answer who may keep it.

    A request with a session cookie, and an answer that sets any cookie, belong to one person. This looks at
    cookies and never at ``request.user``: it must not need the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies or self.never_kept(request):
            response.headers["Cache-Control"] = PRIVATE
            return response
        if "Cache-Control" not in response.headers:
            readable = request.method in {"GET", "HEAD"} and response.status_code in KEPT_STATUS
            response.headers["Cache-Control"] = PUBLIC if readable else "no-store"
        # The same address answers htmx with a part of the page and everyone else with the whole.
        patch_vary_headers(response, ["HX-Request"])
        return response

    @staticmethod
    def never_kept(request: HttpRequest) -> bool:
        return request.path_info.startswith(NEVER_KEPT)
