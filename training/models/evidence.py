"""Files that show that something was done, in private storage; see ``training.services.evidence``."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.certificates import private_storage
from training.models.logbook import LogEntry
from training.models.projects import Project

FOLDER = "evidence"
LONGEST_NAME = 120
"""Characters of a file's name that are kept."""


class Kind(models.TextChoices):
    """What a file is, as its content says; the code is also how its name ends."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    PPTX = "pptx", "PPTX"
    JPG = "jpg", "JPG"
    PNG = "png", "PNG"
    WEBP = "webp", "WEBP"


TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Kind.JPG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
}
"""The media type each kind is served with."""


def _where(file: Any, _name: str) -> str:
    """Random: it tells nothing, and an upload that was given up never stands in another's place."""
    return f"{FOLDER}/{secrets.token_hex(16)}.{file.kind}"


class EvidenceFile(models.Model):
    """One file of a project: of an entry of its logbook, or with ``entry`` empty of the project itself.

    ``size`` is in bytes and ``sha256`` hexadecimal, both of what is stored. ``name`` is the name it came
    with, cleaned. ``row`` is a row of the project's plan, for files that are of no entry.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="files")
    entry = models.ForeignKey(LogEntry, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    row = models.CharField(max_length=60, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_files"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    name = models.CharField(pgettext_lazy("file", "name"), max_length=LONGEST_NAME)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=private_storage, upload_to=_where)

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name
