"""Requests that were refused in the training area leave a trace."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from training.services import refusals

SPACES = frozenset({"training", "training_batches", "verify", "dashboards"})
STATUSES = frozenset({400, 404})


class RefusalMiddleware:
    """Keeps refusals of signed-in people at addresses of the area; other answers cost nothing.

    An address that no route has is a typing mistake and leaves none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code not in STATUSES or match is None or match.namespace not in SPACES:
            return response
        if request.session.session_key and request.user.is_authenticated:
            refusals.keep(
                user_id=request.user.pk,
                method=request.method or "",
                route=match.view_name,
                status=response.status_code,
            )
        return response
