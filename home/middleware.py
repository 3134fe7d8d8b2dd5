"""Middleware of the site itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AdminTransactionMiddleware:
    """One transaction for everything a changing request does in the admin.

    Wagtail sends ``post_page_move`` and ``page_unpublished`` outside any transaction, so a process killed
    between the page's row and what a receiver writes would lose the latter. An exception in the view or an
    answer of 500 and above undoes everything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS or not request.path_info.startswith(self._admin):
            return self.get_response(request)
        _receive(request)
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "admin_view_failed", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Note that the view failed: Django turns some exceptions into an answer below 500."""
        request.admin_view_failed = True  # type: ignore[attr-defined]

    @cached_property
    def _admin(self) -> str:
        return reverse("wagtailadmin_home")


def _receive(request: HttpRequest) -> None:
    """Read the whole body first: a slow upload must not hold SQLite's one write lock."""
    _ = request.POST if request.content_type in FORMS else request.body
