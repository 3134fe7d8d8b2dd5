"""Malformed requests to the admin: 400 or 404, where Wagtail answers 500.

Wagtail hands many parameters to the database as they come: ``?id=abc``, a number of thirty digits, a key
that no row has. Each is a fault of the request and not of the site, and there are too many views to mend.
"""

from __future__ import annotations

import ast
import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from traceback import walk_tb
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.datastructures import MultiValueDictKeyError
from wagtail.models import Page

from home.errors import bad_request, not_found
from home.middleware import FORMS, SAFE_METHODS

logger = logging.getLogger(__name__)

LARGEST_KEY = 2**63 - 1
BELOW_THE_ROOT = frozenset(
    {
        "wagtailadmin_choose_page_chosen_multiple",
        *(f"wagtailadmin_pages:{view}" for view in ("move_confirm", "set_page_position", "lock", "unlock")),
    }
)
"""Views that ask for the page above theirs and don't expect that there is none."""
REQUIRED = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}
"""Views that fail without a field of their form."""
READERS = ("draftjs_exporter.", "wagtail.admin.rich_text.converters.", "wagtail.admin.views.dismissibles")
"""Modules that read nothing but what was sent: what they stumble over in a form is the form's fault."""
_REFUSED = re.compile(r"(?:but got|with base 10:|to float:) ('.*'|\".*\")\.?$", re.DOTALL)
_LONG_NUMBER = re.compile(r"\d{10}")


class MalformedRequestMiddleware:
    """Stands outside of what undoes a failed request, so that nothing of one is kept.

    An exception counts as the request's fault only if the value it names was sent with the request; any
    other one stays a 500. Each is written to the log with its traceback.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    @cached_property
    def _admin(self) -> str:
        return reverse("wagtailadmin_home")

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse what the view behind is known to fail at."""
        if not request.path_info.startswith(self._admin):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if any(map(_is_too_large, kwargs.values())) or _asks_root(request, name, kwargs):
            return not_found(request)
        if request.method == "POST" and name in REQUIRED and REQUIRED[name] not in request.POST:
            return bad_request(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not request.path_info.startswith(self._admin):
            return None
        if isinstance(exception, ObjectDoesNotExist):
            answer = not_found
        elif _stumbled_in_reading(request, exception) or _is_fault_of(request, exception):
            answer = bad_request
        else:
            return None
        logger.warning("malformed request to %s", request.path, exc_info=exception)
        return answer(request)


def _is_too_large(value: Any) -> bool:
    text = str(value)
    return text.isdecimal() and (len(text) > len(str(LARGEST_KEY)) or int(text) > LARGEST_KEY)


def _asks_root(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> bool:
    if name not in BELOW_THE_ROOT:
        return False
    keys = [*kwargs.values()][:1] or [key for key in request.GET.getlist("id") if key.isdecimal()]
    return Page.objects.filter(depth=1, pk__in=[key for key in keys if not _is_too_large(key)]).exists()


def _stumbled_in_reading(request: HttpRequest, exception: Exception) -> bool:
    frames = [frame.f_globals.get("__name__", "") for frame, _line in walk_tb(exception.__traceback__)]
    return request.method not in SAFE_METHODS and bool(frames) and frames[-1].startswith(READERS)


def _is_fault_of(request: HttpRequest, exception: Exception) -> bool:
    """Whether the database, or a conversion on the way to it, refused a value that the request sent."""
    if isinstance(exception, OverflowError | DataError):
        return any(_LONG_NUMBER.search(text) or "\0" in text for text in _sent(request))
    if isinstance(exception, OperationalError):  # a lone quotation mark in a search, on SQLite
        return str(exception).startswith("fts5: syntax error") and any('"' in t for t in _sent(request))
    if isinstance(exception, NoReverseMatch):  # a page or a way back that was sent as something else
        parts = (part for text in _sent(request) for part in (text, *text.split(":")) if part)
        return any(repr(part) in str(exception) for part in parts)
    if isinstance(exception, json.JSONDecodeError | UnicodeDecodeError):
        text = exception.doc if isinstance(exception, json.JSONDecodeError) else exception.object
        return text in (*_sent(request), *_body(request))
    if not isinstance(exception, ValueError):
        return isinstance(exception, MultiValueDictKeyError)
    if "NUL (0x00)" in str(exception):
        return any("\0" in text for text in _sent(request))
    refused = _REFUSED.search(str(exception))
    if refused is None:
        return False
    value = ast.literal_eval(refused[1])
    return any(value == text or value in text.split(",") for text in _sent(request))


def _body(request: HttpRequest) -> tuple[bytes | str, ...]:
    """A body that is no form, as bytes and as text."""
    if request.content_type in FORMS:
        return ()
    return request.body, request.body.decode(errors="replace")


def _sent(request: HttpRequest) -> Iterator[str]:
    """Every value of address, query and form."""
    if request.resolver_match is not None:
        yield from map(str, request.resolver_match.kwargs.values())
    for data in (request.GET, request.POST):
        for _name, values in data.lists():
            yield from map(str, values)
