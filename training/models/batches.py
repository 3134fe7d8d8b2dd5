"""A batch: people who go through one programme version together."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.programmes import Institution, ProgrammeVersion


class Batch(models.Model):
    """A running group. It keeps the version of its programme that it started with."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        ProgrammeVersion,
        verbose_name=_("programme version"),
        on_delete=models.PROTECT,
        related_name="batches",
    )
    institution = models.ForeignKey(
        Institution, verbose_name=_("training institution"), on_delete=models.PROTECT, related_name="batches"
    )
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("starts on"))
    design_seminar_on = models.DateField(_("design seminar on"), null=True, blank=True)
    result_seminar_on = models.DateField(_("result seminar on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"))
    coordinators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("coordinators"), related_name="batches_led", blank=True
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering: ClassVar = ["-starts_on", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="batch_name_unique"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="batch_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name
