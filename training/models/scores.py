"""What examiners, mentors, coaches and coordinators scored; how it was settled, locked, appealed against."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.instruments import Occasion
from training.models.programmes import CODE_LENGTH
from training.models.projects import Project

_USER = settings.AUTH_USER_MODEL


class ScoreSheet(models.Model):
    """One person's scores of one project for one occasion.

    A draft until ``submitted_at``, never changed after it. A correction is a new sheet: when it is submitted,
    the one before gets ``replaced_at`` and is kept. Marks are texts with two decimals, 0 to 100.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="score_sheets")
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField(default=dict, help_text="Level, 1 to 5, by the criterion's code.")
    notes = models.JSONField(default=dict, help_text="Words by the criterion's code.")
    entries = models.JSONField(default=dict, help_text="Mark by the code of a component without criteria.")
    strengths = models.TextField(blank=True)
    mending = models.TextField(blank=True)
    marks = models.JSONField(default=dict, help_text="Mark by the component's code, once it is submitted.")
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    saved = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "occasion", "user"], condition=Q(submitted_at=None), name="one_score_draft"
            ),
            models.UniqueConstraint(
                fields=["project", "occasion", "user"],
                condition=Q(submitted_at__isnull=False, replaced_at=None),
                name="one_score_that_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.occasion}"

    def mark_of(self, component: str) -> Decimal:
        return Decimal(self.marks[component])


class Settlement(models.Model):
    """A meeting about marks of one seminar that lay far apart: what was agreed, and why.

    It holds while ``sheets``, the keys of the score sheets it was about, are the ones that count.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="settlements")
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    marks = models.JSONField(help_text="The agreed mark by the component's code.")
    total = models.DecimalField(max_digits=5, decimal_places=2)
    sheets = models.JSONField(help_text="Primary keys of the score sheets, in order.")
    held_on = models.DateField(default=timezone.localdate)
    reason = models.TextField()
    made_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    submit_key = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.occasion}"


class SettlementVote(models.Model):
    """One examiner's word that this was agreed."""

    settlement = models.ForeignKey(Settlement, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "user"], name="one_settlement_vote")
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id} {self.user_id}"


class Result(models.Model):
    """The marks of a project as a coordinator locked them. One is in force at a time; others are history."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="results")
    marks = models.JSONField(help_text="Mark by the component's code.")
    total = models.DecimalField(max_digits=5, decimal_places=2)
    predicate = models.CharField(max_length=CODE_LENGTH, blank=True)
    locked_at = models.DateTimeField(default=timezone.now)
    locked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    unlocked_at = models.DateTimeField(null=True, blank=True)
    unlocked_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unlock_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = pgettext_lazy("marks", "result")
        verbose_name_plural = pgettext_lazy("marks", "results")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(unlocked_at=None), name="one_result_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.total}"


class Appeal(models.Model):
    """A participant asks for a locked result to be looked at again; one for each result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for an answer")
        UPHELD = "upheld", _("upheld")
        REJECTED = "rejected", _("rejected")

    result = models.OneToOneField(Result, on_delete=models.CASCADE, related_name="appeal")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    reason = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.result_id} {self.state}"
