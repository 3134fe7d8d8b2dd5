"""One page of hits, in an order that stays the same from page to page."""

from __future__ import annotations

from typing import Final

import tantivy

from search import query as reading
from search.engines.embedded import layout as names
from search.engines.embedded.documents import Payload
from search.engines.embedded.queries import TantivyQuery
from search.engines.embedded.reader import Snapshot, total
from search.highlight import Highlighter
from search.types import MAX_WINDOW, Hit, SearchRequest, Sort

GROWTH: Final = 8
"""How much more is read when hits of the same score go on beyond the page."""

Scored = tuple[float, tantivy.DocAddress]


def sort_column(request: SearchRequest, *, has_query: bool) -> str | None:
    """The field that orders the hits; ``None`` for relevance. Without a query relevance is newest."""
    if request.sort is Sort.RELEVANCE:
        return None if has_query else names.sort_field(Sort.NEWEST.value)
    if request.sort is Sort.TITLE:
        return names.sort_field(f"{Sort.TITLE.value}.{request.language}")
    return names.sort_field(request.sort.value)


def page_by_column(
    searcher: tantivy.Searcher, query: TantivyQuery, column: str, request: SearchRequest
) -> tuple[list[Scored], int]:
    """The hits of a page in the order of their sort strings, and the number of all."""
    found = searcher.search(
        query,
        limit=request.size,
        offset=(request.page - 1) * request.size,
        order_by_field=column,
        order=tantivy.Order.Asc,
    )
    return [(0.0, address) for _, address in found.hits], total(found)


def page_by_relevance(
    searcher: tantivy.Searcher, query: TantivyQuery, request: SearchRequest
) -> tuple[list[Scored], int]:
    """The best hits of a page, and the number of all.

    tantivy orders hits of the same score by their place in the index, which changes as records change.
    Here a number made from the key decides, so hits of the same score that reach over an edge of the
    page are all read.
    """
    first, end = (request.page - 1) * request.size, request.page * request.size
    limit = end + 1
    while True:
        found = searcher.search(query, limit=limit)
        hits: list[Scored] = found.hits
        if len(hits) < limit or hits[end - 1][0] != hits[-1][0]:
            break
        limit = min(limit * GROWTH, max(total(found), MAX_WINDOW) + 1)
    if first >= len(hits):
        return [], total(found)
    last = min(end, len(hits)) - 1
    start = first
    while start and hits[start - 1][0] == hits[first][0]:
        start -= 1
    stop = last + 1
    while stop < len(hits) and hits[stop][0] == hits[last][0]:
        stop += 1
    group = break_ties(searcher, hits[start:stop])
    return group[first - start : end - start], total(found)


def all_by_column(
    searcher: tantivy.Searcher, query: TantivyQuery, column: str, count: int
) -> list[tantivy.DocAddress]:
    """Every hit in the order of its sort string; ``count`` is the number of them."""
    order = tantivy.Order.Asc
    found = searcher.search(query, limit=max(count, 1), count=False, order_by_field=column, order=order)
    return [address for _, address in found.hits]


def all_by_relevance(searcher: tantivy.Searcher, query: TantivyQuery, count: int) -> list[tantivy.DocAddress]:
    """Every hit, best first."""
    found = searcher.search(query, limit=max(count, 1), count=False)
    return [address for _, address in break_ties(searcher, found.hits)]


def break_ties(searcher: tantivy.Searcher, hits: list[Scored]) -> list[Scored]:
    """``hits``, best first, those of the same score in the order of their keys' numbers."""
    if len({score for score, _ in hits}) == len(hits):
        return hits
    ties = searcher.fast_field_values(names.TIE, [address for _, address in hits])
    order = sorted(range(len(hits)), key=lambda place: (-hits[place][0], ties[place]))
    return [hits[place] for place in order]


def read_hits(snapshot: Snapshot, page: list[Scored], query: reading.Query, language: str) -> tuple[Hit, ...]:
    """The hits of a page with what their documents carry and, for a query, the words it found."""
    layout = snapshot.layout
    highlighter = Highlighter(query, layout.shown, language) if query else None
    hits = []
    for score, address in page:
        payload = Payload.read(snapshot.searcher, address, layout)
        marks = highlighter.highlights(payload.texts) if highlighter else {}
        hits.append(Hit(payload.key, score, payload.stored, marks))
    return tuple(hits)
