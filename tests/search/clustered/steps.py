"""What the tests of a real cluster do to records, and the follower that brings it there."""

from __future__ import annotations

from itertools import count

from search import changes
from search.engines.elasticsearch import ElasticsearchEngine
from search.worker.index import FollowJob


def follower_of(engine: ElasticsearchEngine) -> FollowJob:
    """One whose every look is due."""
    ticks = count(0, 100)
    return FollowJob(engine, clock=lambda: float(next(ticks)))


def edit(records, number: int = 1) -> list[str]:
    keys = records.add(number)
    changes.record(keys)
    return keys
