"""The logbooks of the demonstration: entries for every week of the implementation, evidence for the plan."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from training import logbooks
from training.models import EvidenceFile, EvidenceReason, LogEntry, LogRemark, Project
from training.models.logbook import EDITABLE
from training.services import seals

EVERY = timedelta(days=3)
"""Between two entries."""
WITH_FILES = 2
"""Entries of each project that come with a file; the others with a link, or with words alone."""
_FOLDER = Path(__file__).resolve().parent / "files"
_FILES = (("kegiatan.jpg", "Foto kegiatan.jpg"), ("notulen.pdf", "Notulen rapat.pdf"))
_DONE = (
    "Rapat persiapan bersama kepala unit dan petugas; jadwal uji coba disepakati.",
    "Menyusun daftar dan formulir, lalu mencobanya bersama dua petugas.",
    "Uji coba hari pertama; petugas mencatat waktu tunggu setiap pengguna layanan.",
    "Membahas hasil uji coba dan memperbaiki formulir menurut masukan petugas.",
    "Sosialisasi kepada warga dan kader; pertanyaan dicatat untuk petunjuk singkat.",
    "Mengukur waktu tunggu lagi dan membandingkannya dengan keadaan sebelumnya.",
)
_REASON = "Tonggak jangka menengah dan panjang dilaksanakan setelah pelatihan; kepala unit melanjutkannya."


def fill(project: Project, *, mentor: User, namespace: uuid.UUID) -> None:
    """Write the logbook of a project that is or was being implemented; nothing for others."""
    spans = logbooks.spans(project)
    if not spans:
        return
    since, until = spans[0]
    plan = logbooks.rows(project)
    days = list(_days(since, until or timezone.now() - timedelta(hours=3)))
    for number, at in enumerate(days, start=1):
        row = plan[(number - 1) % len(plan)] if plan else None
        entry = LogEntry.objects.create(
            key=uuid.uuid5(namespace, f"{project.key} log {number}"), project=project, number=number,
            written_by=project.owner, on=timezone.localdate(at), created_at=at,
            activity=_DONE[(number - 1) % len(_DONE)], row=row.code if row else "",
            value=row.value if row else "",
            link="https://contoh.example/kegiatan" if number == WITH_FILES + 1 else "",
        )  # fmt: skip
        if number <= WITH_FILES:
            _file(entry, number)
    _others(project, mentor)
    if until is not None:
        missing = [shown.row.code for shown in logbooks.plan(project) if shown.is_missing]
        EvidenceReason.objects.bulk_create(
            EvidenceReason(
                project=project, row=row, text=_REASON, made_at=until, agreed_at=until, agreed_by=mentor
            )
            for row in missing
        )


def _days(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since + timedelta(hours=2)
    while at < until:
        yield at
        at += EVERY


def _file(entry: LogEntry, number: int) -> None:
    stored, name = _FILES[(number - 1) % len(_FILES)]
    content = (_FOLDER / stored).read_bytes()
    file = EvidenceFile(
        project=entry.project, entry=entry, uploaded_by=entry.written_by, uploaded_at=entry.created_at,
        name=name, kind=Path(stored).suffix.removeprefix("."), size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    file.file.save(stored, ContentFile(content), save=False)
    file.save()


def _others(project: Project, mentor: User) -> None:
    """The mentor confirmed the first entry and asked about the second; what is two days old is sealed."""
    entries = project.log_entries.order_by("number").select_related("adds_to").prefetch_related("files")
    first, second = [*entries[:2], None, None][:2]
    if first is not None:
        first.confirmed_at, first.confirmed_by = first.created_at + timedelta(hours=5), mentor
        first.save(update_fields=["confirmed_at", "confirmed_by"])
    if second is not None:
        LogRemark.objects.create(
            entry=second, kind=LogRemark.Kind.QUESTION, author=mentor,
            text="Siapa saja yang hadir? Lampirkan daftarnya.", at=second.created_at + timedelta(hours=6),
        )  # fmt: skip
    old = [entry for entry in entries if timezone.now() >= entry.created_at + EDITABLE]
    # Confirming closes an entry, however young it is.
    seals.seal(project, [*([first] if first is not None and first not in old else []), *old])
    if first is not None:
        first.refresh_from_db()
        seals.seal_confirmation(project, first)
