"""Which Java runs the server, where it lies, and what is said where something is missing or in the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.tooling import checks, containers, development, elasticsearch, services, testing
from scripts.tooling.console import Stop
from scripts.tooling.elasticsearch_node import wait_for


def java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n', encoding="utf-8")
    return home


@pytest.fixture
def javas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of Javas that is searched instead of the system's; nothing else is found."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(services, "JAVA_FOLDERS", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_the_newest_java_is_taken(javas: Path) -> None:
    for version in ("17.0.15", "21.0.2", "25.0.3", "9"):
        java(javas / f"jdk-{version}", version)
    assert services.find_java() == javas / "jdk-25.0.3"


def test_java_home_goes_first_where_it_is_new_enough(javas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(javas / "jdk-25", "25.0.3")
    monkeypatch.setenv("JAVA_HOME", str(java(javas / "own", "21")))
    assert services.find_java() == javas / "own"
    monkeypatch.setenv("JAVA_HOME", str(java(javas / "old", "17.0.1")))
    assert services.find_java() == javas / "jdk-25"


def test_a_java_on_the_path(javas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = java(javas / "elsewhere" / "jdk", "21.0.1")
    (home / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("PATH", str(home / "bin"))
    assert services.find_java() == home


def test_a_java_that_is_too_old_or_half_there(javas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java(javas / "jdk-17", "17.0.15")
    (java(javas / "half", "25") / "bin" / "java").unlink()
    (javas / "empty").mkdir()
    assert services.find_java() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(javas / "cache"))
    services.elasticsearch_home().mkdir(parents=True)
    assert services.missing_for_elasticsearch() == services.JAVA_MISSING


def test_the_version_is_part_of_the_servers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert services.elasticsearch_home() == tmp_path / "katalog-inovasi" / "elasticsearch-9.4.3"


def test_without_a_server_no_cluster_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Stop, match="make services"), elasticsearch.throw_away():
        pass


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the lasting cluster; the server counts as installed."""
    monkeypatch.setattr(elasticsearch.elasticsearch_install, "install", lambda: tmp_path)
    monkeypatch.setattr(elasticsearch, "services_folder", lambda: tmp_path / "elasticsearch")
    return tmp_path


def test_a_port_in_use(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(elasticsearch, "FIRST_PORT", port)
        with pytest.raises(Stop, match=f"^Port {port} is in use by something else: stop that first.$"):
            elasticsearch.start_service(1)


def test_a_process_that_got_a_nodes_number_is_left_alone(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers of processes are used again after a restart of the machine."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        node = elasticsearch.service(3).nodes[1]
        node.folder.mkdir(parents=True)
        (node.folder / "pid").write_text(str(other.pid), encoding="ascii")
        assert node.pid is None
        elasticsearch.stop_service()
        assert other.poll() is None
        other.communicate(b"\n")
    assert "Elasticsearch was not running." in capsys.readouterr().out


def test_a_cluster_of_three_knows_its_members(installed: Path) -> None:
    cluster = elasticsearch.service(3)
    assert cluster.url == "http://127.0.0.1:9200,http://127.0.0.1:9201,http://127.0.0.1:9202"
    for node in cluster.nodes:
        assert node.settings["discovery.seed_hosts"] == ["127.0.0.1:9300", "127.0.0.1:9301", "127.0.0.1:9302"]
        assert node.settings["cluster.initial_master_nodes"] == ["node-1", "node-2", "node-3"]


def test_waiting_for_a_node_has_an_end() -> None:
    url = f"http://127.0.0.1:{checks.free_port()}"
    with pytest.raises(Stop, match=r"was not ready within 0 s: no answer"):
        wait_for(url, seconds=0)
    with pytest.raises(Stop, match="out of memory"):
        wait_for(url, ended=lambda: "out of memory")


def test_free_ports_differ() -> None:
    assert len(set(checks.free_ports(20))) == 20


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What `make services` starts, written down only."""
    calls: list[str] = []
    monkeypatch.setattr(containers, "ROOT", tmp_path)
    monkeypatch.setattr(containers, "start", lambda names: calls.append(f"containers {' '.join(names)}"))
    monkeypatch.setattr(development.postgres, "start_service", lambda: calls.append("postgresql"))
    monkeypatch.setattr(elasticsearch, "start_service", lambda nodes: calls.append(f"elasticsearch {nodes}"))
    return calls


@pytest.mark.parametrize(
    ("engine", "nodes", "expected"),
    [
        (False, "", ["postgresql", "elasticsearch 1"]),
        (False, "3", ["postgresql", "elasticsearch 3"]),
        (True, "", ["containers postgresql elasticsearch"]),
        (True, "3", ["containers postgresql", "elasticsearch 3"]),
    ],
)
def test_containers_where_an_engine_runs_else_processes(
    started: list[str], monkeypatch: pytest.MonkeyPatch, engine: bool, nodes: str, expected: list[str]
) -> None:
    monkeypatch.setattr(containers, "engine_runs", lambda: engine)
    monkeypatch.setenv("NODES", nodes)
    assert development.start() == 0
    assert started == expected


def test_one_service_that_fails_does_not_keep_the_other_from_starting(
    started: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise Stop("no PostgreSQL server was found")

    monkeypatch.setattr(containers, "engine_runs", lambda: False)
    monkeypatch.setattr(development.postgres, "start_service", fail)
    monkeypatch.setenv("NODES", "1")
    assert development.start() == 1
    assert started == ["elasticsearch 1"]
    assert "✗ no PostgreSQL server was found" in capsys.readouterr().out


@pytest.mark.parametrize(("version", "info", "runs"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_an_engine_counts_when_compose_and_the_engine_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, info: int, runs: bool
) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\n[ "$1" = info ] && exit {info}\nexit {version}\n', encoding="ascii")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert containers.engine_runs() is runs


@pytest.mark.parametrize(("ends", "failed"), [(0, 0), (1, 1)])
def test_the_image_is_built_by_the_suite_where_an_engine_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: int, failed: int
) -> None:
    docker, asked = tmp_path / "docker", tmp_path / "asked"
    docker.write_text(
        f'#!/bin/sh\n[ "$1" = build ] || exit 0\necho "$@" >> {asked}\nexit {ends}\n', encoding="ascii"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    total = testing.Counts()
    testing.build_image(total)
    assert total.failed == failed
    assert asked.read_text(encoding="ascii").split()[:2] == ["build", "--tag"]
