"""One page a facet and one a value: lasting addresses of a filtered search."""

from __future__ import annotations

import pytest
from django.db import transaction

from catalogue.facets import FACETS
from tests import factories
from tests.pages import counting, links_of, main_of, text_of

pytestmark = pytest.mark.django_db
WITH_PAGE = [facet.code for facet in FACETS.facets if facet.has_page]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", WITH_PAGE)
def test_every_facet_lists_its_values(client, world, language, code):
    assert client.get(f"/{language}/browse/{code}/").status_code == 200


def test_every_facet_has_a_page_but_agencies_have_their_own(client, world):
    assert set(FACETS.by_code) - {*WITH_PAGE} == {"agency"}
    assert client.get("/id/browse/agency/")["Location"] == "/id/agencies/"
    assert client.get("/id/browse/agency/gov-35.10/")["Location"] == "/id/agencies/gov-35.10/"


def test_what_is_no_facet_has_no_page(client, world):
    assert client.get("/id/browse/nothing/").status_code == 404


@pytest.mark.parametrize("value", ["digital/true", "measured/true", "language/id", "year/2020"])
def test_values_that_are_no_words_have_their_page(client, world, value):
    assert client.get(f"/en/browse/{value}/").status_code == 200


def test_a_value_shows_its_records_and_leads_to_the_search(client, world):
    html = main_of(client.get("/id/browse/sector/environment/"))
    assert world.plain.title in html
    assert world.complete.title not in html
    assert "/id/search/?sector=environment&sort=newest" in links_of(html)


@pytest.mark.parametrize("path", ["/id/browse/sector/health/", "/id/browse/region/35/"])
def test_its_links_lead_somewhere(client, world, path):
    links = {link for link in links_of(main_of(client.get(path))) if link.startswith("/id/")}
    assert any("?agency=level-" in link for link in links)
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_province_holds_its_regencies(client, world):
    html = main_of(client.get("/id/browse/region/35/"))
    assert world.complete.title in html
    assert world.copy.title not in html


def test_a_value_without_records_is_reachable_and_unlisted(client, world):
    response = client.get("/id/browse/sector/tourism-culture/")
    if response.status_code == 404:
        pytest.fail("the sector is in the vocabulary")
    assert response.status_code == 200
    assert b"noindex" in response.content
    assert "/id/browse/sector/tourism-culture/" not in links_of(main_of(client.get("/id/browse/sector/")))


def test_a_merged_tag_leads_to_its_heir(client, world):
    with transaction.atomic():
        factories.tag("antrian", merged_into=factories.tag("antrean"))
    response = client.get("/en/browse/tag/antrian/")
    assert response.status_code == 301
    assert response["Location"] == "/en/browse/tag/antrean/"


def test_a_code_in_capitals_leads_to_its_address(client, world):
    assert client.get("/id/browse/sector/Health/")["Location"] == "/id/browse/sector/health/"


def test_an_unknown_value_is_not_found(client, world):
    assert client.get("/id/browse/sector/nonsense/").status_code == 404


def test_labels_are_those_of_the_language(client, world):
    assert "Health" in text_of(client.get("/en/browse/sector/health/"))
    assert "Kesehatan" in text_of(client.get("/id/browse/sector/health/"))


def test_one_engine_call(client, world, monkeypatch):
    client.get("/id/browse/sector/health/")
    with counting(monkeypatch) as asked:
        client.get("/id/browse/sector/health/")
    assert asked.searches == 1
    assert len(asked.statements) <= 15
