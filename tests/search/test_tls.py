"""TLS and an API key by settings: the cluster is believed by the certificates named, and by no others."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from search.engines.elasticsearch import ElasticsearchEngine
from search.errors import SearchUnavailable
from search.types import IndexState
from tests.doubles import Records, definition

ANSWER = b'{"count": 0, "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0}}'


@dataclass
class Cluster:
    """What answers as an empty cluster does, over TLS; ``keys`` are those it was shown."""

    url: str
    certificate: Path
    keys: list[str]


def certified(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cluster")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "cluster.pem"
    path.write_bytes(made.public_bytes(pem) + plain)
    return path


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers.get("Authorization", ""))
            body = ANSWER if "_count" in self.path else b'{"innovations-generation-1": {"aliases": {}}}'
            self.send_response(200)
            for header, value in (
                ("Content-Type", "application/json"),
                ("X-Elastic-Product", "Elasticsearch"),
                ("Content-Length", str(len(body))),
            ):
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    certificate = certified(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Cluster(f"https://127.0.0.1:{server.server_port}", certificate, keys)
    server.shutdown()
    server.server_close()
    thread.join()


def engine(cluster: Cluster, **more: Any) -> ElasticsearchEngine:
    return ElasticsearchEngine.from_options(definition(Records()), {"HOSTS": [cluster.url], **more})


def test_the_certificates_named_are_believed_and_the_key_is_shown(cluster):
    health = engine(cluster, CA_CERTS=str(cluster.certificate), API_KEY="a2V5").health()
    assert health.state is IndexState.MISSING  # it answered: no index of this site answers there yet
    assert set(cluster.keys) == {"ApiKey a2V5"}


def test_no_other_cluster_is_believed_and_none_is_shown_the_key(cluster):
    elsewhere = engine(cluster, API_KEY="a2V5")
    assert elsewhere.health().state is IndexState.UNREACHABLE
    with pytest.raises(SearchUnavailable):
        list(elsewhere.keys())
    assert cluster.keys == []
