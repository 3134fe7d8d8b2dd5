"""Who works on a project beside its participant, and the peers who read it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.projects import Project, Revision

_USER = settings.AUTH_USER_MODEL


class TeamMember(models.Model):
    """A colleague whom the participant invited. They take part from ``accepted_at`` to ``ended_at``.

    ``key`` is in the link of the invitation's mail alone.
    """

    class Right(models.TextChoices):
        VIEW = "view", pgettext_lazy("team", "read")
        COMMENT = "comment", pgettext_lazy("team", "read and discuss")
        EDIT = "edit", pgettext_lazy("team", "write answers")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="teams")
    right = models.CharField(
        pgettext_lazy("team", "right"), max_length=8, choices=Right.choices, default=Right.VIEW
    )
    sent_to = models.EmailField(blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "user"], condition=Q(ended_at__isnull=True), name="team_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.right}"


class PeerReview(models.Model):
    """A participant of the same batch is asked to read what was handed in, and says what they think.

    It has no score. ``revision`` is what they read: the last one handed in when they accepted.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="peer_reviews")
    reviewer = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="peer_reviews")
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Declined, or taken back.")
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    strong = models.TextField(_("What is strong"), blank=True)
    unclear = models.TextField(_("What is unclear"), blank=True)
    suggestion = models.TextField(_("One suggestion"), blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    helpful_at = models.DateTimeField(null=True, blank=True)
    thanks = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("peer review")
        verbose_name_plural = _("peer reviews")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "reviewer"],
                condition=Q(ended_at__isnull=True),
                name="peer_review_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.asked_at:%Y-%m-%d}"
