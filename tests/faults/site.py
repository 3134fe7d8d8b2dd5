"""A site on a cluster: its pages, its follower, and what all of it tells visitors."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from catalogue.documents import public_records
from search.engines import get_engine, get_index, index_names
from search.engines.fallback import FallbackEngine
from search.rebuild import rebuild
from search.worker.index import FollowJob
from tests.fault_proxy import FaultProxy
from tests.truth import assert_index_tells_the_truth, counts, public_documents

SEARCHING = (
    "/id/search/",
    "/en/search/?q=kesehatan",
    "/id/search/suggest/?q=satu",
    "/id/search/facet/agency/",
    "/id/search/export.csv",
    "/id/search/export.xlsx",
    "/id/search/export.jsonl",
    "/id/search/feed.atom",
    "/api/v1/innovations",
    "/api/v1/agencies",
    "/id/browse/sector/",
    "/id/browse/sector/health/",
    "/id/agencies/",
    "/sitemap-browse-1.xml",
)
"""Addresses whose answer is a search's."""
OTHERS = (
    "/id/",
    "/en/",
    "/id/collections/",
    "/api/v1/vocabularies",
    "/sitemap.xml",
    "/sitemap-records-1.xml",
    "/catalog.jsonld",
    "/opensearch.xml",
    "/healthz",
    "/accounts/login/",
)
"""Addresses that have something to say without one."""
PATIENCE = 20.0


class ClusterSite:
    """What a test does with the site; ``faults`` stands before its cluster."""

    def __init__(self, faults: FaultProxy) -> None:
        self.faults = faults
        self.client = Client(raise_request_exception=False)
        self.engine = get_engine()
        assert isinstance(self.engine, FallbackEngine)
        ticks = count(0, 100)
        self.jobs = {
            name: FollowJob(get_index(name), clock=lambda: float(next(ticks))) for name in index_names()
        }

    def build(self) -> None:
        for name in index_names():
            rebuild(engine=get_index(name))

    def close(self) -> None:
        self.engine.breaker.close()
        for name in index_names():
            self.jobs[name].close()

    def follow(self) -> None:
        """Bring every committed change into every index."""
        for job in self.jobs.values():
            job.work()

    def statuses(self, addresses: Iterable[str]) -> dict[str, int]:
        """What each address answers, to its last byte."""
        found = {}
        for address in addresses:
            answer = self.client.get(address)
            answer.getvalue()
            answer.close()
            found[address] = answer.status_code
        return found

    def ready(self) -> tuple[int, dict[str, Any]]:
        answer = self.client.get("/readyz")
        return answer.status_code, answer.json()["search"]

    def turn_back(self) -> None:
        """As the looks in the background do it, now."""
        until(self.engine.breaker.look)

    def get(self, path: str, **query: Any) -> HttpResponse:
        answer = self.client.get(f"{path}?{urlencode(query)}" if query else path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def assert_truth(self) -> None:
        """Every index and everything the site says of it is the database's live and public records."""
        for name in index_names():
            assert_index_tells_the_truth(get_index(name))
        self.assert_says_the_truth()

    def assert_says_the_truth(self) -> None:
        """Search, counts, export, feed and sitemap as a visitor reads them."""
        documents = public_documents(get_index("elasticsearch"))
        wanted = sorted(documents)
        for language in ("id", "en"):
            found = self.get("/api/v1/innovations", lang=language, size=100, facet_size=1000).json()
            assert (found["total"], sorted(hit["id"] for hit in found["results"])) == (len(wanted), wanted)
        told = {
            code: {value["value"]: value["count"] for value in facet["values"]}
            for code, facet in found["facets"].items()
        }
        counted = counts(documents.values())
        assert told == {code: counted.get(code, {}) for code in told}
        lines = self.get("/id/search/export.jsonl").getvalue().decode().splitlines()
        assert sorted(json.loads(line)["id"] for line in lines) == wanted
        feed = self.get("/id/search/feed.atom").content.decode()
        assert sorted(set(re.findall(r"<id>urn:uuid:([-0-9a-f]{36})</id>", feed)) & {*wanted}) == wanted[:50]
        assert feed.count("<entry>") == min(len(wanted), 50)
        self.assert_sitemap_is_true()

    def assert_sitemap_is_true(self) -> None:
        answer = self.client.get("/sitemap-records-1.xml")
        found = answer.getvalue().decode() if answer.status_code == 200 else ""
        for page in public_records():
            assert page.url in found
        slugs = {page.slug for page in public_records()}
        assert {address.rsplit("/", 2)[-2] for address in re.findall(r"<loc>([^<]*)</loc>", found)} == slugs


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something other threads or processes do; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(0.05)
