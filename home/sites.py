"""The site of a request, kept for a moment."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Site

KEPT_SECONDS = 5
"""As long as menu and footer, which are the site's as well."""
MEMORY = "memory"
"""The cache of this process alone: what every page needs is sooner made again than read from a shared one."""


def remember_site(request: HttpRequest) -> Site | None:
    """The site of ``request``, where Wagtail looks for it.

    Finding it is the dearest statement of a page, and it is the same one for all of them. It tells nothing
    of what may be seen: every page and its restrictions are asked for anew. Only hosts that the settings name
    are kept: of ports, spellings and the hosts behind a pattern a visitor can make up any number.
    """
    if hasattr(request, "_wagtail_site"):
        return Site.find_for_request(request)
    host = split_domain_port(request.get_host())[0]
    if host not in settings.ALLOWED_HOSTS:
        return Site.find_for_request(request)
    key = f"site-{host}-{request.get_port()}"
    memory = caches[MEMORY]
    found: Site | None = memory.get(key)
    if found is None:
        found = Site.find_for_request(request)
        memory.set(key, found, KEPT_SECONDS)
    request._wagtail_site = found  # type: ignore[attr-defined]
    return found
