"""Seals the entries of a logbook one after the other, so that a later change of any of them shows.

A seal is the SHA-256 of the seal before it and of everything the entry says, the digests of its files among
it. The logbook keeps how many there are and the last of them. An entry may be confirmed long after it was
sealed, so confirmations have a chain of their own, each over the seal of its entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import IO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from training.models import EvidenceFile, Logbook, LogEntry, Project
from training.models.certificates import private_storage
from training.models.logbook import EDITABLE
from training.services.audit import held

AT_ONCE = 500
"""Projects whose entries are sealed in one turn of the worker."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was sealed. ``entry`` is the entry's number, 0 where it concerns none."""

    entry: int
    text: str


def digest_of(entry: LogEntry, *, project: Project, adds_to: int | None) -> str:
    """The seal of ``entry`` from its fields, its place, the seal before it, and the rows of its files."""
    said = {
        "project": str(project.key),
        "key": str(entry.key),
        "place": entry.place,
        "previous": entry.previous,
        "number": entry.number,
        "by": entry.written_by_id,
        "on": entry.on.isoformat(),
        "activity": entry.activity,
        "row": entry.row,
        "value": entry.value,
        "link": entry.link,
        "adds_to": adds_to,
        "written": entry.created_at.astimezone(UTC).isoformat(),
        "files": sorted(
            [str(file.key), file.name, file.kind, file.size, file.sha256] for file in entry.files.all()
        ),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seal(project: Project, entries: Iterable[LogEntry]) -> int:
    """Seal ``entries`` in their order, but for sealed ones; how many. Under the project's lock."""
    book, _made = Logbook.objects.get_or_create(project=project)
    now, before = timezone.now(), book.sealed
    for entry in entries:
        if entry.sealed_at is not None:
            continue
        entry.place, entry.previous, entry.sealed_at = book.sealed + 1, book.head, now
        entry.digest = digest_of(entry, project=project, adds_to=_older(entry))
        entry.save(update_fields=["place", "previous", "sealed_at", "digest"])
        book.sealed, book.head = entry.place, entry.digest
    if book.sealed != before:
        book.save(update_fields=["sealed", "head"])
    return book.sealed - before


def confirmation_of(entry: LogEntry, *, project: Project, place: int, before: str) -> str:
    """The seal of the confirmation of ``entry``, at its place behind the confirmation sealed ``before``."""
    said = {
        "project": str(project.key),
        "entry": str(entry.key),
        "sealed": entry.digest,
        "place": place,
        "previous": before,
        "by": entry.confirmed_by_id,
        "at": entry.confirmed_at.astimezone(UTC).isoformat() if entry.confirmed_at else "",
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def seal_confirmation(project: Project, entry: LogEntry) -> None:
    """Seal that ``entry``, which is sealed itself, was confirmed. Under the project's lock."""
    book = Logbook.objects.get(project=project)
    entry.confirmation_place = book.confirmed + 1
    entry.confirmation = confirmation_of(
        entry, project=project, place=entry.confirmation_place, before=book.confirmed_head
    )
    entry.save(update_fields=["confirmation_place", "confirmation"])
    book.confirmed, book.confirmed_head = entry.confirmation_place, entry.confirmation
    book.save(update_fields=["confirmed", "confirmed_head"])


def seal_due(*, now: datetime | None = None) -> int:
    """Seal every entry that can't be changed any more; how many. Each project is a transaction of its own."""
    until = (now or timezone.now()) - EDITABLE
    due = LogEntry.objects.filter(sealed_at=None, created_at__lte=until)
    projects = Project.objects.filter(pk__in=due.values("project").distinct()[:AT_ONCE])
    sealed = 0
    for project in projects:
        with transaction.atomic():
            current = held(project)
            sealed += seal(current, _whole(due.filter(project=current)))
    return sealed


def _older(entry: LogEntry) -> int | None:
    """The number of the entry that this one adds to."""
    return entry.adds_to.number if entry.adds_to else None


def _whole(entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
    """In their order, with all that ``digest_of`` reads."""
    return entries.order_by("number").select_related("adds_to").prefetch_related("files")


def verify(project: Project) -> list[Fault]:
    """Everything of a logbook and its files that is not as it was sealed; nothing when all is whole."""
    entries = list(_whole(project.log_entries.all()))
    sealed = sorted((entry for entry in entries if entry.place is not None), key=lambda e: e.place or 0)
    faults = [
        Fault(entry.number, _("is marked as sealed and has no seal"))
        for entry in entries
        if entry.sealed_at is not None and entry.place is None
    ]
    head = ""
    for place, entry in enumerate(sealed, start=1):
        faults += [Fault(entry.number, text) for text in _wrong(project, entry, place, head)]
        head = entry.digest
    faults += _wrong_end(project, len(sealed), head)
    faults += _wrong_confirmations(project, entries)
    return faults + [fault for file in project.files.select_related("entry") for fault in _lost(file)]


def _wrong(project: Project, entry: LogEntry, place: int, head: str) -> Iterator[str]:
    if entry.place != place:
        yield _("an entry before it is missing")
    if entry.previous != head:
        yield _("does not follow the seal before it")
    if entry.sealed_at is None:
        yield _("has a seal and is not marked as sealed")
    # What was erased at its writer's wish keeps its seal, which nobody can work out again: it says nothing.
    if entry.erased_at is not None:
        changed = bool(entry.activity or entry.row or entry.value or entry.link or entry.files.all())
    else:
        changed = entry.digest != digest_of(entry, project=project, adds_to=_older(entry))
    if changed:
        yield _("says something else than when it was sealed")


def _wrong_confirmations(project: Project, entries: list[LogEntry]) -> Iterator[Fault]:
    """Confirmations that are not as they were sealed, have no seal, or are missing."""
    told = [one for one in entries if one.confirmation_place is not None]
    for entry in entries:
        if (entry.confirmed_at is None) != (entry.confirmation_place is None):
            yield Fault(entry.number, _("its confirmation and the seal of that don't belong together"))
    head = ""
    for place, entry in enumerate(sorted(told, key=lambda one: one.confirmation_place or 0), start=1):
        if entry.confirmation != confirmation_of(entry, project=project, place=place, before=head):
            yield Fault(entry.number, _("its confirmation is not as it was sealed"))
        head = entry.confirmation
    book = Logbook.objects.filter(project=project).first()
    if (book.confirmed, book.confirmed_head) != (len(told), head) if book else told:
        yield Fault(0, _("its last confirmations are missing or were added"))


def _wrong_end(project: Project, count: int, head: str) -> list[Fault]:
    book = Logbook.objects.filter(project=project).first()
    known = (book.sealed, book.head) if book else (0, "")
    return [] if known == (count, head) else [Fault(0, _("its last entries are missing or were added"))]


def _lost(file: EvidenceFile) -> Iterator[Fault]:
    number = file.entry.number if file.entry else 0
    try:
        with private_storage().open(str(file.file.name)) as stored:
            same = sha256_of(stored) == file.sha256
    except OSError:
        yield Fault(number, _("file %(key)s is missing") % {"key": file.key})
        return
    if not same:
        yield Fault(number, _("file %(key)s has another content") % {"key": file.key})


def sha256_of(file: IO[bytes]) -> str:
    """In hexadecimal, from where the file stands to its end."""
    digest = hashlib.sha256()
    for chunk in iter(partial(file.read, 256 * 1024), b""):
        digest.update(chunk)
    return digest.hexdigest()
