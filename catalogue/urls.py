"""Addresses of the catalogue under a language's prefix; records and collections are pages of the CMS."""

from __future__ import annotations

from django.urls import path, register_converter

from catalogue.views import agencies, browse


class CodeConverter:
    """Codes of vocabularies: letters, digits, full stops and hyphens."""

    regex = r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")

app_name = "catalogue"

urlpatterns = [
    path("agencies/", agencies.index, name="agencies"),
    path("agencies/<code:code>/", agencies.agency, name="agency"),
    path("browse/<slug:code>/", browse.facet, name="browse_facet"),
    path("browse/<slug:code>/<code:value>/", browse.value, name="browse_value"),
]
