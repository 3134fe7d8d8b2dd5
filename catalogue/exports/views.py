"""The result of a query as a file, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue import records
from catalogue.exports import formats
from catalogue.exports.columns import Reader
from catalogue.facets import FACETS
from catalogue.records import PublicRecord
from catalogue.vocabulary import snapshot
from search.engines import get_engine
from search.errors import SearchUnavailable
from search.forms import SearchForm
from search.views import bad_request, unavailable

CHUNK = 500
"""Records read at a time: what is in memory does not grow with the result, but for its keys."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Build = Callable[[Iterator[list[PublicRecord]], Reader], HttpResponseBase]


@require_safe
def export_csv(request: HttpRequest) -> HttpResponseBase:
    content_type = "text/csv; charset=utf-8"
    return _export(
        request, "csv", lambda chunks, reader: _stream(formats.csv_pieces(chunks, reader), content_type)
    )


@require_safe
def export_jsonl(request: HttpRequest) -> HttpResponseBase:
    content_type = "application/jsonl; charset=utf-8"
    return _export(
        request, "jsonl", lambda chunks, reader: _stream(formats.jsonl_pieces(chunks, reader), content_type)
    )


@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponseBase:
    return _export(
        request,
        "xlsx",
        lambda chunks, reader: _stream(formats.xlsx_pieces(chunks, reader), XLSX),
    )


def _export(request: HttpRequest, extension: str, build: Build) -> HttpResponseBase:
    language = get_language() or "id"
    form = SearchForm(request.GET, registry=FACETS, language=language)
    if not form.is_valid():
        return bad_request(request, form)
    if request.method == "HEAD":
        return _named(HttpResponse(), extension)
    try:
        keys = list(get_engine().all_keys(form.to_request()))
    except SearchUnavailable:
        return unavailable(request)
    reader = Reader(language, snapshot(), request.build_absolute_uri("/").rstrip("/"))
    return _named(build(chunks(keys), reader), extension)


def chunks(keys: Sequence[str]) -> Iterator[list[PublicRecord]]:
    """The public records of ``keys``; one that became private since the search is left out."""
    for start in range(0, len(keys), CHUNK):
        yield records.read(keys[start : start + CHUNK])


def _stream(pieces: Iterator[bytes], content_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(pieces, content_type=content_type)


def _named(response: HttpResponseBase, extension: str) -> HttpResponseBase:
    day = timezone.localdate().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="inovasi-{day}.{extension}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
