"""The editors' synonym groups, read cheaply enough for every query."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from search.models import SynonymGroup

FRESH_SECONDS = 10.0


class _Cache:
    """All groups, read again after ``FRESH_SECONDS``: other processes' edits show soon enough."""

    def __init__(self) -> None:
        self._groups: tuple[tuple[str, ...], ...] = ()
        self._read_at: float | None = None

    def groups(self) -> tuple[tuple[str, ...], ...]:
        now = time.monotonic()
        if self._read_at is None or now - self._read_at > FRESH_SECONDS:
            rows = SynonymGroup.objects.only("words").order_by("id")
            groups = (row.members() for row in rows)
            self._groups = tuple(group for group in groups if len(group) > 1)
            self._read_at = now
        return self._groups

    def forget(self) -> None:
        self._read_at = None


_cache = _Cache()


def groups() -> Sequence[Sequence[str]]:
    """Groups of words or phrases that mean the same; at most one database query in ten seconds."""
    return _cache.groups()


@receiver([post_save, post_delete], sender=SynonymGroup)
def forget(**kwargs: Any) -> None:
    """Read the groups again at the next use; a save in this process does it by itself."""
    _cache.forget()
