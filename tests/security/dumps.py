"""Everything that can be read of a site without signing in, and all that its search keeps: place by place."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.test import Client

from search.engines.elasticsearch import ElasticsearchEngine
from search.models import Follower, Lease, PendingChange, RecordVersion
from tests import cluster
from tests.faults.site import OTHERS, SEARCHING
from tests.truth import raw_documents

Told = Iterator[tuple[str, str]]
"""Place → what is read there."""
SLOW_LOGS = {
    "index.search.slowlog.threshold.query.trace": "0ms",
    "index.search.slowlog.threshold.fetch.trace": "0ms",
    "index.indexing.slowlog.threshold.index.trace": "0ms",
    "index.indexing.slowlog.source": True,
}
"""The server then logs each search and each document it takes."""


def of_cluster(engine: ElasticsearchEngine) -> Told:
    """Documents with tombstones, columns, terms, files and logs of the server."""
    every = f"{engine.indices.prefix}-*"
    for hit in raw_documents(engine):
        yield f"_source of {hit['_id']}", json.dumps(hit, ensure_ascii=False)
    with cluster.client() as server:
        yield from _terms(server, every)
        server.indices.flush(index=every)
        for found in server.nodes.info(metric="settings")["nodes"].values():
            paths = found["settings"]["path"]
            ids = [entry["settings"]["index"]["uuid"] for entry in server.indices.get(index=every).values()]
            for uuid in ids:
                yield from of_files(Path(paths["data"]) / "indices" / uuid, "file of the index")
            yield from of_files(Path(paths["logs"]), "log of the server")


def _terms(server: Any, every: str) -> Told:
    """Every term of every field that has any; texts are made countable for that."""
    for index, entry in server.indices.get_mapping(index=every).items():
        fields = entry["mappings"]["properties"]
        texts = {name: _countable(field) for name, field in fields.items() if field.get("type") == "text"}
        server.indices.put_mapping(index=index, properties=texts)
        names = [
            name for name, field in fields.items() if field.get("type") in {"text", "keyword", "boolean"}
        ]
        names += [f"{name}.stems" for name, field in texts.items() if "fields" in field]
        asked = {name: {"terms": {"field": name, "size": 60_000}} for name in names}
        answer = server.search(index=index, size=0, aggregations=asked)
        for name, found in answer["aggregations"].items():
            yield f"terms of {name}", json.dumps([bucket["key"] for bucket in found["buckets"]])


def _countable(field: dict[str, Any]) -> dict[str, Any]:
    inner = {name: {**part, "fielddata": True} for name, part in field.get("fields", {}).items()}
    return {**field, "fielddata": True} | ({"fields": inner} if inner else {})


def of_files(folder: Path, kind: str) -> Told:
    """The bytes of every file, as characters."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{kind} {path.name}", path.read_bytes().decode("latin-1")


def of_rows() -> Told:
    """The rows by which search follows the records."""
    for model in (Follower, PendingChange, RecordVersion, Lease):
        yield f"rows of {model.__name__}", repr(list(model._default_manager.values()))


def of_site(client: Client, pages: list[str], keys: list[str]) -> Told:
    """Pages, API, files, feeds and lists, each language; ``pages`` and ``keys`` are the public records'."""
    english = [address.replace("/id/", "/en/") for address in (*SEARCHING, *OTHERS) if "/id/" in address]
    records = [f"/api/v1/innovations/{key}" for key in keys]
    lists = [f"/api/v1/vocabularies/{name}" for name in _vocabularies(client)]
    maps = re.findall(r"<loc>http://testserver([^<]*)</loc>", client.get("/sitemap.xml").getvalue().decode())
    for address in (*SEARCHING, *OTHERS, *english, *pages, *records, *lists, *maps):
        answer = client.get(address)
        content = answer.getvalue()
        answer.close()
        assert answer.status_code == 200, (address, answer.status_code)
        if content.startswith(b"PK"):
            with ZipFile(io.BytesIO(content)) as book:
                content = b"\n".join(book.read(name) for name in book.namelist())
        yield address, f"{dict(answer.headers)}\n{content.decode()}"


def _vocabularies(client: Client) -> list[str]:
    return [item["name"] for item in client.get("/api/v1/vocabularies").json()["results"]]


class Log(logging.Handler):
    """Every line of every logger, as an operator who wants to see all would read it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self) -> Told:
        yield "our logs", "\n".join(self.lines)
