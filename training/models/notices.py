"""What people are told: in the workspace, and by mail; and how each of them wants it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sealing import Unreadable, unseal
from training.models.projects import Project

CALENDAR = "calendar"
"""What the secrets of calendars are sealed for."""


class Notice(models.Model):
    """One message to one person. ``cause`` is unique to each of them, so that it is made once.

    The mail is sent by the worker after the transaction that made the notice: ``mail`` says how far it is;
    those for the daily mail wait for the hour at which it leaves.
    One that stays ``sending`` was in the hands of a worker that was killed; it may have left or not.
    """

    class Mail(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DIGEST = "digest", _("for the daily mail")
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
        CONSULTATION = "consultation", _("consultation to confirm")
        DECLINED = "declined", _("consultation declined")
        SEMINAR = "seminar", _("seminar set or moved")
        SEMINAR_OFF = "seminar-off", _("seminar called off")
        DIVERGENCE = "divergence", _("scores far apart")
        RESULT = "result", _("result locked")
        REOPENED = "reopened", _("result opened again")
        APPEAL = "appeal", _("appeal to answer")
        ANSWERED = "answered", _("appeal answered")
        LOGBOOK = "logbook", _("a week without an entry in the logbook")
        LOG_QUESTION = "log-question", _("question in the logbook")
        STANDING = "standing", _("standing of a project")
        FOLLOW_UP = "follow-up", _("follow-up of an innovation")
        DOCUMENT = "document", _("document signed")
        WITHDRAWN = "withdrawn", _("document revoked")
        NAMELESS = "nameless", _("a name is missing")
        UNSIGNED = "unsigned", _("the key to sign with is missing")
        MENTIONED = "mentioned", _("mentioned in a discussion")
        REPLIED = "replied", _("answer in a discussion")
        HIDDEN = "hidden", _("message hidden")
        REPORTED = "reported", _("message reported")
        TEAM = "team", _("invitation to a team")
        PEER_ASKED = "peer-asked", _("asked for a peer review")
        PEER_GIVEN = "peer-given", _("peer review given")

    ABOUT_SCORES = (Kind.DIVERGENCE, Kind.RESULT, Kind.REOPENED, Kind.APPEAL, Kind.ANSWERED)
    """Kinds that lead to the project's scores."""

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


class Preference(models.Model):
    """How a person wants to be told. Without a row everything is mailed at once, in both languages."""

    class Mail(models.TextChoices):
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day, together")
        NONE = "none", _("not by mail")

    class Language(models.TextChoices):
        BOTH = "both", _("Indonesian and English")
        INDONESIAN = "id", _("Indonesian")
        ENGLISH = "en", _("English")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="training_preference"
    )
    turns = models.CharField(_("It is my turn"), max_length=8, choices=Mail.choices, default=Mail.NOW)
    reminders = models.CharField(_("Reminders"), max_length=8, choices=Mail.choices, default=Mail.NOW)
    papers = models.CharField(
        _("Signed documents and certificates"), max_length=8, choices=Mail.choices, default=Mail.NOW
    )
    language = models.CharField(
        _("Language of the mails"), max_length=8, choices=Language.choices, default=Language.BOTH
    )
    digested_on = models.DateField(null=True, blank=True, help_text="Day of the last daily mail.")
    calendar_sealed = models.CharField(
        max_length=300, blank=True, help_text="The secret in the calendar's address, encrypted."
    )
    calendar_digest = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="Its keyed digest, by which it is found."
    )

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def calendar_token(self) -> str | None:
        """The secret in the calendar's address; ``None`` without one, or where no key in use opens it."""
        if not self.calendar_digest:
            return None
        try:
            return unseal(self.calendar_sealed, purpose=CALENDAR)
        except Unreadable:
            return None
