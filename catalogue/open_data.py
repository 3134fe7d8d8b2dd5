"""What the catalogue tells machines about itself: DCAT, and an OpenSearch description."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from home.models import SiteSettings
from search.types import LANGUAGES

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
FORMATS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "jsonl": ("JSON Lines", "application/jsonl"),
}


@require_safe
def catalog(request: HttpRequest) -> JsonResponse:
    """The catalogue as one DCAT dataset with its files and its API.

    No licence is stated: the owner of the data has not decided on one.
    """
    absolute = request.build_absolute_uri
    dataset = {
        "@type": "dcat:Dataset",
        "@id": absolute("#dataset"),
        "dct:title": _in_languages(lambda: _("Catalogue of Public Sector Innovations")),
        "dct:description": _in_languages(
            lambda: _("Innovations of public institutions: problem, solution, results, sources.")
        ),
        "dct:language": list(LANGUAGES),
        "dcat:landingPage": {"@id": absolute(_search(LANGUAGES[0]))},
        "dcat:distribution": [*(_file(request, name) for name in FORMATS), _api(request)],
    }
    organisation = _publisher(request)
    if organisation:
        dataset["dct:publisher"] = {"@type": "foaf:Organization", "foaf:name": organisation}
    document = {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "@id": absolute(request.path),
        "dct:title": dataset["dct:title"],
        "dcat:dataset": [dataset],
    }
    return JsonResponse(document, content_type="application/ld+json")


def _in_languages(text: Any) -> list[dict[str, str]]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append({"@language": language, "@value": str(text())})
    return found


def _search(language: str, name: str = "") -> str:
    with translation.override(language):
        return reverse(f"data_query:{name}") if name else reverse("search:results")


def _file(request: HttpRequest, name: str) -> dict[str, Any]:
    title, media_type = FORMATS[name]
    address = request.build_absolute_uri(_search(LANGUAGES[0], name))
    return {
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:mediaType": media_type,
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
    }


def _api(request: HttpRequest) -> dict[str, Any]:
    endpoint = request.build_absolute_uri(reverse("api-1:api-root"))
    service = {
        "@type": "dcat:DataService",
        "dct:title": "API",
        "dcat:endpointURL": {"@id": endpoint},
        "dcat:endpointDescription": {"@id": request.build_absolute_uri(reverse("api-1:openapi-json"))},
    }
    return {
        "@type": "dcat:Distribution",
        "dct:title": "API",
        "dcat:mediaType": "application/json",
        "dcat:accessURL": {"@id": endpoint},
        "dcat:accessService": service,
    }


def _publisher(request: HttpRequest) -> list[dict[str, str]]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    found = SiteSettings.for_site(site)
    names = {language: getattr(found, f"organisation_{language}") for language in LANGUAGES}
    return [{"@language": language, "@value": name} for language, name in names.items() if name]


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """So that a browser offers the catalogue as a search engine; ``lang`` chooses its language."""
    wanted = request.GET.get("lang")
    language = wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE
    address = request.build_absolute_uri(_search(language))
    with translation.override(language):
        name, description = _("Innovations"), _("Search the catalogue of public sector innovations")
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(name)}</ShortName>\n"
        f"<Description>{escape(description)}</Description>\n"
        f"<Language>{language}</Language>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n"
        f'<Url type="text/html" template={quoteattr(address + "?q={searchTerms}")}/>\n'
        f'<Url type="application/atom+xml" template={quoteattr(address + "feed.atom?q={searchTerms}")}/>\n'
        "</OpenSearchDescription>\n"
    )
    return HttpResponse(text, content_type="application/opensearchdescription+xml; charset=utf-8")
