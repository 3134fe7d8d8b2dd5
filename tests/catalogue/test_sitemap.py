"""The sitemap: every public page in every language it has, and nothing else."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from catalogue import sitemaps
from tests import factories
from tests.catalogue.leaks import CANARY, hidden_records, public_with_hidden_parts

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.getvalue())  # noqa: S314 - our own


def parts(client):
    return [found.text for found in read(client, "/sitemap.xml").findall("s:sitemap/s:loc", NAMES)]


def addresses(client, kind=""):
    return [
        url.findtext("s:loc", namespaces=NAMES)
        for part in parts(client)
        if f"sitemap-{kind}" in part
        for url in read(client, part).findall("s:url", NAMES)
    ]


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


def test_it_lists_each_page_once_and_each_page_answers(client, world):
    found = addresses(client)
    assert len(found) == len(set(found))
    assert all(address.startswith("http://testserver/") for address in found)
    paths = {address.removeprefix("http://testserver") for address in found}
    assert {"/id/", "/en/", "/id/search/", "/en/agencies/", "/id/browse/sector/health/"} <= paths
    wrong = {path: client.get(path).status_code for path in sorted(paths)}
    assert {path: status for path, status in wrong.items() if status != 200} == {}


def test_languages_of_a_record_name_each_other(client, world):
    root = read(client, next(part for part in parts(client) if "sitemap-records" in part))
    urls = {url.findtext("s:loc", namespaces=NAMES): url for url in root.findall("s:url", NAMES)}
    both = [address for address in urls if world.complete.slug in address]
    assert len(both) == 2
    for address in both:
        links = {link.get("hreflang"): link.get("href") for link in urls[address].findall("x:link", NAMES)}
        assert set(links) == {"id", "en"}
        assert set(links.values()) == set(both)
    alone = next(address for address in urls if world.plain.slug in address)
    assert urls[alone].findall("x:link", NAMES) == []


def test_agencies_and_values_without_a_public_record_are_left_out(client, world):
    paths = addresses(client, "browse")
    assert any(path.endswith("/id/agencies/gov-35.10-dinas-contoh/") for path in paths)
    assert any(path.endswith("/id/agencies/gov-35.10/") for path in paths)
    assert not any("/agencies/gov-11/" in path or "/agencies/level-" in path for path in paths)
    assert not any("/browse/sector/transport/" in path for path in paths)


def test_it_has_parts_of_a_bounded_size(client, index, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 3)
    monkeypatch.setattr(sitemaps, "CHUNK", 2)
    for number in range(7):
        factories.innovation(f"Inovasi {number}")
    index()
    records = [part for part in parts(client) if "sitemap-records" in part]
    assert len(records) == 3
    sizes = [len(read(client, part).findall("s:url", NAMES)) for part in records]
    assert sizes == [3, 3, 1]
    assert client.get("/sitemap-records-4.xml").status_code == 404
    assert client.get("/sitemap-records-0.xml").status_code == 404
    assert client.get("/sitemap-nonsense-1.xml").status_code == 404


def test_nothing_hidden_is_in_it(client, index):
    public = public_with_hidden_parts()
    hidden = hidden_records()
    index()
    found = "\n".join(addresses(client))
    assert f"/{public.slug}/" in found
    assert found.count(public.slug) == 1  # neither the alias nor the draft translation
    assert CANARY not in found
    assert not any(page.slug in found for page in hidden)
    assert "/agencies/gov-11/" not in found
    factories.restrict(public)
    assert public.slug not in "\n".join(addresses(client, "records"))


def test_without_an_index_the_records_are_still_there(client, index):
    page = factories.innovation()
    assert page.slug in "\n".join(addresses(client, "records"))
    assert client.get("/sitemap-browse-1.xml").status_code == 503
