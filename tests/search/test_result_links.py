"""What a page offers machines: files and feeds of the result, the catalogue as a search engine."""

from __future__ import annotations

import re

import pytest

from tests.pages import links_of

pytestmark = pytest.mark.django_db
PAGE = "/id/search/"
FILES = ("export.csv", "export.xlsx", "export.jsonl", "feed.atom")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_result_can_be_taken_along_in_every_format(client, world, language):
    response = client.get(f"/{language}/search/", {"q": "sampah", "sector": "environment"})
    addresses = links_of(re.search(r'<ul id="exports".*?</ul>', response.content.decode(), re.DOTALL)[0])
    query = "?q=sampah&sector=environment"
    assert addresses == [
        *(f"/{language}/search/{name}{query}" for name in FILES),
        f"/api/v1/innovations{query}",
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        answer.close()


def test_readers_of_feeds_find_the_query_s(client, world):
    html = client.get(PAGE, {"q": "sampah"}).content.decode()
    link = re.search(
        r'<link rel="alternate" type="application/atom\+xml" title="([^"]*)" href="([^"]*)">', html
    )
    assert link
    assert link[1] == "Inovasi: sampah"
    assert link[2] == "/id/search/feed.atom?q=sampah"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", ["", "search/", "agencies/", "browse/sector/health/"])
def test_browsers_are_offered_the_catalogue_in_the_page_s_language(client, world, language, path):
    html = client.get(f"/{language}/{path}").content.decode()
    link = re.search(r'<link rel="search" href="([^"]*)" type="application/opensearchdescription\+xml"', html)
    assert link
    described = client.get(link[1]).content.decode()
    assert f"/{language}/search/?q={{searchTerms}}" in described
    assert f"<Language>{language}</Language>" in described


def test_other_pages_offer_all_records(client, world):
    offered = links_of(client.get("/id/").content.decode())
    assert {f"{PAGE}{name}" for name in FILES} <= set(offered)
