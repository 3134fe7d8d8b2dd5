"""What can be said of the container files without an engine: they parse, pin, and know no secret."""

from __future__ import annotations

import functools
import http.server
import re
import subprocess
import sys
import threading
from typing import Any

import pytest
import yaml

from scripts.tooling.elasticsearch import FIRST_PORT
from scripts.tooling.postgres import SERVICE_PORT
from scripts.tooling.services import ELASTICSEARCH_VERSION
from tests.architecture.source import ROOT
from tests.docs.test_settings_documented import documented

FILES = ("compose.yaml", "compose.production.yaml")
PINNED = re.compile(r"^[a-z-]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?$")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OWN_IMAGE = "katalog-inovasi:${VERSION:-local}"


@functools.cache
def services(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["services"]


@pytest.mark.parametrize("name", FILES)
def test_every_image_has_a_version(name: str) -> None:
    images = {service["image"] for service in services(name).values()} - {OWN_IMAGE}
    assert [image for image in images if not PINNED.match(image)] == []
    assert f"elasticsearch:{ELASTICSEARCH_VERSION}" in images


@pytest.mark.parametrize("name", FILES)
def test_ports_are_open_to_this_host_alone(name: str) -> None:
    ports = [port for service in services(name).values() for port in service.get("ports", ())]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_development_ports_are_those_of_the_processes() -> None:
    assert services("compose.yaml")["postgresql"]["ports"] == [f"127.0.0.1:{SERVICE_PORT}:5432"]
    assert services("compose.yaml")["elasticsearch"]["ports"] == [f"127.0.0.1:{FIRST_PORT}:9200"]


@pytest.mark.parametrize("name", FILES)
def test_no_secret_has_a_default(name: str) -> None:
    """`:?` ends the start with a line that says what is missing."""
    text = (ROOT / name).read_text(encoding="utf-8")
    secrets = re.findall(r"(?<!\$)\$\{([A-Z_]*(?:PASSWORD|KEY|SECRET)[A-Z_]*)(:\?[^}]+)?", text)
    assert secrets
    assert [variable for variable, message in secrets if not message] == []


def test_only_documented_settings_are_given_to_the_site() -> None:
    given = {
        variable
        for service in services("compose.production.yaml").values()
        if service["image"] == OWN_IMAGE
        for variable in service["environment"]
    }
    in_image = set(re.findall(r"\b([A-Z_]+)=", DOCKERFILE)) - {"PATH"}
    unknown = (given | in_image) - documented()
    assert {variable for variable in unknown if not variable.startswith("PYTHON")} == set()


def test_production_runs_three_nodes_with_security_in_one_cluster() -> None:
    nodes = {
        name: service["environment"]
        for name, service in services("compose.production.yaml").items()
        if name.startswith("elasticsearch-")
    }
    assert len(nodes) == 3
    for name, environment in nodes.items():
        assert environment["node.name"] == name
        assert environment["cluster.initial_master_nodes"].split(",") == list(nodes)
        assert environment["xpack.security.enabled"] == "true"
        assert environment["xpack.security.transport.ssl.enabled"] == "true"


def test_the_site_runs_without_rights_on_a_file_system_it_cannot_change() -> None:
    for name in ("web", "worker", "setup"):
        service = services("compose.production.yaml")[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
    assert all(PINNED.match(image) for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert "--require-hashes" in DOCKERFILE


def test_only_what_the_site_runs_with_gets_into_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert [name for name in let_in if not (ROOT / name).exists()] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= let_in


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_by_the_public_name(status: int, code: int) -> None:
    asked: list[tuple[str, str]] = []

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = {"PORT": str(server.server_port), "SITE_URL": "https://katalog.example"}
        result = subprocess.run([sys.executable, ROOT / "scripts" / "healthcheck.py"], env=env, timeout=30)
        server.shutdown()
    assert result.returncode == code
    assert asked == [("/healthz", "katalog.example")]


def test_the_health_check_of_a_dead_process() -> None:
    env = {"PORT": "1"}
    result = subprocess.run([sys.executable, ROOT / "scripts" / "healthcheck.py"], env=env, timeout=30)
    assert result.returncode == 1
