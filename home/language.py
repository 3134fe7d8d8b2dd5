"""The language of an answer."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# No prefix names the language of these: it is what the person chose, Indonesian before they choose.
UNPREFIXED = ("/accounts/", "/admin/")
# These read the same for everyone, or take their language from a parameter of their own.
FIXED = (
    "/api/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/favicon.ico",
    "/sitemap",
    "/catalog.jsonld",
    "/opensearch.xml",
    "/media/",
)
PARAMETER = "language"


class SiteLocaleMiddleware(LocaleMiddleware):
    """Django's own rule, except under /accounts/ and /admin/, which speak the language that was chosen.

    ``?language=en`` there chooses one and keeps it in a cookie; a browser's Accept-Language is not asked,
    for many an Indonesian civil servant's machine was set up in English.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(UNPREFIXED + FIXED):
            super().process_request(request)
            return
        translation.activate(self.chosen(request) or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith(UNPREFIXED + FIXED):
            return super().process_response(request, response)
        if self.chosen(request) and PARAMETER in request.GET:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                request.GET[PARAMETER],
                max_age=365 * 24 * 3600,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    @staticmethod
    def chosen(request: HttpRequest) -> str:
        """The language somebody asked for by the parameter or, before that, by the cookie; or nothing."""
        if not request.path_info.startswith(UNPREFIXED):
            return ""
        wanted = request.GET.get(PARAMETER) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        return wanted if wanted in dict(settings.LANGUAGES) else ""
