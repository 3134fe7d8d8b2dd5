"""What people are told: in the workspace, and by mail."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.projects import Project


class Notice(models.Model):
    """One message to one person. ``cause`` is unique to each of them, so that it is made once.

    The mail is sent by the worker after the transaction that made the notice: ``mail`` says how far it is.
    One that stays ``sending`` was in the hands of a worker that was killed; it may have left or not.
    """

    class Mail(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        NONE = "none", _("no mail")

    class Kind(models.TextChoices):
        INVITED = "invited", _("invitation")
        MOVED = "moved", _("your turn")
        RETURNED = "returned", _("returned with notes")
        REMINDER = "reminder", _("reminder")
        CERTIFICATE = "certificate", _("certificate issued")
        REVOKED = "revoked", _("certificate revoked")
        MENTIONED = "mentioned", _("mentioned in a discussion")
        REPLIED = "replied", _("answer in a discussion")
        HIDDEN = "hidden", _("message hidden")
        REPORTED = "reported", _("message reported")
        TEAM = "team", _("invitation to a team")
        PEER_ASKED = "peer-asked", _("asked for a peer review")
        PEER_GIVEN = "peer-given", _("peer review given")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    cause = models.CharField(max_length=120)
    state_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=8, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["mail", "created_at"], name="notice_mail"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "cause"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"
