"""A record under its address: there while it may be seen, gone in the same moment."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from wagtail.models import Page

from tests import factories
from tests.pages import links_of

pytestmark = pytest.mark.django_db


def status(client, url: str) -> int:
    return client.get(url).status_code


def asks_to_sign_in(client, url: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 302 and urlsplit(answer["Location"]).path == "/accounts/login/"


def fresh(page) -> Page:
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def record():
    return factories.innovation(
        "Antrean", parent=factories.section("Kesehatan", private=False), revision=True
    )


def test_it_is_gone_when_it_is_unpublished(client, record):
    assert status(client, record.url) == 200
    record.unpublish()
    assert status(client, record.url) == 404


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_it_is_private_as_soon_as_it_or_a_page_above_it_is(client, record, depth):
    url = record.url
    assert status(client, url) == 200
    factories.restrict(record.get_ancestors(inclusive=True).get(depth=depth))
    assert asks_to_sign_in(client, url)
    assert client.get(url)["Cache-Control"] != "public, max-age=5, must-revalidate"


def test_it_follows_its_page_and_the_pages_above(client, record):
    old = record.url
    assert status(client, old) == 200
    section = fresh(record.get_parent().specific)
    section.slug = "layanan-kesehatan"
    section.save()
    assert status(client, old) == 404
    assert status(client, fresh(record).url) == 200
    Page.objects.get(pk=record.pk).move(factories.baseline().innovations["id"], pos="last-child")
    assert fresh(record).url.count("/") == 4
    assert status(client, fresh(record).url) == 200


def test_a_repeated_record_is_guarded_as_the_one_it_repeats(client, record):
    alias = record.create_alias(parent=factories.section("Pilihan", private=False), update_slug="salinan")
    assert status(client, alias.url) == 200
    factories.restrict(record)
    assert asks_to_sign_in(client, alias.url)


def test_another_language_is_offered_only_while_it_may_be_seen(client, record):
    english = factories.translation(record, "Queue")
    assert english.url in links_of(client.get(record.url).content.decode())
    factories.restrict(english)
    assert english.url not in links_of(client.get(record.url).content.decode())


def test_it_is_not_found_in_a_language_whose_home_page_is_a_draft(client, record):
    english = factories.translation(record, "Queue")
    assert status(client, english.url) == 200
    factories.baseline().home["en"].unpublish()
    assert status(client, english.url) == 404


def test_addresses_beside_the_pages_are_not_taken(client):
    restriction = factories.restrict(factories.section(private=False))
    address = f"/id/_util/authenticate_with_password/{restriction.pk}/{restriction.page_id}/"
    assert status(client, address) == 200
    assert status(client, "/id/_util/login/") == 302
    assert status(client, "/id/inovasi/tidak-ada/") == 404
