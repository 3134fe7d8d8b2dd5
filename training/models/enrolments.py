"""What coordinators bring into a batch: the people who may examine in it, and lists of participants."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.batches import Batch


class BatchExaminer(models.Model):
    """Somebody who may be made examiner of a batch's projects, and the agency they belong to.

    Of rows without an agency that are not ``outside`` it is not known. Who is offered no more keeps the row:
    what they examine already is still theirs.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="examiners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_as = models.EmailField(
        blank=True, default="", db_default="", help_text="The address by which they were chosen."
    )
    agency = models.ForeignKey(
        "catalogue.Agency",
        verbose_name=_("agency"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outside = models.BooleanField(
        default=False, db_default=False, help_text="On when they belong to none of the government's agencies."
    )
    given_up_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when they are offered no more."
    )

    class Meta:
        verbose_name = _("examiner of a batch")
        verbose_name_plural = _("examiners of a batch")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "user"], name="batch_examiner_unique"),
            models.CheckConstraint(
                condition=models.Q(outside=False) | models.Q(agency=None), name="batch_examiner_one_agency"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def address(self) -> str:
        """The address that was typed; of those who were chosen before it was kept, their account's."""
        return self.asked_as or self.user.email


class EnrolmentList(models.Model):
    """A list of participants that was read and is shown before anybody is enrolled.

    ``rows`` holds names and addresses only until the list is applied or given up: then it is emptied.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="enrolment_lists")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal.")
    rows = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    enrolled = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("list of participants")
        verbose_name_plural = _("lists of participants")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.digest[:8]}"
