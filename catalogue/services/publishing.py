"""What a record must have before visitors may see it, and what publishing derives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from catalogue.models import Evidence, InnovationPage, Replication, StatusEntry

TEXTS = ("title", "summary", "problem", "solution")
FACTS = ("agency", "sector", "stage", "source")
_CHUNK = 64 * 1024


def missing_for_publishing(page: InnovationPage) -> list[str]:
    """Labels of the fields that are still empty, in the editor's order; a translation needs texts only."""
    names = (*TEXTS, *FACTS) if page.is_source else TEXTS
    columns: list[Any] = [page._meta.get_field(name) for name in names]
    return [str(column.verbose_name) for column in columns if getattr(page, column.attname) in (None, "")]


def set_status(*, page: InnovationPage, entries: Iterable[StatusEntry]) -> None:
    """Take the record's status from the newest confirmation, so that both always agree."""
    dated = [entry for entry in entries if entry.date and entry.status_id]
    if dated:
        newest = max(dated, key=lambda entry: entry.date)
        page.status_id, page.status_confirmed_on = newest.status_id, newest.date


def set_digest(*, evidence: Evidence) -> None:
    """Compute the SHA-256 of the evidence's file; empty without one."""
    evidence.sha256 = ""
    if evidence.document is not None:
        digest = hashlib.sha256()
        with evidence.document.open_file() as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        evidence.sha256 = digest.hexdigest()


def leads_back(*, page_id: Any, origins: Iterable[int]) -> bool:
    """Whether copying ``origins`` would make ``page_id`` a copy of itself, however long the chain."""
    seen: set[int] = set()
    frontier = set(origins)
    while frontier:
        if page_id in frontier:
            return True
        seen |= frontier
        above = Replication.objects.filter(page__in=frontier).values_list("origin_id", flat=True)
        frontier = set(above) - seen
    return False
