"""The replication family of a record: where it came from and who copied it, as a tree of links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection
from wagtail.models import Page

from catalogue.addresses import page_path, url_prefixes
from catalogue.documents import public_pages
from catalogue.models import Replication
from catalogue.presentation import address, pick
from catalogue.vocabulary import snapshot

LIMIT = 200
"""Records of one family that a page shows at most."""

_COLUMNS = (
    *("pk", "is_source", "translation_key", "title", "url_path", "locale__language_code"),
    *("agency_id", "year_started"),
)
_MEMBERS = """
WITH RECURSIVE family(id) AS (
    SELECT CAST(%s AS bigint)
    UNION
    SELECT CASE WHEN link.page_id = family.id THEN link.origin_id ELSE link.page_id END
    FROM family JOIN catalogue_replication link ON link.page_id = family.id OR link.origin_id = family.id
)
SELECT id FROM family LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Relative:
    """One record of a family in pre-order. ``opens`` a list before it, ``leaf`` has no copies, and as many
    lists as ``closings`` end after it."""

    title: str
    url: str
    agency: str
    year: str
    here: bool
    opens: bool
    leaf: bool
    closings: range


def family(pk: int | None, language: str) -> list[Relative]:
    """The public family of the source page ``pk``, origins first; empty for a record without relatives.

    At most six queries, whatever the size of the family. A link between two records of which one is not
    public is not shown, nor what hangs on it alone.
    """
    if pk is None:
        return []
    members = _members(pk)
    if len(members) < 2:
        return []
    links = Replication.objects.filter(page__in=members, origin__in=members)
    edges = list(links.order_by("date", "pk").values_list("origin_id", "page_id", "date"))
    pages = _pages(members, language) if edges else {}
    below: dict[int, list[tuple[int, date | None]]] = {}
    for origin, copy, when in edges:
        if origin in pages and copy in pages:
            below.setdefault(origin, []).append((copy, when))
    copies = {copy for found in below.values() for copy, _when in found}
    roots = [page for page in below if page not in copies]
    steps = (step for root in sorted(roots) for step in _walk(root, None, below, 0, set()))
    walked = list(islice(steps, LIMIT))  # records that copy several others multiply the ways through a family
    if not any(page == pk for page, _when, _depth in walked):
        return []
    return list(_relatives(walked, pages, pk))


def _members(pk: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, (pk, LIMIT))
        return [row[0] for row in cursor.fetchall()]


def _pages(members: list[int], language: str) -> dict[int, dict[str, Any]]:
    """Public source pages by id, each with the title and address of ``language`` where it has one."""
    prefixes, labels = url_prefixes(), snapshot()
    keys = Page.objects.filter(pk__in=members).order_by().values("translation_key")
    # By their own keys: asked for by translation key, SQLite goes through all pages that are no aliases.
    versions = Page.objects.filter(translation_key__in=keys).order_by().values("pk")
    pages = public_pages().filter(pk__in=versions).order_by().values(*_COLUMNS)
    own = {page["translation_key"]: page for page in pages if page["is_source"]}
    titles = {key: {page["locale__language_code"]: page} for key, page in own.items()}
    for page in pages:
        if not page["is_source"] and page["translation_key"] in own:
            titles[page["translation_key"]][page["locale__language_code"]] = page
    found = {}
    for key, page in own.items():
        texts = titles[key]
        code = labels.agencies.codes.get(page["agency_id"], "")
        found[page["pk"]] = {
            "title": pick({lang: text["title"] for lang, text in texts.items()}, language),
            "url": address({lang: page_path(text, prefixes) for lang, text in texts.items()}, language),
            "agency": labels.agencies.label(code, language) if code else "",
            "year": str(page["year_started"] or ""),
        }
    return found


_Step = tuple[int, date | None, int]


def _walk(
    page: int,
    when: date | None,
    below: Mapping[int, list[tuple[int, date | None]]],
    depth: int,
    path: set[int],
) -> Iterator[_Step]:
    yield page, when, depth
    for copy, copied in below.get(page, ()):
        if copy not in path:  # cycles are refused when saved; old data must not hang a page
            yield from _walk(copy, copied, below, depth + 1, path | {page})


def _relatives(walked: list[_Step], pages: Mapping[int, dict[str, Any]], pk: int) -> Iterator[Relative]:
    last = -1
    for place, (page, when, depth) in enumerate(walked):
        following = walked[place + 1][2] if place + 1 < len(walked) else 0
        found = pages[page]
        yield Relative(
            title=found["title"],
            url=found["url"],
            agency=found["agency"],
            year=str(when.year) if when else found["year"],
            here=page == pk,
            opens=depth > last,
            leaf=following <= depth,
            closings=range(max(0, depth - following)),
        )
        last = depth
