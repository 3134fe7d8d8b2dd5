"""Tags: a vocabulary that agency editors may add to and curators keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase

from catalogue.models.vocabulary import LabelledItem


class Tag(LabelledItem, TagBase):
    """A topic. ``name`` is its Indonesian label, ``slug`` its code."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")

    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PROPOSED)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    free_tagging = True

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering: ClassVar = ["name"]

    @property
    def code(self) -> str:
        return self.slug

    @property
    def label_id(self) -> str:
        return self.name

    def label(self, language: str | None = None) -> str:
        """The label in ``language`` (default: the active one), the Indonesian one where it has none."""
        wanted = language or get_language() or "id"
        return self.label_en if wanted.startswith("en") and self.label_en else self.name


class TaggedInnovation(ItemBase):
    """A tag on an innovation."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_innovations")
    content_object = ParentalKey(
        "catalogue.InnovationPage", on_delete=models.CASCADE, related_name="tagged_items"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="tagged_innovation_unique"),
        ]
