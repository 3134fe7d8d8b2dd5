"""Response headers that no library sets: the admin's own content policy and who may embed an answer."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

ADMIN = "/admin/"
ACCOUNTS = "/accounts/"
OPEN_DATA = "/api/"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The public policy everywhere, another for Wagtail's admin, and sign-in's way to the single sign-on."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config:
            return parts
        if request.path_info.startswith(ADMIN):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        elif request.path_info.startswith(ACCOUNTS) and settings.SSO_ORIGINS:
            # A browser applies form-action to the redirect that answers the form, too.
            parts.update = {"form-action": settings.SSO_ORIGINS}
        return parts


class CrossOriginMiddleware:
    """Nothing may be embedded by other sites, except the open data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        allowed = "cross-origin" if request.path_info.startswith(OPEN_DATA) else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", allowed)
        return response
