"""The logbook of a project's implementation: entries, what others wrote beside them, and their seals."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.projects import Project

EDITABLE = timedelta(hours=48)
"""How long an entry may be changed by whoever wrote it, unless the mentor confirms it before."""
PRIVATE_DAYS = 90
"""Days after which place of work and condition are deleted."""
LONGEST_LINK = 500


class Logbook(models.Model):
    """How far the entries of a project are sealed, and the digest of the last seal; so of confirmations, too.

    Kept apart from the entries, so that one that is taken off the end is missed.
    """

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="logbook")
    sealed = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    confirmed = models.PositiveIntegerField(default=0)
    confirmed_head = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("logbook")
        verbose_name_plural = _("logbooks")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.project_id} #{self.sealed}"


class LogEntry(models.Model):
    """What was done on one day. ``row`` is a row of the project's plan, as ``training.plans`` names it.

    ``place``, ``previous`` and ``digest`` are empty until the entry is sealed; see
    ``training.services.seals``. ``changes`` is raised with every change, so that two devices don't overwrite
    each other.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="log_entries")
    number = models.PositiveIntegerField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("date"))
    activity = models.TextField(_("activity"))
    row = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=40, blank=True, help_text="Code of a BerAKHLAK value.")
    link = models.URLField(_("link"), max_length=LONGEST_LINK, blank=True)
    adds_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="additions"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changes = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sealed_at = models.DateTimeField(null=True, blank=True)
    place = models.PositiveIntegerField(null=True, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    confirmation_place = models.PositiveIntegerField(null=True, blank=True)
    confirmation = models.CharField(max_length=64, blank=True, help_text="The seal of its confirmation.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entry of a logbook")
        verbose_name_plural = _("entries of a logbook")
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            models.Index(fields=["project", "on"], name="log_entry_day"),
            models.Index(
                fields=["created_at"], condition=models.Q(sealed_at__isnull=True), name="log_entry_open"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="log_entry_number_unique"),
            models.UniqueConstraint(fields=["project", "place"], name="log_entry_place_unique"),
            models.UniqueConstraint(fields=["project", "confirmation_place"], name="log_confirmation_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} #{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.sealed_at is None and timezone.now() < self.created_at + EDITABLE

    @property
    def open_until(self) -> object:
        return self.created_at + EDITABLE

    @property
    def written_late(self) -> bool:
        """Whether it was written on another day than it tells of."""
        return timezone.localdate(self.created_at) != self.on


class LogPrivate(models.Model):
    """Place of work and condition, for the writer and the mentor alone, and only for ``PRIVATE_DAYS``.

    ``sealed`` is JSON with ``place``, ``village`` and ``condition``, encrypted by ``accounts.sealing``.
    """

    entry = models.OneToOneField(LogEntry, on_delete=models.CASCADE, related_name="private")
    sealed = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("place of work and condition")
        verbose_name_plural = _("places of work and conditions")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.entry_id)


class LogRemark(models.Model):
    """A mentor's question, a coach's comment, or the participant's answer. Never changed."""

    class Kind(models.TextChoices):
        QUESTION = "question", pgettext_lazy("logbook", "question")
        COMMENT = "comment", pgettext_lazy("logbook", "comment")
        ANSWER = "answer", pgettext_lazy("logbook", "answer")

    entry = models.ForeignKey(LogEntry, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remark in a logbook")
        verbose_name_plural = _("remarks in a logbook")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind}"


class EvidenceReason(models.Model):
    """Why a row of the plan has no evidence, and whether the mentor agreed to what it says now."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="evidence_reasons")
    row = models.CharField(max_length=60)
    text = models.TextField(_("reason"))
    made_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("reason for missing evidence")
        verbose_name_plural = _("reasons for missing evidence")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "row"], name="evidence_reason_unique")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.row}"
