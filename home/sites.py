"""The site of a request, kept for a moment."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from wagtail.models import Site

KEPT_SECONDS = 5
"""As long as menu and footer, which are the site's as well."""


def remember_site(request: HttpRequest) -> Site | None:
    """The site of ``request``, where Wagtail looks for it.

    Finding it is the dearest statement of a page, and it is the same one for all of them. It tells nothing
    of what may be seen: every page and its restrictions are asked for anew.
    """
    key = f"site-{request.get_host()}-{request.get_port()}"
    found: Site | None = cache.get(key)
    if found is None:
        found = Site.find_for_request(request)
        cache.set(key, found, KEPT_SECONDS)
    request._wagtail_site = found  # type: ignore[attr-defined]
    return found
