"""The server that `make test` starts is the one the engine is written for."""

from __future__ import annotations

import json
import os
import urllib.request

import pytest

from scripts.tooling.elasticsearch_node import health

pytestmark = pytest.mark.elasticsearch


def test_the_server_is_of_the_supported_major_version() -> None:
    with urllib.request.urlopen(os.environ["TEST_ELASTICSEARCH_URL"], timeout=10) as answer:
        version = json.load(answer)["version"]["number"]
    assert version.split(".")[0] == "9"


def test_its_cluster_is_ready_when_the_first_test_asks() -> None:
    found = health(os.environ["TEST_ELASTICSEARCH_URL"])
    assert found is not None
    assert found["status"] != "red"
