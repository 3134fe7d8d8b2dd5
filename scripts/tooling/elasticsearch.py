"""Elasticsearch clusters on loopback: throw-away ones for the tests, a lasting one for development."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import elasticsearch_install
from .checks import free_ports, port_is_free
from .console import Progress, Stop, say
from .elasticsearch_node import HEAP, OWNERS, USER, Node, wait_for
from .environment import ROOT
from .owner import give, unprivileged
from .services import missing_for_elasticsearch

FIRST_PORT = 9200
TRANSPORT = 100  # nodes talk to each other on their own port and this
# A node that lives for a minute never earns back what the optimising compiler costs: a fifth of its start.
SHORT_LIVED = "-XX:TieredStopAtLevel=1"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    nodes: tuple[Node, ...]
    password: str = ""
    user: str = USER  # may do anything; its password is empty, and not asked for, without security

    @property
    def url(self) -> str:
        """As ELASTICSEARCH_URL takes it: all nodes, separated by commas."""
        return ",".join(node.url for node in self.nodes)

    def start(self) -> None:
        for node in self.nodes:
            node.start()

    def wait(self, nodes: int | None = None) -> None:
        """Until the running nodes see a cluster of ``nodes``; without a number, until all have joined.

        Raises Stop when that takes too long, or a node that should join has ended.
        """
        for node in self.nodes:
            if nodes is not None and node.pid is None:
                continue
            wait_for(node.url, nodes=nodes or len(self.nodes), password=self.password, ended=node.why_ended)

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()


def settings_of(name: str, transport: int, names: Sequence[str], transports: Sequence[int]) -> dict[str, Any]:
    """What makes a node part of a cluster of ``names``."""
    settings: dict[str, Any] = {"cluster.name": "catalogue", "transport.port": transport}
    if len(names) == 1:
        return {**settings, "discovery.type": "single-node"}
    return {
        **settings,
        "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in transports],
        "cluster.initial_master_nodes": list(names),
    }


def make(
    folder: Path, ports: Sequence[int], transports: Sequence[int], *, password: str = "", **options: Any
) -> Cluster:
    names = [f"node-{number}" for number in range(1, len(ports) + 1)]
    nodes = tuple(
        Node(
            folder=folder / name,
            name=name,
            port=port,
            settings=settings_of(name, transport, names, transports),
            password=password,
            **options,
        )
        for name, port, transport in zip(names, ports, transports, strict=True)
    )
    return Cluster(nodes=nodes, password=password)


@contextmanager
def throw_away(
    nodes: int = 1, *, security: bool = False, wait: bool = True, measured: bool = False
) -> Iterator[Cluster]:
    """A cluster that exists while the block runs, on free ports and with 512 MB of heap a node.

    With ``security`` it asks for ``cluster.user`` and ``cluster.password``, or an API key. Without ``wait``
    the block begins at once, while the nodes start; ``cluster.wait()`` or ``wait_for(url)`` waits for them.
    With ``measured`` it runs as a lasting one does, slower to start and faster after some minutes.
    """
    missing = missing_for_elasticsearch()
    if missing:
        raise Stop(f"{missing}.")
    # For root not in TMPDIR, which may be closed to the user that runs the server.
    base = "/var/tmp" if os.geteuid() == 0 else None  # noqa: S108 - the folder itself is closed to others
    folder = Path(tempfile.mkdtemp(prefix="catalogue-elasticsearch-", dir=base))
    give(unprivileged(*OWNERS), [folder])
    ports = free_ports(2 * nodes)
    password = secrets.token_urlsafe(24) if security else ""
    options = HEAP if measured else f"{HEAP} {SHORT_LIVED}"
    cluster = make(folder, ports[:nodes], ports[nodes:], password=password, java_options=options)
    try:
        cluster.start()
        if wait:
            cluster.wait()
        yield cluster
    finally:
        for node in cluster.nodes:
            node.kill()  # nothing of it is kept, so there is nothing to end in order
        shutil.rmtree(folder, ignore_errors=True)


def services_folder() -> Path:
    """In var/, except for root, in whose folders no other user may look."""
    if os.geteuid() == 0:
        return Path("/var/lib/katalog-inovasi/elasticsearch")
    return ROOT / "var" / "elasticsearch"


def service(nodes: int) -> Cluster:
    """The lasting cluster of that size. Each has data of its own: what three nodes made, one can't start."""
    ports = range(FIRST_PORT, FIRST_PORT + nodes)
    transports = [port + TRANSPORT for port in ports]
    return make(services_folder() / f"{nodes}-nodes", ports, transports, lasting=True)


def running() -> list[Node]:
    """The nodes of lasting clusters that run, of whatever size those are."""
    found = []
    for folder in services_folder().glob("*-nodes"):
        size = folder.name.removesuffix("-nodes")
        found += [node for node in service(int(size)).nodes if node.pid is not None]
    return found


def start_service(nodes: int) -> None:
    """Start the lasting cluster, or what is missing of it; installs the server when there is none."""
    elasticsearch_install.install()
    cluster = service(nodes)
    others = [node for node in running() if node.folder not in {ours.folder for ours in cluster.nodes}]
    if others:
        raise Stop("Elasticsearch runs already, with another number of nodes: make services-stop first.")
    stopped = [node for node in cluster.nodes if node.pid is None]
    for port in (port for node in stopped for port in (node.port, node.port + TRANSPORT)):
        if not port_is_free(port):
            raise Stop(f"Port {port} is in use by something else: stop that first.")
    folder = services_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give(unprivileged(*OWNERS), [folder])
    for node in stopped:
        node.start()
    try:
        with Progress(f"Starting Elasticsearch with {nodes} node{'s' if nodes > 1 else ''}"):
            cluster.wait()
    except BaseException:
        for node in stopped:
            node.stop()
        raise
    say(f"Elasticsearch runs on {cluster.url}. Use it with:")
    say(f"  export SEARCH_ENGINE=elasticsearch ELASTICSEARCH_URL={cluster.url}")


def stop_service() -> None:
    nodes = running()
    for node in nodes:
        node.stop()
    if nodes:
        say(f"Elasticsearch stopped; its data stays in {services_folder()}")
    else:
        say("Elasticsearch was not running.")
