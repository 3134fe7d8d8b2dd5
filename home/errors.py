"""The pages that say what went wrong. They need neither database nor session, and speak both languages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RETRY_AFTER = 2  # seconds


@dataclass(frozen=True)
class Words:
    """What happened, and what to do about it."""

    status: int
    title: str | Promise
    what: str | Promise
    advice: str | Promise


BAD_REQUEST = Words(
    400,
    _("This address can't be read"),
    _("Something in the address or in what was sent is not as it should be."),
    _("Check the address, or start again from the search."),
)
FORBIDDEN = Words(
    403,
    _("You may not open this"),
    _("Your account has no right to this page."),
    _("Sign in with another account, or ask whoever gave you yours."),
)
FORM_REFUSED = Words(
    403,
    _("The form was not accepted"),
    _("It was open for too long, or your browser keeps no cookies for this site. Nothing was saved."),
    _("Go back, load the page again and send the form once more."),
)
NOT_FOUND = Words(
    404,
    _("This page does not exist"),
    _("It was moved or withdrawn, or the address has a typing mistake."),
    _("Search the catalogue, or start from the first page."),
)
BROKEN = Words(
    500,
    _("Something went wrong on our side"),
    _("The fault is recorded; it is not yours. Nothing was half saved."),
    _("Try again. If it stays, tell us what you were doing."),
)
UNAVAILABLE = Words(
    503,
    _("The catalogue can't answer at the moment"),
    _("A part of the site is not reachable. Nothing was lost."),
    _("Wait a few seconds and load the page again."),
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, FORM_REFUSED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is what failed: then trying again soon makes sense."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return error_page(request, BROKEN)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After: the site is there, something it needs is not."""
    response = error_page(request, UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def error_page(request: HttpRequest, words: Words) -> HttpResponse:
    """A page that stands alone: the address's language first, the other one below it."""
    languages = languages_for(request.path_info)
    context = {"words": words, "languages": languages, "stylesheet": stylesheet()}
    with translation.override(languages[0]):
        html = render_to_string("errors/error.html", context)
    response = HttpResponse(html, status=words.status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = ", ".join(languages)
    return response


def languages_for(path: str) -> list[str]:
    """All languages of the site, that of the address first."""
    codes = [code for code, _name in settings.LANGUAGES]
    prefix = path.lstrip("/").partition("/")[0]
    return sorted(codes, key=lambda code: (code != prefix, code != settings.LANGUAGE_CODE))


@cache
def stylesheet() -> str:
    """Where the style of these pages is, or nothing where static files were not collected."""
    try:
        return staticfiles_storage.url("css/errors.css")
    except ValueError:
        return ""
