"""Names in both languages, for what editors of programmes write themselves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(item: object, name: str) -> str:
    """The text ``name`` of ``item`` in the active language, the Indonesian one where it has no English."""
    english = (get_language() or "id").startswith("en") and getattr(item, f"{name}_en")
    return english or getattr(item, f"{name}_id")


class Labelled(models.Model):
    """A label in Indonesian and, where somebody wrote it, in English."""

    label_id = models.CharField(_("Indonesian label"), max_length=255)
    label_en = models.CharField(_("English label"), max_length=255, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_language(self, "label")
