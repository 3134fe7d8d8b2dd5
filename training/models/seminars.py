"""Seminars of a batch: when and where projects are presented, and who is there."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.batches import Batch
from training.models.programmes import Institution
from training.models.projects import Project


class Room(models.Model):
    """A room of a training institution. ``capacity`` is how many people it seats."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, verbose_name=_("training institution"), on_delete=models.CASCADE, related_name="rooms"
    )
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveSmallIntegerField(
        _("seats"),
        help_text=_("How many people fit: participants, mentors, coaches and examiners are counted."),
    )
    in_use = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("seminar", "room")
        verbose_name_plural = pgettext_lazy("seminar", "rooms")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name"], name="room_name_unique"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="room_seats_somebody"),
        ]

    def __str__(self) -> str:
        return self.name


class Seminar(models.Model):
    """A slot: some projects of a batch are presented one after the other, in a room or by a link.

    Times are instants; the site's time zone is the one they are written and shown in.
    """

    class Kind(models.TextChoices):
        """Due dates that count from ``seminar-1`` and ``seminar-2`` count from these."""

        DESIGN = "design", _("design seminar")
        RESULT = "result", _("result seminar")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="seminars")
    kind = models.CharField(_("which seminar"), max_length=16, choices=Kind.choices)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(
        Room,
        verbose_name=pgettext_lazy("seminar", "room"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seminars",
    )
    link = models.URLField(_("meeting link"), max_length=500, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was moved last, or called off.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seminar")
        verbose_name_plural = _("seminars")
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["room", "starts_at"], name="seminar_room"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="seminar_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(room__isnull=True, link__startswith="https://")
                | models.Q(room__isnull=False, link=""),
                name="seminar_has_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


def taken(at: str = "") -> models.Q:
    """Places that a project has: none that it missed. ``at`` is the way to them, as ``places__``."""
    return models.Q(**{f"{at}missed_at": None})


class SeminarPlaces(models.QuerySet["SeminarPlace"]):
    """Places in seminars, those that are history among them."""

    def taken(self) -> SeminarPlaces:
        """Those that a project has."""
        return self.filter(taken())


class SeminarPlace(models.Model):
    """A project's place in a slot; ``position`` says in which order they are presented.

    One that was missed, or came before the project might be presented, stays as history.
    """

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="places")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="seminar_places")
    kind = models.CharField(max_length=16, choices=Seminar.Kind.choices)
    position = models.PositiveSmallIntegerField()
    missed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was given up, its seminar having begun; empty where it counts.",
    )

    objects = SeminarPlaces.as_manager()

    class Meta:
        verbose_name = _("place in a seminar")
        verbose_name_plural = _("places in a seminar")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(missed_at__isnull=True),
                name="one_seminar_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seminar_id} #{self.position}"


class SeminarAttendee(models.Model):
    """Somebody who is expected in a slot, or was: their calendar follows ``sequence``.

    It follows from the projects in the slot and the people around them. ``change`` names the change that
    concerned the person last.
    """

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="attendees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    attends = models.BooleanField(default=True)
    may_record = models.BooleanField(_("may be recorded"), default=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    change = models.UUIDField()

    class Meta:
        verbose_name = _("attendee of a seminar")
        verbose_name_plural = _("attendees of a seminar")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seminar", "user"], name="attendee_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.seminar_id} {self.user_id}"
