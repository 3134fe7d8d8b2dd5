"""Agencies: one page each, a list of those with records, a way on from those without."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests import factories
from tests.pages import counting, links_of, main_of, text_of

pytestmark = pytest.mark.django_db


def test_a_government_shows_its_units_records_too(client, world):
    response = client.get("/id/agencies/gov-35.10/")
    html = main_of(response)
    assert response.status_code == 200
    assert world.complete.title in html
    assert world.plain.title in html
    assert world.copy.title not in html
    assert "/id/agencies/gov-35.10-dinas-contoh/" in links_of(html)


def test_a_unit_shows_its_own_and_names_its_government(client, world):
    html = main_of(client.get("/en/agencies/gov-35.10-dinas-contoh/"))
    assert "One door for maternal health" in html
    assert world.plain.title not in html
    assert "/en/agencies/gov-35.10/" in links_of(html)


def test_what_is_not_public_is_not_counted(client, world):
    words = text_of(client.get("/id/agencies/gov-35.10/"))
    for page in world.not_public:
        assert page.title not in words


def test_one_without_records_is_reachable_unlisted_and_leads_on(client, world):
    response = client.get("/id/agencies/gov-35.78/")
    assert response.status_code == 200
    assert b"noindex" in response.content
    assert "/id/agencies/gov-35.10/" in links_of(main_of(response))
    assert "/id/agencies/gov-35.78/" not in links_of(main_of(client.get("/id/agencies/")))


def test_a_merged_code_leads_to_its_heir(client, world):
    heir = factories.agency("gov-35.10")
    with transaction.atomic():
        factories.agency("gov-35.10-lama", parent="gov-35.10", merged_into=heir)
    response = client.get("/id/agencies/gov-35.10-lama/")
    assert response.status_code == 301
    assert response["Location"] == "/id/agencies/gov-35.10/"


@pytest.mark.parametrize("code", ["gov-99.99", "level-regency", "%3Cscript%3E"])
def test_an_unknown_code_is_not_found(client, world, code):
    assert client.get(f"/id/agencies/{code}/").status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "10001"])
def test_a_page_that_cannot_be_is_refused(client, world, page):
    assert client.get("/id/agencies/gov-35.10/", {"page": page}).status_code == 400


def test_the_list_finds_a_name_by_any_of_its_words(client, world):
    links = links_of(main_of(client.get("/id/agencies/", {"q": "banyuwangi"})))
    assert "/id/agencies/gov-35.10/" in links
    assert "/id/agencies/x-ee-government/" not in links


def test_a_list_without_a_match_leads_back(client, world):
    assert "/id/agencies/" in links_of(main_of(client.get("/id/agencies/", {"q": "zzz"})))


def test_few_questions_are_asked(client, world, monkeypatch):
    client.get("/id/agencies/gov-35.10/")
    with counting(monkeypatch) as asked:
        client.get("/id/agencies/gov-35.10/")
    assert asked.searches == 1
    assert len(asked.statements) <= 15
