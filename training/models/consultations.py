"""Talks of a participant with mentor or coach, which both sides confirm."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.kinds import Holder
from training.models.projects import Project


class Consultation(models.Model):
    """One talk. Whoever wrote it down has confirmed it; the other side confirms it or says what is wrong.

    ``round`` is raised with every change of the words, so that nobody confirms what they have not read. What
    both have confirmed never changes.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("consultation", "waits for an answer")
        CONFIRMED = "confirmed", pgettext_lazy("consultation", "confirmed by both sides")
        DECLINED = "declined", pgettext_lazy("consultation", "declined")

    WITH = ((Holder.MENTOR.value, Holder.MENTOR.label), (Holder.COACH.value, Holder.COACH.label))

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="consultations")
    role = models.CharField(_("with"), max_length=16, choices=WITH)
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mentor or coach"),
        on_delete=models.PROTECT,
        related_name="consultations",
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("day of the consultation"))
    discussed = models.TextField(_("what was discussed"))
    agreed = models.TextField(_("what was agreed"))
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    round = models.PositiveIntegerField(default=1)
    reason = models.TextField(_("why it was declined"), blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering: ClassVar = ["-held_on", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["project", "state", "role"], name="consultation_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.role} {self.held_on}"

    @property
    def other_side(self) -> int:
        """Key of the person who confirms it."""
        return self.supporter_id if self.written_by_id != self.supporter_id else self.project.owner_id
