"""The durable record of what changed, written in the transaction that changes it.

A service that changes a record's words or visibility calls ``record`` in its own transaction. That raises
the record's version and leaves a row for every follower, so a rolled-back change leaves nothing and a
committed one cannot be lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from search.errors import NotInTransaction
from search.models import Follower, PendingChange, RecordVersion

_GIVEN_KEYS = {
    "sqlite": "SELECT value AS key FROM json_each(%s)",
    "postgresql": "SELECT value::uuid AS key FROM json_array_elements_text(%s::json) AS given(value)",
}

_QUERIED_KEYS = "WITH source(key) AS ({query}) SELECT key FROM source"
_RAISED_KEYS = "(SELECT key, version FROM search_recordversion WHERE key IN ({keys}))"

# Rows are locked in the order of their keys, so that two bulk changes wait for each other instead of
# deadlocking. WHERE true tells SQLite that ON CONFLICT is not the ON of a join.
_RAISE = """
INSERT INTO search_recordversion (key, version)
SELECT DISTINCT key, 1 FROM ({keys}) AS changed WHERE true ORDER BY key
ON CONFLICT (key) DO UPDATE SET version = search_recordversion.version + 1
"""
_QUEUE = """
INSERT INTO search_pendingchange (follower_id, key, version, recorded_at, attempts, reason)
SELECT follower.id, raised.key, raised.version, %s, 0, ''
FROM {raised} AS raised CROSS JOIN search_follower AS follower
WHERE true ORDER BY raised.key, follower.id
ON CONFLICT (follower_id, key) DO UPDATE
SET version = excluded.version, attempts = 0, reason = '', refusal = '', refused_at = NULL, parked_at = NULL,
    retry_at = NULL
"""


def record(keys: Iterable[str | UUID]) -> None:
    """Raise the version of each key and owe the change to every follower.

    One statement on PostgreSQL and two on SQLite, whatever the number of keys. Call it after the change
    itself, or before; only the transaction counts.

    Raises ``NotInTransaction`` outside an atomic block and ``ValueError`` for a key that is no UUID.
    """
    canonical = sorted({key if isinstance(key, UUID) else UUID(key) for key in keys})
    _require_transaction()
    if canonical:
        # UUIDs are stored as 32 hexadecimal digits by Django on SQLite; PostgreSQL reads those too.
        _write(_GIVEN_KEYS[connection.vendor], (json.dumps([key.hex for key in canonical]),))


def record_queryset(queryset: QuerySet[Any], field: str = "translation_key") -> None:
    """As ``record``, for the keys in ``field`` of the rows of ``queryset``, inside the database.

    Use it for bulk changes: 36 000 keys take about a tenth of a second.
    """
    _require_transaction()
    try:
        sql, params = queryset.order_by().values_list(field).query.sql_with_params()
    except EmptyResultSet:
        return
    _write(_QUERIED_KEYS.format(query=sql), params)


def record_all() -> None:
    """Owe every record ever recorded to every follower, as when all labels changed."""
    record_queryset(RecordVersion.objects.all(), "key")


def ensure_versions(keys: Iterable[str]) -> None:
    """Give version 1 to keys that have none (rows written past the services); others are untouched."""
    RecordVersion.objects.bulk_create(
        [RecordVersion(key=key, version=1) for key in keys], ignore_conflicts=True, batch_size=400
    )


def catch_up(versions: Mapping[str, int]) -> None:
    """Raise versions that an index is ahead of, as after a restored backup; no version is lowered.

    Without this an index would take every new change of these records for an old one.
    """
    known = RecordVersion.objects.in_bulk(list(versions))
    behind = [
        RecordVersion(key=key, version=version)
        for key, version in versions.items()
        if (row := known.get(UUID(key))) is None or row.version < version
    ]
    RecordVersion.objects.bulk_create(
        behind, update_conflicts=True, unique_fields=["key"], update_fields=["version"], batch_size=400
    )


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one follower is behind.

    ``oldest_seconds`` is the age of its oldest change still to be applied (0.0 without one); parked rows
    are counted apart. ``unseen_seconds`` is the time since a worker last followed for it.
    """

    follower: str
    engine: str
    host: str
    state: str
    pending: int
    parked: int
    oldest_seconds: float
    unseen_seconds: float


def lag() -> list[Lag]:
    """Every follower's lag, in one query."""
    now = timezone.now()
    waiting = Q(pending__parked_at=None)
    followers = Follower.objects.order_by("engine", "host", "name").annotate(
        waiting=Count("pending", filter=waiting),
        parked=Count("pending", filter=~waiting & Q(pending__id__isnull=False)),
        oldest=Min("pending__recorded_at", filter=waiting),
    )
    return [
        Lag(
            follower=row.name,
            engine=row.engine,
            host=row.host,
            state=row.state,
            pending=row.waiting,
            parked=row.parked,
            oldest_seconds=_age(row.oldest, now),
            unseen_seconds=_age(row.last_seen, now),
        )
        for row in followers
    ]


def parked() -> QuerySet[PendingChange]:
    """Changes an engine refused, those refused last first, each with ``reason`` and ``attempts``.

    Those that a follower is owed which is gone are left out: nobody will ever apply them.
    """
    rows = PendingChange.objects.exclude(parked_at=None).filter(follower__in=Follower.objects.all())
    return rows.select_related("follower").order_by("-refused_at", "id")


def retry(*, ids: Iterable[int] | None = None) -> int:
    """Try parked changes again now, those with the given row ids or all; returns how many."""
    rows = PendingChange.objects.exclude(parked_at=None)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    return rows.update(parked_at=None, retry_at=None, recorded_at=timezone.now())


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction("record a change inside the transaction.atomic() that makes it")


def _write(keys: str, params: Iterable[Any]) -> None:
    params = tuple(params)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    raise_versions = _RAISE.format(keys=keys)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            queue = _QUEUE.format(raised="raised_versions")
            cursor.execute(
                f"WITH raised_versions AS ({raise_versions} RETURNING key, version) {queue}", (*params, now)
            )
            return
        # SQLite cannot read what a statement in a CTE returns. Its one writer sees the same keys twice.
        cursor.execute(raise_versions, params)
        raised = _RAISED_KEYS.format(keys=keys)
        cursor.execute(_QUEUE.format(raised=raised), (now, *params))
