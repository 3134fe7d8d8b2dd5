"""Rates of what writes: the demo import, a rebuild, a follower; and an edit on its way to visitors."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from statistics import median

from django.db import transaction

from catalogue.documents import public_records
from scripts.bench.figures import Figure, number
from scripts.bench.prepare import Prepared
from scripts.tooling.console import Stop
from search import changes
from search.engines import get_engine
from search.rebuild import rebuild
from search.worker.index import FollowJob

FULL = 36_000  # the size the goals in seconds are for
DEMO_SECONDS, REBUILD_SECONDS, VISIBLE_SECONDS = 90.0, 30.0, 1.0
LOOK_SECONDS, PATIENCE = 0.02, 60.0


def made(prepared: Prepared) -> list[Figure]:
    """The rates at which the catalogue was written, in this run or an earlier one."""
    size, found = prepared.size, []
    if prepared.demo_seconds:
        found.append(rate("demo import, when it was made", size, prepared.demo_seconds, DEMO_SECONDS))
    if size and prepared.admin_seconds:
        found.append(rate("the admin's own indexes, in the background", size, prepared.admin_seconds))
    return found


def rebuilding() -> Figure:
    report = rebuild(engine=get_engine())
    return rate("rebuild", report.documents, report.seconds, REBUILD_SECONDS)


def following() -> Figure:
    """Every record changed at once, until the follower has brought all into the index."""
    job = FollowJob(get_engine())
    job.work()
    with transaction.atomic():
        changes.record_all()
    owed = sum(row.pending for row in changes.lag())
    started = time.perf_counter()
    try:
        job.work()
    finally:
        job.close()
    return rate("follower, all records changed at once", owed, time.perf_counter() - started)


def rate(name: str, records: int, seconds: float, limit: float | None = None) -> Figure:
    value = f"{number(seconds, 's', 1)} ({number(records / seconds if seconds else 0, '', 0)}/s)"
    if limit is None or records < FULL * 0.9:
        return Figure(name, value)
    return Figure(name, value, f"≤ {number(limit, 's')}", seconds <= limit)


def visible(port: int, times: int) -> list[float]:
    """Seconds from the commit of a published edit until the API finds its word, ``times`` times."""
    page = public_records().order_by("pk").first()
    if page is None:
        raise Stop("The catalogue has no public record.")
    before = page.title
    try:
        return [_until_found(port, page, before) for _ in range(times)]
    finally:
        _publish(page, before)


def visible_figures(seconds: list[float]) -> list[Figure]:
    typical = median(seconds)
    return [
        Figure("published edit visible", number(typical, "s", 2), "≤ 1 s", typical <= VISIBLE_SECONDS),
        Figure("published edit visible, slowest", number(max(seconds), "s", 2)),
    ]


def _until_found(port: int, page: object, before: str) -> float:
    word = f"bench{uuid.uuid4().hex}"
    _publish(page, f"{before} {word}")
    started = time.perf_counter()
    while not _found(port, word):
        if time.perf_counter() - started > PATIENCE:
            raise Stop(f"An edit was not visible within {PATIENCE:.0f} s.")
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - started


def _publish(page: object, title: str) -> None:
    page.title = title  # type: ignore[attr-defined]
    with transaction.atomic():
        page.save_revision().publish()  # type: ignore[attr-defined]


def _found(port: int, word: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"/api/v1/innovations?q={word}")
        return json.loads(connection.getresponse().read())["total"] == 1
    finally:
        connection.close()
