"""A participant's project, the people around it, and everything that ever happened to it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.batches import Batch
from training.models.kinds import Holder
from training.models.programmes import CODE_LENGTH, ProgrammeVersion, State, Step

_PEOPLE = (Holder.MENTOR, Holder.COACH, Holder.EXAMINER)


class Project(models.Model):
    """One innovation in the making. ``key`` is its only name outside the database."""

    class Standing(models.TextChoices):
        """Whether it goes on, beside the state it is in."""

        ACTIVE = "active", pgettext_lazy("standing", "active")
        POSTPONED = "postponed", pgettext_lazy("standing", "postponed")
        LOCKED = "locked", pgettext_lazy("standing", "locked: suspected plagiarism")
        WITHDRAWN = "withdrawn", pgettext_lazy("standing", "withdrawn")
        STOPPED = "stopped", pgettext_lazy("standing", "stopped: plagiarism")

    LEFT = (Standing.WITHDRAWN, Standing.STOPPED)
    DOUBTED = (Standing.LOCKED, Standing.STOPPED)
    """Who is not among a batch's people any more."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="projects")
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="projects",
        verbose_name=_("participant"),
    )
    asked_as = models.EmailField(
        blank=True,
        default="",
        db_default="",
        help_text="The address by which the participant was enrolled; shown until they say yes.",
    )
    agency = models.ForeignKey(
        "catalogue.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state_code = models.CharField(pgettext_lazy("project", "state"), max_length=CODE_LENGTH, db_index=True)
    entered_at = models.DateTimeField(_("in this state since"), default=timezone.now)
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing.choices, default=Standing.ACTIVE
    )
    days_left = models.SmallIntegerField(
        null=True, blank=True, help_text="Days to the due date when the clock was stopped; below 0: late."
    )
    leaving_since = models.DateTimeField(
        null=True, blank=True, help_text="When its participant asked to withdraw; empty once decided."
    )
    time_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its participant asked for more time; empty once answered."
    )
    time_wanted = models.DateField(null=True, blank=True, help_text="The day that was asked for.")
    title = models.CharField(_("title"), max_length=255, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    saved = models.PositiveIntegerField(
        default=0, help_text="Raised with every save, so that two devices don't overwrite each other."
    )
    last_step = models.CharField(
        max_length=CODE_LENGTH, blank=True, help_text="The step saved last: where writing goes on."
    )
    record_key = models.UUIDField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            # Holds all that a batch's board counts, so that it reads no row of a project.
            models.Index(fields=["batch", "standing", "state_code", "due_on"], name="project_board"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "owner"], condition=models.Q(batch__isnull=False), name="one_project_a_batch"
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.owner)

    @cached_property
    def state(self) -> State:
        """The state it is in. Raises ``LookupError`` when its version has no such state."""
        found = self.version.state(self.state_code)
        if found is None:
            raise LookupError(f"{self.version.code} has no state {self.state_code}")
        return found

    @property
    def resumed_step(self) -> Step | None:
        """The step that was saved last, on whatever device, while it may be written."""
        if not self.last_step or not self.is_active:
            return None
        steps = (step for step in self.version.all_steps if step.code == self.last_step)
        return next((step for step in steps if self.state_code in step.states), None)

    @property
    def is_active(self) -> bool:
        """Whether anybody may move it or write in it; see ``training.services.standing``."""
        return self.standing == self.Standing.ACTIVE

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


class Assignment(models.Model):
    """Who is mentor, coach or examiner of a project, from when and until when."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    asked_as = models.EmailField(
        blank=True,
        default="",
        db_default="",
        help_text="The address by which they were asked; shown until they say yes.",
    )
    role = models.CharField(max_length=16, choices=[(role.value, role.label) for role in _PEOPLE])
    since = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "role"],
                condition=models.Q(until__isnull=True) & ~models.Q(role=Holder.EXAMINER),
                name="one_mentor_and_one_coach",
            ),
            models.UniqueConstraint(
                fields=["project", "role", "user"],
                condition=models.Q(until__isnull=True),
                name="one_assignment_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    @property
    def shown(self) -> str:
        """Who it is, as ``shown_as`` says."""
        return shown_as(self.user, said_yes=self.accepted_at is not None, asked_as=self.asked_as)


def shown_as(user: Any, *, said_yes: bool, asked_as: str = "") -> str:
    """Somebody's name once they said yes; before that the address that was typed: it gives nothing away,
    neither a name nor another address of theirs. Of those who were asked before it was kept it is not known.
    """
    return str(user) if said_yes else asked_as or user.email


class Revision(models.Model):
    """The answers as they were handed in. Never changed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255, blank=True)
    answers = models.JSONField()
    state_code = models.CharField(max_length=CODE_LENGTH)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="revision_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} #{self.number}"


class OriginalityCheck(models.Model):
    """What the catalogue had that was like the idea, as it was shown last, at ``made_at``."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="originality_checks")
    made_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(help_text="What was compared with the catalogue.")
    available = models.BooleanField(default=True, help_text="Off when search could not answer.")
    found = models.JSONField(
        default=list, help_text="The nearest records, as catalogue.services.similar says."
    )

    class Meta:
        verbose_name = _("originality check")
        verbose_name_plural = _("originality checks")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.made_at:%Y-%m-%d}"


class Event(models.Model):
    """One move of a project: the audit row. ``submit_key`` makes a repeated request the same one."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=CODE_LENGTH)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Holder.choices)
    source = models.CharField(max_length=CODE_LENGTH, blank=True)
    target = models.CharField(max_length=CODE_LENGTH, blank=True)
    note = models.TextField(blank=True)
    field_notes = models.JSONField(default=dict, blank=True)
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    submit_key = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("project", "event")
        verbose_name_plural = pgettext_lazy("project", "events")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="event_number_unique"),
            models.UniqueConstraint(fields=["project", "submit_key"], name="event_submit_key_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} #{self.number} {self.code}"


class Invitation(models.Model):
    """Asks somebody to take part; whoever opens its link, a random key, reads the mailbox it was sent to."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=16, choices=Holder.choices)
    sent_to = models.EmailField(blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "user", "role"], name="invitation_unique")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.role}"
