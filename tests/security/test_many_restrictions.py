"""Pages stay readable however many view restrictions there are, and each restriction holds."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from catalogue.documents import public_records
from home.models import EventIndexPage, NewsIndexPage
from home.visibility import is_open
from tests import factories
from tests.catalogue.desk import Desk

pytestmark = pytest.mark.django_db

MANY = 1100
"""SQLite takes an expression of a thousand parts, and no more."""


def restrict_many(count: int) -> None:
    """Restricted pages beside the records, made without the tree's care: they are only counted."""
    index = Page.objects.get(pk=factories.baseline().innovations["id"].pk)
    kind = ContentType.objects.get_for_model(Page)
    pages = Page.objects.bulk_create(
        Page(
            title="Ruang",
            slug=f"ruang-{number}",
            path=Page._get_path(index.path, index.depth + 1, 1000 + number),
            depth=index.depth + 1,
            locale_id=index.locale_id,
            content_type=kind,
        )
        for number in range(count)
    )
    PageViewRestriction.objects.bulk_create(
        PageViewRestriction(page=page, restriction_type=PageViewRestriction.LOGIN) for page in pages
    )


def test_every_public_page_answers(client, world):
    restrict_many(MANY)
    lists = [*NewsIndexPage.objects.all(), *EventIndexPage.objects.all(), world.tree.collections["id"]]
    pages = [world.complete.url, *(page.url for page in lists)]
    for address in ["/id/", "/id/search/?q=bank", "/sitemap.xml", "/sitemap-pages-1.xml", *pages]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        answer.close()
    assert client.get(world.hidden.url).status_code == 302
    assert set(public_records()) == set(world.public)


def test_an_editor_still_chooses_records(world):
    restrict_many(MANY)
    secret = factories.innovation("Rahasia asing", agency="gov-73.10", parent=world.section)
    shown = Desk(world.editor).get("innovation_chooser:choose").content.decode()
    assert world.foreign.title in shown
    assert secret.title not in shown


def test_it_says_what_wagtail_says(world):
    """Own restriction, one far above, one on a page without pages below, and none."""
    factories.restrict(world.plain)
    factories.restrict(world.tree.innovations["en"])
    factories.innovation("Di bawah", parent=factories.section("Lain", private=False))
    assert set(Page.objects.filter(is_open())) == set(Page.objects.public())
    assert not Page.objects.filter(is_open(), pk=world.english.pk).exists()


def test_the_statement_does_not_grow_with_them(world):
    """And neither does the number of statements."""
    seen = []
    for count in (10, 20):
        Page.objects.filter(slug__startswith="ruang-").delete()
        restrict_many(count)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert public_records().count() == len(world.public)
        seen.append([query["sql"] for query in captured])
    assert seen[0] == seen[1]
