"""What happens by the clock, once over all workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, transaction

from search import followers, leases

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that is due every ``seconds``.

    An ``atomic`` one runs in the transaction that takes its turn: killed half-way, nothing of it remains
    and the turn is free again. Another one takes its turn first, so it should bear to be left out once.
    """

    name: str
    seconds: float
    run: Callable[[], object]
    atomic: bool = False


_registered: dict[str, Periodic] = {}


def register(periodic: Periodic) -> None:
    """Add work by the clock; an application does it when it is ready. A second one of a name replaces it."""
    _registered[periodic.name] = periodic


def publish_scheduled() -> None:
    """Publish and expire pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)


def housekeeping() -> None:
    """Drop followers unseen for a day, and leases and turns that ended long ago."""
    followers.drop_unseen()
    leases.sweep()


register(Periodic("publish_scheduled", 60, publish_scheduled, atomic=True))
register(Periodic("search_housekeeping", 600, housekeeping))


class ScheduleJob:
    """Run what is due. One that fails is logged and waits for its next turn; the others go on."""

    name = "schedule"
    pause = 5.0

    def open(self) -> None:
        """Nothing to prepare."""

    def work(self) -> bool:
        for periodic in list(_registered.values()):
            if not leases.held(name=_turn(periodic)):
                self._run(periodic)
        return False

    def close(self) -> None:
        """Nothing is held: a turn belongs to nobody."""

    def _run(self, periodic: Periodic) -> None:
        try:
            if periodic.atomic:
                with transaction.atomic():
                    self._take_and_run(periodic)
            else:
                self._take_and_run(periodic)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s failed; its next turn comes in %d s", periodic.name, periodic.seconds)
            leases.take_turn(name=_turn(periodic), seconds=periodic.seconds)

    def _take_and_run(self, periodic: Periodic) -> None:
        if leases.take_turn(name=_turn(periodic), seconds=periodic.seconds):
            periodic.run()


def _turn(periodic: Periodic) -> str:
    return f"turn:{periodic.name}"
