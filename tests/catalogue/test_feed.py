"""The feed of a query: valid Atom, the last published first, public records alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest

from catalogue.models import InnovationPage
from tests import factories
from tests.catalogue.leaks import CANARY, hidden_records, public_with_hidden_parts

pytestmark = pytest.mark.django_db
FEED = "/id/search/feed.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client, path=FEED, **query):
    response = client.get(path, query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 - our own


def entries(root):
    return root.findall("a:entry", ATOM)


def titles(root):
    return [entry.findtext("a:title", namespaces=ATOM) for entry in entries(root)]


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


def test_it_has_what_atom_asks_for(client, world):
    root = feed(client)
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "id"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"a:{name}", namespaces=ATOM)
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links["self"].startswith("http://testserver/id/search/feed.atom")
    assert links["alternate"].startswith("http://testserver/id/search/")
    assert len(entries(root)) == 4
    for entry in entries(root):
        assert entry.findtext("a:id", namespaces=ATOM).startswith("urn:uuid:")
        assert entry.find("a:author", ATOM).findtext("a:name", namespaces=ATOM)
        assert datetime.fromisoformat(entry.findtext("a:updated", namespaces=ATOM)).tzinfo
        assert entry.find("a:link", ATOM).get("href").startswith("http://testserver/")


def test_the_query_decides_and_is_named(client, world):
    root = feed(client, q="sampah")
    assert titles(root) == ["Bank sampah"]
    assert "sampah" in root.findtext("a:title", namespaces=ATOM)
    assert feed(client, q="tidakadayangbegini").findall("a:entry", ATOM) == []


def test_the_other_language(client, world):
    root = feed(client, "/en/search/feed.atom", q="maternal")
    assert "One door for maternal health" in titles(root)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_the_last_twenty_published_come_first_whatever_their_year(client, index):
    now = datetime.now(UTC)
    for number in range(25):
        page = factories.innovation(f"Inovasi {number:02}", year_started=2000 + number)
        published = now - timedelta(days=25 - number if number else 0)
        InnovationPage.objects.filter(pk=page.pk).update(first_published_at=published)
    index()
    found = titles(feed(client))
    assert len(found) == 20
    assert found[:3] == ["Inovasi 00", "Inovasi 24", "Inovasi 23"]


def test_it_reads_the_same_again(client, world):
    first = client.get(FEED)
    assert client.get(FEED).content == first.content
    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_markup_and_control_characters_stay_words(client, index):
    factories.innovation("Satu <b>&amp; dua", summary="<script>alert(1)</script> & \x0b lain")
    index()
    entry = entries(feed(client))[0]
    assert entry.findtext("a:title", namespaces=ATOM) == "Satu <b>&amp; dua"
    summary = entry.find("a:summary", ATOM)
    assert summary.get("type") == "html"
    assert "<script>" not in summary.text


def test_nothing_hidden_is_in_it(client, index):
    public = public_with_hidden_parts()
    hidden_records()
    index()
    response = client.get(FEED)
    assert titles(ET.fromstring(response.content)) == [public.title]  # noqa: S314
    assert CANARY not in response.content.decode()
    factories.restrict(public)
    assert titles(feed(client)) == []


def test_a_wrong_query_and_a_missing_index(client, index):
    assert client.get(FEED, {"sector": "nonsense"}).status_code == 400
    assert client.get(FEED).status_code == 503
