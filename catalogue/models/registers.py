"""Registers a record points to: outcome indicators, shared outcomes, programmes, laboratories."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.places import Agency, Region
from catalogue.models.terms import Scheme, Term
from catalogue.models.vocabulary import VocabularyItem


class OutcomeIndicator(VocabularyItem):
    """Something measured the same way in many innovations, so that results can be added up."""

    class Direction(models.TextChoices):
        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")

    class Aggregation(models.TextChoices):
        SUM = "sum", _("sum")
        MEAN = "mean", _("mean")
        NEVER = "never", _("never added up")

    unit = models.CharField(_("unit"), max_length=60)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    aggregation = models.CharField(_("how it adds up"), max_length=8, choices=Aggregation.choices)
    goal = models.ForeignKey(
        Term,
        verbose_name=_("goal or national target"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme__in": [Scheme.SDG, Scheme.NATIONAL_TARGET]},
    )

    class Meta:
        verbose_name = _("outcome indicator")
        verbose_name_plural = _("outcome indicators")
        ordering: ClassVar = ["label_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="indicator_code_unique")]


class SharedOutcome(VocabularyItem):
    """One indicator and target to which innovations of several agencies contribute."""

    indicator = models.ForeignKey(
        OutcomeIndicator,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        related_name="shared_outcomes",
    )
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(_("target year"), null=True, blank=True)
    owner = models.ForeignKey(
        Agency, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("shared outcome")
        verbose_name_plural = _("shared outcomes")
        ordering: ClassVar = ["label_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="shared_outcome_code_unique")]


class Programme(VocabularyItem):
    """A training or competition from which innovations come."""

    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="programme_code_unique")]


class Laboratory(VocabularyItem):
    """An innovation laboratory."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("innovation laboratory")
        verbose_name_plural = _("innovation laboratories")
        ordering: ClassVar = ["label_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="laboratory_code_unique")]
