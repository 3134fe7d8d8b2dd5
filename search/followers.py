"""Followers bring committed changes into an index, each from rows of its own.

A follower carries the name of the index generation it fills. A row goes only when the engine has
acknowledged it and no newer change has refreshed it meanwhile, so a crash at any point means that
something is applied twice, never that it is left out.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from search.errors import SearchUnavailable
from search.models import Follower, PendingChange, RecordVersion
from search.refusals import refused, where
from search.registry import RecordSource
from search.types import Acknowledgement, Change, Refusal, Tombstone

logger = logging.getLogger(__name__)

BATCH = 2000
UNSEEN = timedelta(hours=24)
LONGEST_DELAY = timedelta(seconds=60)
RECORDERS_TIMEOUT = 60.0
_PARKED_FIELDS = ("attempts", "reason", "refusal", "refused_at", "parked_at", "retry_at")
OUTAGE = (OperationalError, InterfaceError, SearchUnavailable)

_OPEN_RECORDERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND granted AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND relation = 'search_recordversion'::regclass AND pid IS DISTINCT FROM pg_backend_pid()
"""


class Target(Protocol):
    """Where changes go: an engine, or a generation being built."""

    def apply(self, changes: Sequence[Change]) -> list[Acknowledgement]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What following did: rows ``applied``, rows ``parked``, rows read but still ``owed``."""

    applied: int = 0
    parked: int = 0
    owed: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.applied + other.applied, self.parked + other.parked, other.owed)


def register(
    *,
    name: str,
    engine: str,
    place: str = "",
    host: str | None = None,
    pause: Callable[[float], object] = time.sleep,
) -> Follower:
    """Add a follower that is owed every change that commits from now on, and return it.

    A transaction that recorded its changes before this row was committed owes the new follower nothing.
    So this waits, for a minute at most, until no such transaction is open; what is read from the
    database after that includes them. ``pause`` is called between looks.
    """
    follower = Follower.objects.create(
        name=name, engine=engine, place=place, host=host or socket.gethostname()[:255]
    )
    if connection.vendor == "postgresql":  # SQLite has one writer: none is open when the row is written
        _await_recorders(pause)
    return follower


def drop(followers: QuerySet[Follower]) -> None:
    """Remove followers with everything they are owed."""
    ids = list(followers.values_list("id", flat=True))
    Follower.objects.filter(id__in=ids).delete()
    PendingChange.objects.filter(follower_id__in=ids).delete()


def drop_unseen() -> list[str]:
    """Drop followers that nobody has followed for a day (they must rebuild) and rows of dropped ones."""
    unseen = Follower.objects.filter(last_seen__lt=timezone.now() - UNSEEN)
    names = list(unseen.values_list("name", flat=True))
    if names:
        logger.warning("Dropped followers unseen for 24 hours: %s", ", ".join(names))
        drop(unseen)
    PendingChange.objects.exclude(follower__in=Follower.objects.all()).delete()
    return names


def owe(follower: Follower, keys: Iterable[str]) -> None:
    """Put these records' current versions among the changes of one follower."""
    versions = RecordVersion.objects.filter(key__in=list(keys))
    rows = [PendingChange(follower=follower, key=row.key, version=row.version) for row in versions]
    PendingChange.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)


def follow(
    *,
    follower: Follower,
    target: Target,
    source: RecordSource,
    should_stop: Callable[[], bool] = lambda: False,
    batch: int = BATCH,
) -> Outcome:
    """Apply what the follower is owed until nothing is due or ``should_stop``.

    Raises ``SearchUnavailable`` when the index cannot be written, leaving all rows as they are.
    """
    total = Outcome()
    while not should_stop():
        outcome = follow_batch(follower=follower, target=target, source=source, batch=batch)
        total += outcome
        # Rows that could not be settled are being changed by somebody: their turn comes after that.
        if outcome.applied + outcome.parked == 0:
            break
    return total


def follow_batch(*, follower: Follower, target: Target, source: RecordSource, batch: int = BATCH) -> Outcome:
    """Apply at most ``batch`` of the changes that are due."""
    rows = _due(follower, batch)
    if not rows:
        return Outcome()
    versions = {str(row.key): row.version for row in rows}
    # The records are read after their rows: what is applied is as new as its version, or newer.
    acknowledged = _project(target, source, versions)
    return _settle(rows, acknowledged)


def _due(follower: Follower, batch: int) -> list[PendingChange]:
    """Changes to apply now: fresh ones, the newest first, then parked ones whose time has come.

    Newest first, so that an editor doesn't wait behind a bulk change of all records.
    """
    owed = PendingChange.objects.filter(follower=follower)
    if not owed.exists():
        return []
    if not connection.features.has_select_for_update_skip_locked:
        return _first_due(owed, batch)
    # Rows that an open transaction is refreshing must not stand in the way of those behind them.
    with transaction.atomic():
        return _first_due(owed.select_for_update(skip_locked=True), batch)


def _first_due(owed: QuerySet[PendingChange], batch: int) -> list[PendingChange]:
    rows = list(owed.filter(retry_at=None).order_by("-id")[:batch])
    if len(rows) < batch:
        now = timezone.now()
        # A time further off than any delay was set by a clock that has been put back.
        again = owed.filter(Q(retry_at__lte=now) | Q(retry_at__gt=now + LONGEST_DELAY))
        rows += again.order_by("retry_at", "id")[: batch - len(rows)]
    return rows


def _project(target: Target, source: RecordSource, versions: dict[str, int]) -> dict[str, Acknowledgement]:
    try:
        return _apply(target, source, versions)
    except OUTAGE:
        raise
    except Exception as error:  # noqa: BLE001  its words may be a record's: only where it was is told
        if len(versions) > 1:
            message = "A batch of %d changes failed; applying them one by one: %s"
            logger.error(message, len(versions), where(error))
        return _one_by_one(target, source, versions)


def _one_by_one(target: Target, source: RecordSource, versions: dict[str, int]) -> dict[str, Acknowledgement]:
    acknowledged: dict[str, Acknowledgement] = {}
    for key, version in versions.items():
        try:
            acknowledged |= _apply(target, source, {key: version})
        except OUTAGE:
            raise
        except Exception as error:  # noqa: BLE001  the row is parked with this reason, for staff to see
            acknowledged[key] = refused(key=key, version=version, error=error)
    return acknowledged


def _apply(target: Target, source: RecordSource, versions: dict[str, int]) -> dict[str, Acknowledgement]:
    """One acknowledgement a key; a key without a public record becomes a tombstone."""
    found: dict[str, Change] = {
        document.key: document for document in source.documents(list(versions), versions)
    }
    changes = [found.get(key) or Tombstone(key, version) for key, version in versions.items()]
    return {acknowledgement.key: acknowledgement for acknowledgement in target.apply(changes)}


def _settle(rows: list[PendingChange], acknowledged: dict[str, Acknowledgement]) -> Outcome:
    """Delete what was applied, put off or park what was not taken, unless it was refreshed meanwhile."""
    with transaction.atomic():
        # Rows that are locked are being refreshed: they stay, and waiting for them could deadlock.
        unlocked = PendingChange.objects.select_for_update(skip_locked=True)
        current = unlocked.in_bulk([row.id for row in rows])
        done, parked, put_off = [], [], []
        for row in rows:
            now = current.get(row.id)
            if now is None or now.version != row.version:
                continue
            answer = acknowledged.get(str(row.key))
            if answer is not None and answer.later:
                put_off.append(row.id)
            elif answer is not None and answer.error is None:
                done.append(row.id)
            else:
                parked.append(_park(now, answer or _silence(row)))
        PendingChange.objects.filter(id__in=done).delete()
        PendingChange.objects.filter(id__in=put_off).update(retry_at=timezone.now() + delay(1))
        PendingChange.objects.bulk_update(parked, _PARKED_FIELDS)
    return Outcome(applied=len(done), parked=len(parked), owed=len(rows) - len(done) - len(parked))


def _silence(row: PendingChange) -> Acknowledgement:
    return Acknowledgement(str(row.key), row.version, "not acknowledged", refusal=Refusal.SILENT)


def _park(row: PendingChange, answer: Acknowledgement) -> PendingChange:
    row.attempts += 1
    row.reason = (answer.error or "")[:2000]
    row.refusal = answer.refusal
    row.parked_at = timezone.now()
    row.refused_at = row.refused_at or row.parked_at
    row.retry_at = row.parked_at + delay(row.attempts)
    # The first refusal is news; those that follow each minute are in the row.
    level = logging.ERROR if row.attempts == 1 else logging.DEBUG
    logger.log(level, "Change of record %s is parked: %s", row.key, row.reason)
    return row


def delay(attempts: int) -> timedelta:
    """How long a refused change waits before its next attempt: 1, 4, 16, then always 60 seconds."""
    return min(timedelta(seconds=4 ** min(attempts - 1, 9)), LONGEST_DELAY)


def _await_recorders(pause: Callable[[float], object]) -> None:
    waiting = _open_recorders()
    deadline = time.monotonic() + RECORDERS_TIMEOUT
    while waiting and time.monotonic() < deadline:
        pause(0.05)
        waiting &= _open_recorders()
    if waiting:
        logger.warning(
            "%d transactions have been open for a minute; if they changed records, the checker will mend it",
            len(waiting),
        )


def _open_recorders() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_RECORDERS)
        return {name for (name,) in cursor.fetchall()}
