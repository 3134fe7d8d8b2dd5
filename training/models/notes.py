"""What a participant answered to the notes of those who accompany or judge the project."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.programmes import CODE_LENGTH
from training.models.projects import Event


class NoteReply(models.Model):
    """One note, ticked: what was done about it. ``question`` is empty for the note in general."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="replies")
    question = models.CharField(max_length=CODE_LENGTH, blank=True)
    text = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reply to a note")
        verbose_name_plural = _("replies to notes")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "question"], name="one_reply_a_note"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.question}"
