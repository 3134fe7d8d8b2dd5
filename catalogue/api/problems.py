"""Errors as ``application/problem+json`` (RFC 9457), each naming the parameter at fault."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from catalogue.api.language import speaking
from search.errors import RequestRefused, SearchUnavailable

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 30
"""Seconds after which a search that could not be answered is worth another try."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter that is wrong; ``code`` stays the same in every language."""

    parameter: str
    code: str
    detail: str


@dataclass
class Problem(Exception):
    """Raised by a view; becomes the answer. ``detail`` is a sentence in the caller's language."""

    status: int
    detail: str
    faults: list[Fault] = field(default_factory=list)
    retry_after: int | None = None


def of_form(form: BaseForm) -> Problem:
    """The 400 of an invalid query string."""
    faults = [
        Fault(parameter, error.code or "invalid", " ".join(error.messages))
        for parameter, errors in form.errors.as_data().items()
        for error in errors
    ]
    return Problem(400, faults[0].detail, faults)


def not_found() -> Problem:
    """The same for a record that never was, is a draft or is private."""
    return Problem(404, _("There is no public record with this address."))


def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Every address under /api/ that leads nowhere."""
    return _missing(request, None)


def respond(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.faults:
        body["parameter"] = problem.faults[0].parameter
        body["errors"] = [
            {"parameter": fault.parameter, "code": fault.code, "detail": fault.detail}
            for fault in problem.faults
        ]
    content = json.dumps(body, ensure_ascii=False).encode()
    response = HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def install(api: NinjaAPI) -> None:
    """Make every error of ``api`` that is not a fault of ours a problem document."""
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(SearchUnavailable, _unavailable)
    api.add_exception_handler(RequestRefused, _refused)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _invalid)


def _problem(_request: HttpRequest, error: Any) -> HttpResponse:
    return respond(error)


def _unavailable(request: HttpRequest, _error: Any) -> HttpResponse:
    with speaking(request):
        detail = _("The search cannot answer right now. Please try again in a moment.")
    return respond(Problem(503, detail, retry_after=RETRY_AFTER))


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return respond(Problem(400, str(error)))


def _missing(request: HttpRequest, _error: Any) -> HttpResponse:
    with speaking(request):
        return respond(not_found())


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    detail = str(error)
    if isinstance(error, Throttled):
        with speaking(request):
            detail = _("Too many requests. Please wait before the next one.")
    return respond(Problem(error.status_code, detail))


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    faults = [Fault(str(found["loc"][-1]), found["type"], found["msg"]) for found in error.errors]
    return respond(Problem(400, faults[0].detail, faults))
