"""How often something may be asked for, counted in the cache that all processes of the site share."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def within(*, name: str, limit: int, seconds: int) -> bool:
    """Count one use of ``name``; whether it is among the ``limit`` of this window of ``seconds``.

    Windows are fixed by the clock, so nothing is kept in the process.
    """
    key = f"rate-{name}-{int(time.time()) // seconds}"
    if cache.add(key, 1, seconds):
        return limit > 0
    try:
        return cache.incr(key) <= limit
    except ValueError:  # it expired in between
        return True


def rest_of_window(seconds: int) -> int:
    """Whole seconds until the next window begins."""
    return int(seconds - time.time() % seconds) + 1


def address_of(request: HttpRequest) -> str:
    """The address a request came from, behind as many proxies as are trusted."""
    return str(get_adapter().get_client_ip(request))
