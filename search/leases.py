"""Who may do something alone, kept in the database and measured by the database's clock.

A lease is held by a process and renewed while it works; a turn is taken by whoever comes first and
belongs to nobody. Both end by themselves, so a killed process blocks nothing for long.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from search.errors import LeaseLost
from search.models import Lease

# No lease is given for longer: an end further away than this was set by a clock that has been put back.
LONGEST = timedelta(days=2)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def holder() -> str:
    """A name for this process that no other has: host, process id and a random part."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def acquire(*, name: str, holder: str, seconds: float) -> bool:
    """Take or renew the lease ``name`` for ``seconds``; false while another process holds it."""
    ours = Q(holder=holder) | _ended()
    return _claim(Lease.objects.filter(ours, name=name), name=name, holder=holder, seconds=seconds)


def renew(*, name: str, holder: str, seconds: float) -> None:
    """Hold the lease for another ``seconds``. Raises ``LeaseLost`` when another process has it."""
    if not acquire(name=name, holder=holder, seconds=seconds):
        raise LeaseLost(name)


def release(*, name: str, holder: str) -> None:
    """Give the lease back at once, if it is still ours."""
    Lease.objects.filter(name=name, holder=holder).delete()


def held(*, name: str) -> bool:
    """Whether the lease is held, or the turn taken, now."""
    return Lease.objects.filter(name=name).exclude(_ended()).exists()


def take_turn(*, name: str, seconds: float) -> bool:
    """True for one caller every ``seconds``, over all processes and hosts.

    Inside ``transaction.atomic()`` the turn belongs to the work done there: rolled back or killed, it is
    free again at once.
    """
    if held(name=name):  # a read: waiting for a turn must not take SQLite's one write lock
        return False
    return _claim(Lease.objects.filter(_ended(), name=name), name=name, holder="", seconds=seconds)


def sweep() -> None:
    """Delete leases and turns that ended long ago."""
    Lease.objects.filter(expires_at__lt=Now() - LONGEST).delete()


def _ended() -> Q:
    return Q(expires_at__lte=Now()) | Q(expires_at__gt=Now() + LONGEST)


def _claim(rows: QuerySet[Lease], *, name: str, holder: str, seconds: float) -> bool:
    end = Now() + timedelta(seconds=seconds)
    if rows.update(holder=holder, expires_at=end):
        return True
    if Lease.objects.filter(name=name).exists():
        return False
    Lease.objects.bulk_create([Lease(name=name, expires_at=_LONG_AGO)], ignore_conflicts=True)
    return bool(rows.update(holder=holder, expires_at=end))
