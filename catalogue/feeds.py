"""The newest records of a query as an Atom feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import records
from catalogue.facets import FACETS
from catalogue.records import PublicRecord
from catalogue.vocabulary import Snapshot, snapshot
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.forms import SearchForm
from search.text import clean
from search.types import Sort
from search.views import bad_request, unavailable

ENTRIES = 20
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
LONGEST_TITLE = 200
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a date nobody kept: Atom wants one."""


class Feed(Atom1Feed):
    """An Atom feed that reads the same each time it is asked for."""

    def latest_post_date(self) -> datetime:
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=UNKNOWN)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The query's records that were published last, whatever order the page shows them in."""
    language = get_language() or "id"
    form = SearchForm(request.GET, registry=FACETS, language=language)
    if not form.is_valid():
        return bad_request(request, form)
    try:
        newest = replace(form.to_request(facet_sizes={}), sort=Sort.PUBLISHED, page=1, size=ENTRIES)
        hits = get_engine().search(newest).hits
    except SearchUnavailable:
        return unavailable(request)
    query, page_path = form.links.canonical(), request.path.removesuffix("feed.atom")
    atom = Feed(
        title=feed_title(form),
        link=request.build_absolute_uri(page_path + query),
        description="",
        language=language,
        feed_url=request.build_absolute_uri(request.path + query),
    )
    labels = snapshot()
    for record in records.read(hit.key for hit in hits):
        _add(atom, record, language, labels, request)
    response = HttpResponse(content_type=CONTENT_TYPE)
    atom.write(response, "utf-8")
    return response


def feed_title(form: SearchForm) -> str:
    """What the feed of a valid form is called, here and where a page offers it."""
    words = clean(form.cleaned_data["q"]).strip()[:LONGEST_TITLE]
    if words:
        return _("Innovations: %(words)s") % {"words": words}
    return _("Innovations of this search") if form.selections or form.ranges else _("New innovations")


def _add(atom: Feed, record: PublicRecord, language: str, labels: Snapshot, request: HttpRequest) -> None:
    shown = record.shown_in(language)
    agency = record.codes.get("agency")
    tags = [labels.tags.label(code, language) for code in record.rows.get("tags", [])]
    atom.add_item(
        title=clean(record.text("title", shown)),
        link=request.build_absolute_uri(record.paths[shown]),
        description=escape(clean(record.text("summary", shown))),
        unique_id=f"urn:uuid:{record.key}",
        author_name=clean(labels.agencies.label(agency, language)) if agency else "",
        pubdate=record.published,
        updateddate=record.updated or record.published or UNKNOWN,
        categories=[clean(tag) for tag in tags],
    )
