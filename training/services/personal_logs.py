"""What logbooks and files hold about a person; part of what training gives and takes away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.models import EvidenceFile, EvidenceReason, LogEntry, LogPrivate, LogRemark
from training.services import evidence
from training.services.logbook import private_of


def export(user: User) -> dict[str, Any]:
    """Entries with place and condition, what the person wrote beside others' entries, reasons and files.

    Of a file what is known of it: the file itself is on the project's page.
    """
    entries = LogEntry.objects.filter(written_by=user).select_related("project", "private")
    return {
        "entries": [_entry(entry) for entry in entries],
        "remarks": [
            {"kind": row.kind, "text": row.text, "at": row.at.isoformat()}
            for row in LogRemark.objects.filter(author=user)
        ],
        "reasons": [
            {"row": row.row, "text": row.text, "at": row.made_at.isoformat()}
            for row in EvidenceReason.objects.filter(project__owner=user)
        ],
        "confirmed": [
            {"project": str(row.project.key), "entry": row.number, "at": _moment(row.confirmed_at)}
            for row in LogEntry.objects.filter(confirmed_by=user).select_related("project")
        ],
        "files": [
            {
                "project": str(file.project.key),
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "at": file.uploaded_at.isoformat(),
            }
            for file in EvidenceFile.objects.filter(uploaded_by=user).select_related("project")
        ],
    }


def erase(user: User) -> None:
    """Take the words, the files, place and condition; entries stay as empty ones that keep their seals.

    They are working notes that never become public, so those of published projects go as well. The seals of
    others don't change; ``logbook_verify`` passes the erased ones over.
    """
    with transaction.atomic():
        entries = LogEntry.objects.filter(written_by=user)
        LogPrivate.objects.filter(entry__in=entries).delete()
        LogRemark.objects.filter(entry__in=entries).update(text="")
        LogRemark.objects.filter(author=user).update(text="")
        EvidenceReason.objects.filter(project__owner=user).delete()
        files = EvidenceFile.objects.filter(uploaded_by=user)
        for name in files.values_list("file", flat=True):
            evidence.forget(name)
        files.delete()
        entries.update(activity="", link="", row="", value="", erased_at=timezone.now())


def _entry(entry: LogEntry) -> dict[str, Any]:
    private = private_of(entry)
    return {
        "project": str(entry.project.key),
        "number": entry.number,
        "on": entry.on.isoformat(),
        "activity": entry.activity,
        "part_of_the_plan": entry.row,
        "value": entry.value,
        "link": entry.link,
        "written_at": entry.created_at.isoformat(),
        "confirmed_at": _moment(entry.confirmed_at),
        "place": private.place if private else "",
        "village": private.village if private else "",
        "condition": private.condition if private else "",
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
