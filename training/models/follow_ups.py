"""What became of a published innovation, asked half a year and a year later."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.kinds import Holder
from training.models.projects import Project


class FollowUp(models.Model):
    """One survey about one project. It is asked once and answered once."""

    class Answer(models.TextChoices):
        RUNNING = "running", _("It is still running")
        EXTENDED = "extended", _("It was extended")
        REPLICATED = "replicated", _("It was replicated elsewhere")
        STOPPED = "stopped", _("It was stopped")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="follow_ups")
    months = models.PositiveSmallIntegerField(help_text="6 or 12, counted from the publication.")
    asked_at = models.DateTimeField(auto_now_add=True)
    reminded = models.PositiveSmallIntegerField(default=0, help_text="How many reminders were made.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=16, choices=Holder.choices, blank=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    place = models.CharField(_("where it was replicated"), max_length=200, blank=True)
    reason = models.CharField(_("why it was stopped"), max_length=300, blank=True)
    evidence = models.URLField(_("link to evidence"), max_length=300, blank=True)
    numbers = models.JSONField(default=dict, blank=True, help_text="New numbers by name of the outcome.")
    submit_key = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering: ClassVar = ["project", "months"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "months"], name="follow_up_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} +{self.months}"
