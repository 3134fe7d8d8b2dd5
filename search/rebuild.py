"""Rebuild an index without downtime: a new generation beside the old one, then one atomic switch."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from search import changes, followers, leases
from search.engines.base import IndexBuild, SearchEngine
from search.errors import RebuildRunning, SearchUnavailable, Stopped
from search.models import Follower, RecordVersion
from search.refusals import where
from search.registry import RecordSource
from search.types import IndexState

logger = logging.getLogger(__name__)

CHUNK = 1000
AHEAD = 2
"""Chunks that the engine may have while the next is read, so that neither waits for the other."""
LEASE_SECONDS = 45
# Under constant editing the replay never ends by itself; the follower goes on where it was left.
REPLAY_ROUNDS = 50
# As long as the column. Two places that begin alike for so long would share a lease and build in turn.
LEASE_NAME = 150


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a rebuild is: ``loaded`` of ``total`` records after ``seconds``."""

    loaded: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.loaded / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """A finished rebuild: ``documents`` loaded, changes ``replayed`` on top, all in ``seconds``."""

    generation: str
    documents: int
    replayed: int
    seconds: float


def rebuild(
    *,
    engine: SearchEngine,
    progress: Callable[[Progress], object] = lambda step: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Fill a new generation from the database and make it the one that answers.

    Searches are answered by the old generation until the switch, and still by it if this fails. Indexes in
    other places, as those that other hosts keep, are neither waited for nor touched. Raises
    ``RebuildRunning`` while another process rebuilds the index in this place, ``LeaseLost`` when one has
    taken over, ``Stopped`` when ``should_stop`` said so and ``SearchUnavailable`` when the index can't be
    written.
    """
    rebuilding = _Rebuild(engine, progress, should_stop)
    rebuilding.take()
    try:
        return rebuilding.run()
    finally:
        # Without a database the lease ends by itself; the error that matters is on its way up already.
        with suppress(OperationalError, InterfaceError):
            rebuilding.release()


def running(engine: SearchEngine) -> bool:
    """Whether some process rebuilds this engine's index now."""
    return leases.held(name=lease_name(engine))


def lease_name(engine: SearchEngine) -> str:
    """The lease of a rebuild of this engine's index: one for each place."""
    return f"rebuild:{engine.name}:{engine.place}"[:LEASE_NAME]


class _Rebuild:
    """One attempt, with what its steps share."""

    def __init__(
        self,
        engine: SearchEngine,
        progress: Callable[[Progress], object],
        should_stop: Callable[[], bool],
    ) -> None:
        self.engine = engine
        self.source = engine.definition.source
        self.progress = progress
        self.should_stop = should_stop
        self.holder = leases.holder()
        # Named once: every step is about the same place, even if its folder is removed meanwhile.
        engine.name_place()
        self.place = engine.place
        self.lease = lease_name(engine)
        self.started = time.perf_counter()

    def take(self) -> None:
        if not leases.acquire(name=self.lease, holder=self.holder, seconds=LEASE_SECONDS):
            raise RebuildRunning(f"the {self.engine.name} index is being rebuilt by another process")

    def release(self) -> None:
        leases.release(name=self.lease, holder=self.holder)

    def run(self) -> Report:
        health = self.engine.health()
        if health.state is IndexState.UNREACHABLE:
            raise SearchUnavailable(health.reason)
        previous = health.generation or ""
        ours = Follower.objects.filter(engine=self.engine.name, place=self.place)
        # Only the holder of the lease builds here, so these are what a killed rebuild has left.
        followers.drop(ours.filter(state=Follower.State.BUILDING).exclude(name=previous))
        build = self.engine.start_build()
        try:
            follower = followers.register(
                name=build.name, engine=self.engine.name, place=self.place, pause=self._pause
            )
            loaded = self._load(build, follower)
            replayed = self._replay(build, follower)
            build.activate()
        except BaseException:
            build.discard()
            with suppress(OperationalError, InterfaceError):  # the next rebuild clears it up
                followers.drop(ours.filter(name=build.name))
            raise
        ours.filter(name=build.name).update(state=Follower.State.ACTIVE)
        followers.drop(Follower.objects.filter(name=previous))  # of this index, wherever it was registered
        return Report(build.name, loaded, replayed, time.perf_counter() - self.started)

    def _load(self, build: IndexBuild, follower: Follower) -> int:
        """Chunk by chunk: while the engine takes some, the next is read."""
        keys = list(self.source.public_keys())
        loaded = seen = 0
        taken: deque[_Chunk] = deque()
        for chunk in _chunks(keys):
            self._continue()
            taken.append(_Chunk(chunk))
            taken[-1].begin(self.source, build)
            if len(taken) > AHEAD:
                loaded += taken.popleft().end(follower)
            seen += len(chunk)
            self.progress(Progress(seen, len(keys), time.perf_counter() - self.started))
        return loaded + sum(chunk.end(follower) for chunk in taken)

    def _replay(self, build: IndexBuild, follower: Follower) -> int:
        replayed = 0
        for _ in range(REPLAY_ROUNDS):
            self._continue()
            outcome = followers.follow_batch(follower=follower, target=build, source=self.source, batch=CHUNK)
            replayed += outcome.applied
            if outcome.applied + outcome.parked == 0:
                break
        return replayed

    def _continue(self) -> None:
        if self.should_stop():
            raise Stopped("the rebuild was stopped; the old index still answers")
        leases.renew(name=self.lease, holder=self.holder, seconds=LEASE_SECONDS)

    def _pause(self, seconds: float) -> None:
        self._continue()
        time.sleep(seconds)


@dataclass
class _Chunk:
    """Records on their way into a build."""

    keys: Sequence[str]
    documents: int = 0
    wait: Callable[[], int] | None = None
    """Ends when the engine has taken them; ``None`` where they could not be given to it."""

    def begin(self, source: RecordSource, build: IndexBuild) -> None:
        # Versions first: a document may be newer than its version, never older.
        versions = _versions(self.keys)
        with self._excused():
            documents = list(source.documents(self.keys, versions))
            self.documents = len(documents)
            self.wait = build.load_later(documents)

    def end(self, follower: Follower) -> int:
        """How many the engine has taken; the follower owes the records where some are missing."""
        loaded = None
        with self._excused():
            loaded = self.wait() if self.wait else None
        if loaded is None or loaded < self.documents:
            # The replay takes these one by one where it must, and parks what is refused.
            followers.owe(follower, self.keys)
        return loaded or 0

    @contextmanager
    def _excused(self) -> Iterator[None]:
        try:
            yield
        except followers.OUTAGE:
            raise
        except Exception as error:  # noqa: BLE001  its words may be a record's: only where it was is told
            message = "A chunk of %d records could not be loaded at once: %s"
            logger.error(message, len(self.keys), where(error))


def _versions(keys: Sequence[str]) -> dict[str, int]:
    """The version of each key; a record written past the services gets its first."""
    versions = _recorded(keys)
    missing = [key for key in keys if key not in versions]
    if missing:
        changes.ensure_versions(missing)
        versions |= _recorded(missing)
    return versions


def _recorded(keys: Sequence[str]) -> dict[str, int]:
    rows = RecordVersion.objects.filter(key__in=keys).values_list("key", "version")
    return {str(key): version for key, version in rows}


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
