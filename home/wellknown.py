"""Addresses every site has."""

from __future__ import annotations

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

NOT_FOR_ROBOTS = [
    "/admin/",
    "/accounts/",
    "/documents/",
    "/*/search/export.",
    "/*/search/suggest/",
    "/*/search/facet/",
    "/styleguide/",
]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    text = "\n".join([*lines, "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask here without being told to."""
    return HttpResponsePermanentRedirect(staticfiles_storage.url("icons/favicon.svg"))
