"""Requests that are refused before anything reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from home.errors import bad_request

NUL = "\x00"


class RefuseNulMiddleware:
    """Answers 400 to a NUL in an address, its parameters or a cookie: PostgreSQL can't compare with one.

    Bodies are not read here; form fields refuse NUL by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if any(NUL in text for text in self.texts(request)):
            return bad_request(request)
        return self.get_response(request)

    @staticmethod
    def texts(request: HttpRequest) -> Iterable[str]:
        yield request.path_info
        if "%00" in request.META.get("QUERY_STRING", ""):
            for name, values in request.GET.lists():
                yield name
                yield from values
        yield from request.COOKIES.values()
