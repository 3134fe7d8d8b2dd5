"""Whether search answers and how far behind it is, for the readiness check and the admin's panel."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from search import changes, rebuild
from search.engines import get_engine, get_index, index_names
from search.engines.base import SearchEngine
from search.types import IndexState

LATE_SECONDS = 60.0
_EXPLANATIONS = {
    IndexState.MISSING: _("There is no index yet; the worker builds it."),
    IndexState.OTHER_SCHEMA: _("The index is that of another version of the site; the worker rebuilds it."),
    IndexState.DAMAGED: _("The index is damaged; the worker rebuilds it."),
    IndexState.UNREACHABLE: _(
        "The search engine cannot be reached; nothing is lost, the worker waits for it."
    ),
}


@dataclass(frozen=True, slots=True)
class IndexHealth:
    """The state of the index that answers.

    ``ok``: searches are answered; ``state`` and ``reason`` tell why not. ``late``: a committed change has
    waited longer than it ever should, or nobody follows. ``pending`` and ``parked`` count changes,
    ``lag_seconds`` is the age of the oldest pending one.
    """

    engine: str
    ok: bool
    state: IndexState
    reason: str
    generation: str | None
    documents: int
    pending: int = 0
    parked: int = 0
    lag_seconds: float = 0.0
    late: bool = False
    rebuilding: bool = False

    @property
    def explanation(self) -> str:
        """Why searches are not answered, for staff in their language; empty while they are."""
        return str(_EXPLANATIONS.get(self.state, ""))


def all_health() -> list[IndexHealth]:
    """Every index this site keeps: that of the engine that answers, and its copy."""
    return [index_health(get_index(name)) for name in index_names()]


def index_health(engine: SearchEngine | None = None) -> IndexHealth:
    """Ask the index and the change rows: two queries, no matter how many changes wait."""
    engine = engine or get_engine()
    health = engine.health()
    lag = next((row for row in changes.lag() if row.follower == health.generation), None)
    return IndexHealth(
        engine=health.engine,
        ok=health.ok,
        state=health.state,
        reason=health.reason,
        generation=health.generation,
        documents=health.documents,
        pending=lag.pending if lag else 0,
        parked=lag.parked if lag else 0,
        lag_seconds=round(lag.oldest_seconds, 1) if lag else 0.0,
        late=lag is None or max(lag.oldest_seconds, lag.unseen_seconds) > LATE_SECONDS,
        rebuilding=rebuild.running(engine),
    )


def readiness() -> dict[str, Any]:
    """The index's state as plain data for the readiness check: ``ok`` while searches are answered.

    ``degraded`` while they are answered by a copy. Being ``late`` doesn't make a site unready: it still
    answers, from a slightly older index.
    """
    engine = get_engine()
    found, standby = asdict(index_health(engine)), engine.standby()
    found["degraded"] = False
    if standby is not None:
        found["copy"] = asdict(index_health(standby))
        found["degraded"] = not found["ok"] and found["copy"]["ok"]
        found["ok"] = found["ok"] or found["copy"]["ok"]
    return found
