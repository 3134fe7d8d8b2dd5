"""How many requests one address may make."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from home.rates import within

_PERIODS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def parse_rate(rate: str) -> tuple[int, int]:
    """Requests and seconds of a rate such as ``60/min``; ``ImproperlyConfigured`` for another form."""
    number, _slash, period = rate.partition("/")
    if period not in _PERIODS or not number.isdigit():
        periods = ", ".join(_PERIODS)
        raise ImproperlyConfigured(f"API_RATE must be a number and one of {periods}, as in 60/min: {rate!r}")
    return int(number), _PERIODS[period]


class AddressRate(BaseThrottle):
    """At most ``API_RATE`` requests an address, counted in the shared cache; an empty rate is no limit.

    Windows are fixed by the clock, so nothing is kept in this object, which all threads share. (The
    throttles that come with the library keep the running request's history in themselves.)
    """

    def __init__(self) -> None:
        if settings.API_RATE:
            parse_rate(settings.API_RATE)  # a wrong one is told at the start, not by the first visitor

    def allow_request(self, request: HttpRequest) -> bool:
        if not settings.API_RATE:
            return True
        limit, seconds = parse_rate(settings.API_RATE)
        return within(name=f"api-{self.get_ident(request)}", limit=limit, seconds=seconds)

    def wait(self) -> float | None:
        """Seconds until the next window."""
        _limit, seconds = parse_rate(settings.API_RATE)
        return seconds - time.time() % seconds
