"""Compare an index with the database, key by key and version by version, and mend what differs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from search import changes
from search.engines.base import SearchEngine
from search.errors import SearchUnavailable
from search.models import Follower, PendingChange, RecordVersion
from search.types import IndexState


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison found.

    ``missing``: public records the index lacks. ``ghosts``: keys the index shows though no public record
    has them. ``stale``: keys at an older version in the index; ``ahead``: at a newer one than the database
    knows, as after a restored backup. ``pending`` changes are on their way and are no difference;
    ``parked`` ones were refused. ``damage``: sentences about the index itself, which only a rebuild mends.
    """

    engine: str
    generation: str | None
    database: int = 0
    index: int = 0
    missing: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    pending: int = 0
    parked: int = 0
    damage: tuple[str, ...] = ()

    @property
    def drift(self) -> tuple[str, ...]:
        """Every key that differs."""
        return (*self.missing, *self.ghosts, *self.stale, *self.ahead)

    @property
    def ok(self) -> bool:
        return not (self.drift or self.damage or self.parked)

    def summary(self) -> str:
        """One line with every figure, for logs and terminals."""
        counts = {
            "missing": len(self.missing),
            "ghosts": len(self.ghosts),
            "stale": len(self.stale),
            "ahead": len(self.ahead),
            "parked": self.parked,
            "pending": self.pending,
        }
        found = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "no difference"
        damage = "".join(f"; {sentence}" for sentence in self.damage)
        return f"{self.database} public records, {self.index} in the index: {found}{damage}"


def check(*, engine: SearchEngine) -> Report:
    """Compare now, beside editing and following. Changes that are still pending are no difference.

    The order matters: versions, public keys, pending rows, index, and the versions again. A record that
    is committed and not pending must be in the index that is read after; one whose version has moved
    meanwhile is in flight and left out. Raises ``SearchUnavailable`` when the index can't be read.
    """
    health = engine.health()
    if health.state is IndexState.UNREACHABLE:
        raise SearchUnavailable(health.reason)
    if not health.ok:
        return Report(engine.name, health.generation, damage=(health.reason,))
    follower = Follower.objects.filter(name=health.generation).first()
    if follower is None:
        return Report(engine.name, health.generation, damage=("no follower brings it changes",))

    versions = _versions()
    public = set(engine.definition.source.public_keys())
    waiting, parked = _owed(follower)
    index = dict(engine.keys())
    found = _differences(public=public, versions=versions, index=index, waiting=waiting)
    settled = _unmoved({key for keys in found.values() for key in keys}, versions)
    return Report(
        engine=engine.name,
        generation=health.generation,
        database=len(public),
        index=len(index),
        pending=len(waiting) - parked,
        parked=parked,
        damage=tuple(engine.verify()),
        **{kind: tuple(sorted(keys & settled)) for kind, keys in found.items()},
    )


def mend(*, report: Report, engine: SearchEngine) -> int:
    """Record every key that differs as changed and try parked ones again; returns the number of keys.

    The followers do the rest. Damage is not mended by this: rebuild.
    """
    if report.drift:
        differing = set(report.drift)
        shown = {key: version for key, version in dict(engine.keys()).items() if key in differing}
        with transaction.atomic():
            changes.catch_up(shown)
            changes.record(differing)
    return len(report.drift) + changes.retry()


def _versions() -> dict[str, int]:
    rows = RecordVersion.objects.values_list("key", "version").iterator(chunk_size=5000)
    return {str(key): version for key, version in rows}


def _owed(follower: Follower) -> tuple[set[str], int]:
    """Keys still to be applied, and how many of them are parked."""
    rows = PendingChange.objects.filter(follower=follower).values_list("key", "parked_at")
    keys = {str(key): parked_at for key, parked_at in rows}
    return set(keys), sum(parked_at is not None for parked_at in keys.values())


def _differences(
    *, public: set[str], versions: dict[str, int], index: dict[str, int], waiting: set[str]
) -> dict[str, set[str]]:
    present = index.keys() & public
    return {
        "missing": (public - index.keys()) - waiting,
        "ghosts": (index.keys() - public) - waiting,
        "stale": {key for key in present if index[key] < versions.get(key, 1)} - waiting,
        "ahead": {key for key in present if index[key] > versions.get(key, 1)} - waiting,
    }


def _unmoved(keys: set[str], versions: dict[str, int]) -> set[str]:
    """Those of ``keys`` whose version is still what it was."""
    if not keys:
        return set()
    now = _versions()
    return {key for key in keys if now.get(key) == versions.get(key)}
