"""The API's description is a contract: a changed field fails here until somebody decides.

After a decision: ``python manage.py openapi > tests/api/openapi.json``, and a line in CHANGELOG.md.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from catalogue.facets import FACETS

SNAPSHOT = Path(__file__).parent / "openapi.json"


@pytest.fixture(scope="module")
def schema():
    output = io.StringIO()
    with translation.override("id"):
        call_command("openapi", stdout=output)
    return json.loads(output.getvalue())


def test_nothing_changed_without_a_decision(schema):
    assert schema == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_facet_is_a_parameter(schema):
    parameters = {item["name"] for item in schema["paths"]["/api/v1/innovations"]["get"]["parameters"]}
    assert {facet.code for facet in FACETS.facets} | {
        "year_from",
        "year_to",
        "q",
        "sort",
        "page",
        "size",
    } <= parameters


def test_errors_are_problem_documents(schema):
    for path, methods in schema["paths"].items():
        for status, answer in methods["get"]["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_references_lead_somewhere(schema):
    names = set(schema["components"]["schemas"])
    found = set()

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                found.add(node["$ref"].rsplit("/", 1)[-1])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema)
    assert found <= names


@pytest.mark.django_db
class TestPages:
    def test_the_description_is_served_as_it_is(self, client, schema):
        assert client.get("/api/v1/openapi.json").json() == schema

    @pytest.mark.parametrize("language", ["id", "en"])
    def test_the_documentation_needs_no_script_and_no_other_host(self, client, language):
        response = client.get("/api/v1/docs", {"lang": language})
        html = response.content.decode()
        assert response.status_code == 200
        assert f'<html lang="{language}"' in html
        assert "cdn" not in html
        assert "<style" not in html
        assert "style=" not in html
        assert "/api/v1/innovations/{id}" in html
        for code in ("sector", "year_from", "facet_size"):
            assert f"<code>{code}</code>" in html
