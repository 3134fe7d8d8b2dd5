"""Keep one engine's index: follow it, rebuild it when it is unusable, check it every five minutes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from django.utils import timezone

from search import checker, followers, leases, rebuild
from search.engines.base import SearchEngine
from search.errors import SearchUnavailable
from search.models import Follower
from search.types import Acknowledgement, Change, Health, IndexState

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
RENEW_SECONDS = 3.0
LEASE_SECONDS = 10.0
CHECK_SECONDS = 300.0


class Generation:
    """Writes to an engine on behalf of the follower of one generation.

    A generation may be replaced while a write is under way. Then the write could bring an old document
    into the new one, which has no tombstone to refuse it; so the new one's follower is owed these records.
    """

    def __init__(self, engine: SearchEngine, name: str) -> None:
        self.engine = engine
        self.name = name

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]:
        acknowledged = self.engine.apply(changes)
        health = _reachable(self.engine.health())
        if health.generation != self.name:
            for follower in Follower.objects.filter(name=health.generation or ""):
                followers.owe(follower, [change.key for change in changes])
        return acknowledged


class FollowJob:
    """Apply committed changes, five looks a second; one process follows a generation at a time."""

    name = "index"
    pause = 0.2

    def __init__(
        self,
        engine: SearchEngine,
        *,
        should_stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self.should_stop = should_stop
        self.clock = clock
        self.holder = leases.holder()
        self._follower: Follower | None = None
        self._last: Follower | None = None
        self._looked_at: float | None = None
        self._renewed_at: float | None = None

    def open(self) -> None:
        """Nothing to prepare: the index is opened when it is looked at."""

    def work(self) -> bool:
        if self._due(self._looked_at, LOOK_SECONDS):
            self._look()
        if self._follower is None:
            return False
        try:
            followers.follow(
                follower=self._follower,
                target=Generation(self.engine, self._follower.name),
                source=self.engine.definition.source,
                should_stop=self._busy,
            )
        except SearchUnavailable:
            self._looked_at = None
            raise
        return False

    def close(self) -> None:
        if self._follower is not None:
            leases.release(name=self._lease(), holder=self.holder)
            self._follower = None

    def _look(self) -> None:
        """Find the follower of the generation that answers, rebuilding where there is none.

        While the engine can't be reached nobody knows what it holds: its follower and rows wait for it.
        """
        health = _reachable(self.engine.health())
        follower = self._find(health)
        if follower is None:
            self._rebuild(health)
            follower = self._find(self.engine.health())
        if follower is not None and self._last is not None and follower != self._last:
            # Another generation answers: nobody will ever again bring changes to the last one.
            followers.drop(Follower.objects.filter(id=self._last.id))
        if follower != self._follower:
            self._renewed_at = None
        self._follower, self._last = follower, follower or self._last
        self._renew()
        self._looked_at = self.clock()

    def _find(self, health: Health) -> Follower | None:
        return Follower.objects.filter(name=health.generation or "").first() if health.ok else None

    def _rebuild(self, health: Health) -> None:
        reason = health.reason or "no follower has brought it changes for a day, or it is another database's"
        if rebuild.running(self.engine):
            return
        logger.warning("Rebuilding the %s index: %s", self.engine.name, reason)
        report = rebuild.rebuild(engine=self.engine, should_stop=self.should_stop)
        logger.info(
            "The %s index is rebuilt: %d records in %.1f s",
            self.engine.name, report.documents, report.seconds,
        )  # fmt: skip

    def _renew(self) -> None:
        """Hold the generation's lease; without it another process follows and this one only looks."""
        if self._follower is None or not self._due(self._renewed_at, RENEW_SECONDS):
            return
        if leases.acquire(name=self._lease(), holder=self.holder, seconds=LEASE_SECONDS):
            Follower.objects.filter(id=self._follower.id).update(
                last_seen=timezone.now(), state=Follower.State.ACTIVE
            )
            self._renewed_at = self.clock()
        else:
            self._follower = None

    def _busy(self) -> bool:
        """Between two batches: keep the lease through a long backlog, and end when asked to."""
        self._renew()
        return self._follower is None or self.should_stop()

    def _lease(self) -> str:
        return f"follow:{self._follower.name if self._follower else ''}"

    def _due(self, last: float | None, seconds: float) -> bool:
        return last is None or self.clock() - last >= seconds


def _reachable(health: Health) -> Health:
    if health.state is IndexState.UNREACHABLE:
        raise SearchUnavailable(health.reason)
    return health


class CheckJob:
    """Compare the index with the database every five minutes and mend it; once for each generation."""

    name = "check"
    pause = 10.0

    def __init__(self, engine: SearchEngine, *, should_stop: Callable[[], bool] = lambda: False) -> None:
        self.engine = engine
        self.should_stop = should_stop
        self._mended: frozenset[str] = frozenset()

    def open(self) -> None:
        """Nothing to prepare."""

    def work(self) -> bool:
        health = self.engine.health()
        # An index that doesn't answer is the follower's business: it waits or rebuilds.
        if not health.ok or rebuild.running(self.engine):
            return False
        if leases.take_turn(name=f"check:{health.generation}", seconds=CHECK_SECONDS):
            self.check()
        return False

    def close(self) -> None:
        """Nothing is held: a turn belongs to nobody."""

    def check(self) -> checker.Report:
        """Check now and mend what differs. What a first mending left as it was means a rebuild."""
        report = checker.check(engine=self.engine)
        again = self._mended & set(report.drift)
        if report.damage or again:
            reason = "; ".join(report.damage) or f"{len(again)} records still differ after mending"
            logger.error("Rebuilding the %s index: %s", self.engine.name, reason)
            rebuild.rebuild(engine=self.engine, should_stop=self.should_stop)
            self._mended = frozenset()
        elif not report.ok:
            logger.warning("Mending the %s index: %s", self.engine.name, report.summary())
            checker.mend(report=report, engine=self.engine)
            self._mended = frozenset(report.drift)
        return report
