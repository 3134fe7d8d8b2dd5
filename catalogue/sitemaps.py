"""The sitemap: an index and its parts, streamed. Only what a visitor may see, asked of the database now.

Pages of the CMS come from the database, pages of facet values and agencies from the index's counts, so
that one without a public record is in no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from catalogue.addresses import agency_path, browse_path, page_path, url_prefixes
from catalogue.documents import public_pages, public_records
from catalogue.facets import FACETS
from catalogue.models import InnovationPage
from catalogue.vocabulary import LEVEL_PREFIX
from home.visibility import is_open
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.types import LANGUAGES, SearchRequest
from search.views import unavailable

CONTENT_TYPE = "application/xml; charset=utf-8"
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
PART = 20_000
"""Records a part: with two languages below the 50 000 addresses that a sitemap may hold."""
CHUNK = 1000
EVERY_VALUE = 50_000

Entry = tuple[Mapping[str, str], datetime | None]
"""Language → path of the same page, and when it last changed."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The parts there are."""
    numbered = [("records", number) for number in range(1, _record_parts() + 1)]
    parts = [*numbered, ("pages", 1), ("browse", 1)]
    addresses = [
        request.build_absolute_uri(reverse("data:sitemap_part", args=[name, number]))
        for name, number in parts
    ]
    body = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    text = f'{declaration}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</sitemapindex>\n'
    return HttpResponse(text, content_type=CONTENT_TYPE)


@require_safe
def part(request: HttpRequest, part: str, number: int) -> HttpResponseBase:
    """One part; a 404 for a number beyond the last."""
    counts: Mapping[str, Callable[[], int]] = {
        "records": _record_parts,
        "pages": lambda: 1,
        "browse": lambda: 1,
    }
    if part not in counts or not 1 <= number <= counts[part]():
        raise Http404
    try:
        entries = {"records": lambda: _records(number), "pages": _pages, "browse": _browse}[part]()
    except SearchUnavailable:
        return unavailable(request)
    return StreamingHttpResponse(_document(entries, request), content_type=CONTENT_TYPE)


def _record_parts() -> int:
    return -(-public_records().count() // PART)


def _document(entries: Iterator[Entry], request: HttpRequest) -> Iterator[str]:
    base = request.build_absolute_uri("/").rstrip("/")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NAMESPACES}>\n'
    while some := list(islice(entries, CHUNK)):
        yield "".join(
            _urls({language: base + path for language, path in paths.items()}, changed)
            for paths, changed in some
        )
    yield "</urlset>\n"


def _urls(addresses: Mapping[str, str], changed: datetime | None) -> str:
    """An element for each language, each naming all of them."""
    alternates = ""
    if len(addresses) > 1:
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
            for language, address in addresses.items()
        )
    modified = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return "".join(
        f"<url><loc>{escape(address)}</loc>{modified}{alternates}</url>\n" for address in addresses.values()
    )


_COLUMNS = ("translation_key", "url_path", "locale__language_code", "last_published_at")


def _records(number: int) -> Iterator[Entry]:
    """Records in the order of their pages' numbers, so a part changes only where records do."""
    prefixes, ordered = url_prefixes(), public_records().order_by("pk")
    first, left = (number - 1) * PART, PART
    last = ordered.values_list("pk", flat=True)[first - 1] if first else 0
    while left:
        pages = list(ordered.filter(pk__gt=last).values("pk", *_COLUMNS)[: min(CHUNK, left)])
        if not pages:
            return
        last, left = pages[-1]["pk"], left - len(pages)
        same: dict[UUID, list[Mapping[str, Any]]] = {page["translation_key"]: [page] for page in pages}
        translations = public_pages().filter(is_source=False, translation_key__in=list(same)).order_by("pk")
        for page in translations.values(*_COLUMNS):
            same[page["translation_key"]].append(page)
        for found in same.values():
            yield _entry(found, prefixes)


def _pages() -> Iterator[Entry]:
    """The front page of the catalogue, and every page of the CMS that is not a record."""
    for path in ("search/", "agencies/"):
        yield {language: f"/{language}/{path}" for language in LANGUAGES}, None
    prefixes = url_prefixes()
    pages = Page.objects.live().filter(is_open(), alias_of=None).not_exact_type(InnovationPage)
    same: dict[UUID, list[Mapping[str, Any]]] = {}
    for prefix in prefixes.values():
        for page in pages.filter(url_path__startswith=prefix).order_by("path").values(*_COLUMNS):
            same.setdefault(page["translation_key"], []).append(page)
    for found in same.values():
        yield _entry(found, prefixes)


def _entry(same: Sequence[Mapping[str, Any]], prefixes: Mapping[str, str]) -> Entry:
    """One page in all its languages."""
    changed = [page["last_published_at"] for page in same if page["last_published_at"]]
    paths = {page["locale__language_code"]: page_path(page, prefixes) for page in same}
    return paths, max(changed, default=None)


def _browse() -> Iterator[Entry]:
    """Agencies and facet values with a public record. Raises ``SearchUnavailable`` before the first."""
    codes = [facet.code for facet in FACETS.facets if facet.has_page]
    request = SearchRequest(size=1, facet_sizes=dict.fromkeys([*codes, "agency"], EVERY_VALUE))
    facets = get_engine().search(request).facets
    agencies = [item.value for item in facets["agency"].values if not item.value.startswith(LEVEL_PREFIX)]
    entries: list[Entry] = [
        ({language: agency_path(language, code) for language in LANGUAGES}, None) for code in agencies
    ]
    for facet in codes:
        for item in facets[facet].values:
            paths = {language: browse_path(language, facet, item.value) for language in LANGUAGES}
            entries.append((paths, None))
    return iter(entries)
