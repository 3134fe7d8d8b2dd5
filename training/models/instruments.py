"""How a programme version scores: components with weights, their criteria and levels, and predicates.

Parts of a version like its states and moves: copied with it, and frozen with it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey

from training.models.kinds import Holder
from training.models.labels import Labelled, in_language
from training.models.programmes import CODE_LENGTH, ProgrammeVersion, _Part

HIGHEST_LEVEL = 5
LEVELS = tuple(range(1, HIGHEST_LEVEL + 1))
_HUNDRED = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Occasion(models.TextChoices):
    """When and by whom a component is scored. The values are stable codes; each is one form."""

    DESIGN_SEMINAR = "seminar-1", _("examiners at the design seminar")
    RESULT_SEMINAR = "seminar-2", _("examiners at the result seminar")
    MENTOR = "mentor", _("the mentor's form")
    COACH = "coach", _("the coach's form")
    COORDINATOR = "coordinator", _("the coordinator's entry")

    @property
    def role(self) -> Holder:
        """Whose part it is to score then."""
        return Holder.EXAMINER if self in SEMINARS else Holder(self.value)


SEMINARS = (Occasion.DESIGN_SEMINAR, Occasion.RESULT_SEMINAR)
"""Where several people score the same, each on their own."""


class Component(Labelled, _Part):
    """A part of the total with its weight, and whose it is to score."""

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="components")
    weight = models.DecimalField(
        _("weight in %"),
        max_digits=5,
        decimal_places=2,
        validators=_HUNDRED,
        help_text=_("All components of a version sum to 100. 0: asked for, and not counted."),
    )
    given_by = models.CharField(_("scored by"), max_length=16, choices=Occasion.choices)
    open_in = models.CharField(
        _("scored in the states"),
        max_length=500,
        blank=True,
        help_text=_(
            "Codes of states, separated by spaces. Empty for the coordinator's entry: in all of them."
        ),
    )
    confirmed = models.BooleanField(
        _("confirmed"), default=False, help_text=_("Off while no public source confirms the weight.")
    )

    class Meta(_Part.Meta):
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="component_code_unique"),
        ]

    all_criteria: list[Criterion]

    @property
    def occasion(self) -> Occasion:
        return Occasion(self.given_by)

    @property
    def percent(self) -> str:
        """The weight as the active language writes it, without decimals where it has none."""
        return str(floatformat(self.weight, "-2"))

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.open_in.split())


class Criterion(Labelled, _Part):
    """What is looked at in a component; each of its five levels has words of its own."""

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="criteria")
    component = models.SlugField(_("component"), max_length=CODE_LENGTH)
    weight = models.DecimalField(
        _("weight in %"),
        max_digits=5,
        decimal_places=2,
        validators=_HUNDRED,
        help_text=_("All criteria of a component sum to 100."),
    )
    level_1_id = models.TextField(_("level 1, in Indonesian"))
    level_1_en = models.TextField(_("level 1, in English"), blank=True)
    level_2_id = models.TextField(_("level 2, in Indonesian"))
    level_2_en = models.TextField(_("level 2, in English"), blank=True)
    level_3_id = models.TextField(_("level 3, in Indonesian"))
    level_3_en = models.TextField(_("level 3, in English"), blank=True)
    level_4_id = models.TextField(_("level 4, in Indonesian"))
    level_4_en = models.TextField(_("level 4, in English"), blank=True)
    level_5_id = models.TextField(_("level 5, in Indonesian"))
    level_5_en = models.TextField(_("level 5, in English"), blank=True)

    class Meta(_Part.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="criterion_code_unique"),
        ]

    def describe(self, level: int) -> str:
        """The words of ``level``, 1 to 5, in the active language."""
        return in_language(self, f"level_{level}")


class Predicate(Labelled, _Part):
    """What a total is called from a mark on."""

    version = ParentalKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="predicates")
    from_mark = models.DecimalField(_("from the mark"), max_digits=5, decimal_places=2, validators=_HUNDRED)
    confirmed = models.BooleanField(
        _("confirmed"), default=False, help_text=_("Off while no public source confirms where it begins.")
    )

    class Meta(_Part.Meta):
        verbose_name = pgettext_lazy("result", "predicate")
        verbose_name_plural = _("predicates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="predicate_code_unique"),
            models.UniqueConstraint(fields=["version", "from_mark"], name="predicate_mark_unique"),
        ]
