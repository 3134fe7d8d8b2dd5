"""The certificate of a project."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.papers import SignedPaper, new_code, place_of, private_storage
from training.models.projects import Project

_place = place_of
# By these names the first migration knows them.
__all__ = ["Certificate", "_place", "new_code", "private_storage"]


class Certificate(SignedPaper):
    """One that was revoked stays; a project has at most one besides."""

    FOLDER = "certificates"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="certificates")
    predicate = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project"],
                condition=~models.Q(state=SignedPaper.State.REVOKED),
                name="one_valid_certificate",
            )
        ]
