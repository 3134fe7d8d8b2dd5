"""The calendar of a person's due dates, for a program that knows its secret address and has no session."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.rates import address_of, rest_of_window, within
from training import feed
from training.services import preferences

LIMIT, SECONDS = 60, 60
"""Requests that an address may make, and the window in seconds."""
LIMIT_OF_ONE, SECONDS_OF_ONE = 30, 3600
"""The same for one calendar, wherever they come from."""


@never_cache
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The file; 404 for a secret that opens nothing, 429 for who comes too often.

    The address is a secret: ``home.logs.Secrets`` keeps it out of the log.
    """
    if not within(name=f"calendar-{address_of(request)}", limit=LIMIT, seconds=SECONDS):
        return _too_often(SECONDS)
    user = preferences.calendar_owner(token)
    if user is None:
        raise Http404  # counted by address alone: a count for each guess would fill the cache
    if not within(name=f"calendar-of-{user.pk}", limit=LIMIT_OF_ONE, seconds=SECONDS_OF_ONE):
        return _too_often(SECONDS_OF_ONE)
    response = HttpResponse(feed.due_dates(user), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="tenggat.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _too_often(seconds: int) -> HttpResponse:
    response = HttpResponse(status=429, content_type="text/plain; charset=utf-8")
    response.headers["Retry-After"] = str(rest_of_window(seconds))
    return response
