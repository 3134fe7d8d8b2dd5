"""What machines are told: a record by schema.org, the catalogue by DCAT, the search by OpenSearch."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

from catalogue.structured_data import data_block
from tests import factories

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def block(client, page):
    html = client.get(page.get_url()).content.decode()
    found = BLOCK.findall(html)
    assert len(found) == 1
    return json.loads(found[0])


@pytest.fixture
def world(index):
    world = factories.world()
    index()
    return world


class TestRecord:
    def test_it_says_what_the_page_says(self, client, world):
        data = block(client, world.complete)
        assert data["@type"] == "CreativeWork"
        assert data["@id"] == f"urn:uuid:{world.complete.translation_key}"
        assert data["name"] == "Satu pintu kesehatan ibu"
        assert data["inLanguage"] == "id"
        assert data["dateCreated"] == "2019"
        assert {item["termCode"] for item in data["about"]} == {"health", "kesehatan"}
        assert len(data["keywords"]) == 2
        assert data["creator"]["@type"] == "GovernmentOrganization"
        assert data["creator"]["name"] == "Dinas Contoh"
        assert data["creator"]["parentOrganization"]["identifier"] == "gov-35.10"
        assert data["spatialCoverage"]["identifier"] == "35.10"
        assert data["citation"] == "Laporan tahunan instansi"

    def test_a_translation_speaks_its_language_with_the_records_facts(self, client, world):
        data = block(client, world.english)
        assert data["name"] == "One door for maternal health"
        assert data["inLanguage"] == "en"
        assert data["about"][0]["name"] == "Health"
        assert data["dateCreated"] == "2019"

    def test_what_is_not_known_is_not_said(self, client, world):
        data = block(client, world.foreign)
        assert "dateCreated" not in data
        assert "isBasedOn" not in data
        assert "keywords" not in data

    def test_the_source_is_linked(self, client, index):
        page = factories.innovation(source_url="https://example.go.id/a?b=1&c=2")
        index()
        assert block(client, page)["isBasedOn"] == "https://example.go.id/a?b=1&c=2"

    def test_no_text_ends_the_block(self, client, index):
        title = "</script><script>alert(1)</script> <!-- & \u2028"
        page = factories.innovation(title)
        index()
        assert block(client, page)["name"] == title

    def test_every_sign_of_markup_is_escaped(self):
        text = data_block({"name": "</script><!--&amp;\u2028\u2029"})
        assert not re.search("[<>&\u2028\u2029]", text)
        assert json.loads(text) == {"name": "</script><!--&amp;\u2028\u2029"}


class TestCatalogue:
    def test_dcat_names_files_that_answer(self, client, world):
        response = client.get("/catalog.jsonld")
        assert response["Content-Type"] == "application/ld+json"
        data = response.json()
        assert data["@type"] == "dcat:Catalog"
        (dataset,) = data["dcat:dataset"]
        assert {item["@language"] for item in dataset["dct:title"]} == {"id", "en"}
        assert "dct:license" not in json.dumps(data)
        files = {item["dct:title"]: item for item in dataset["dcat:distribution"]}
        assert set(files) == {"CSV", "XLSX", "JSON Lines", "API"}
        for name in ("CSV", "XLSX", "JSON Lines"):
            answer = client.get(files[name]["dcat:downloadURL"]["@id"])
            assert answer.status_code == 200
            assert answer["Content-Type"].startswith(files[name]["dcat:mediaType"])
            answer.close()
        service = files["API"]["dcat:accessService"]
        assert client.get(service["dcat:endpointDescription"]["@id"]).status_code == 200

    def test_opensearch_leads_to_the_search(self, client, world):
        root = ET.fromstring(client.get("/opensearch.xml", {"lang": "en"}).content)  # noqa: S314 - our own
        names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
        (template,) = [
            url.get("template") for url in root.findall("o:Url", names) if url.get("type") == "text/html"
        ]
        assert template == "http://testserver/en/search/?q={searchTerms}"
        assert client.get(template.replace("{searchTerms}", "sampah")).status_code == 200
        assert len(root.findtext("o:ShortName", namespaces=names)) <= 16
