"""Signed documents of a project: approvals, endorsement, minutes, the statement of originality."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.kinds import DocumentKind, Holder
from training.models.papers import SignedPaper
from training.models.projects import Event, Project


class Document(SignedPaper):
    """Says what one event of a project decided. ``decider`` is the name of whoever did, in ``role``."""

    FOLDER = "documents"
    Kind = DocumentKind

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="documents")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    decider = models.CharField(_("decided by"), max_length=320, blank=True)
    role = models.CharField(max_length=16, choices=Holder.choices)

    class Meta:
        verbose_name = _("signed document")
        verbose_name_plural = _("signed documents")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "kind"],
                condition=~models.Q(state=SignedPaper.State.REVOKED),
                name="one_valid_document_an_event",
            )
        ]
