"""Addresses of the catalogue under a language's prefix; collections are found as pages."""

from __future__ import annotations

from django.urls import path, re_path, register_converter

from catalogue.views import agencies, browse, serving


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
    # Right under the index or in a section of it. Wagtail's own views beside its pages are not pages.
    re_path(r"^((?!_util/)(?:[\w-]+/){2,3})$", serving.serve, name="record"),
]
