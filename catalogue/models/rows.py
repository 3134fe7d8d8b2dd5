"""The rows beside a record: each belongs to its source-language page and is kept in its revisions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from catalogue.models.places import Agency
from catalogue.models.registers import OutcomeIndicator, SharedOutcome
from catalogue.models.terms import Scheme, Term

PAGE = "catalogue.InnovationPage"


def _decimal(name: Any) -> models.DecimalField:
    return models.DecimalField(name, max_digits=18, decimal_places=4, null=True, blank=True)


def _term(scheme: Scheme, name: Any, *, required: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        Term,
        verbose_name=name,
        null=not required,
        blank=not required,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": scheme},
    )


class Outcome(Orderable):
    """A measured result. It counts as measured when baseline and actual are both there."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="outcomes")
    indicator = models.ForeignKey(
        OutcomeIndicator,
        verbose_name=_("common indicator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outcomes",
    )
    name_id = models.CharField(_("indicator in Indonesian"), max_length=255)
    name_en = models.CharField(_("indicator in English"), max_length=255, blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    direction = models.CharField(
        _("direction"), max_length=8, choices=OutcomeIndicator.Direction.choices, blank=True
    )
    baseline = _decimal(_("before"))
    target = _decimal(_("target"))
    actual = _decimal(_("after"))
    year = models.PositiveSmallIntegerField(_("year measured"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=500, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    shared_outcome = models.ForeignKey(
        SharedOutcome,
        verbose_name=_("shared outcome"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outcomes",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.name_id

    @property
    def wanted_direction(self) -> str:
        """Which way is better, as the outcome or else its indicator says; empty where neither does."""
        return self.direction or (self.indicator.direction if self.indicator else "")


class Milestone(Orderable):
    """A step of the implementation."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=255)
    date = models.DateField(_("date"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return self.title


class Resource(Orderable):
    """What an innovation took in a year: money, people, tools, licences."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="resources")
    kind = _term(Scheme.RESOURCE_KIND, _("kind"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    amount = _decimal(_("amount"))
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def __str__(self) -> str:
        return f"{self.kind} {self.year or ''}".strip()


class Actor(Orderable):
    """An organisation (never a private person) that takes part."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="actors")
    name = models.CharField(_("organisation"), max_length=255)
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_type = _term(Scheme.ACTOR_TYPE, _("type of actor"))
    role = _term(Scheme.ACTOR_ROLE, _("role"))

    class Meta(Orderable.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")

    def __str__(self) -> str:
        return self.name


class AwardReceived(Orderable):
    """An award: its scheme, year and rank."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="awards")
    award = _term(Scheme.AWARD, _("award"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    rank = models.CharField(_("rank"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("award received")
        verbose_name_plural = _("awards received")

    def __str__(self) -> str:
        return f"{self.award} {self.year or ''}".strip()


class Evidence(Orderable):
    """A document or link that shows what a record says; private until an editor publishes it."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("private")
        PUBLIC = "public", _("public")

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="evidence")
    evidence_type = _term(Scheme.EVIDENCE_TYPE, _("type of evidence"))
    title = models.CharField(_("title"), max_length=255)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    visibility = models.CharField(
        _("visibility"), max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.title


class StatusEntry(Orderable):
    """One confirmation of whether the innovation is alive; the newest one is the record's status."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="status_history")
    status = _term(Scheme.STATUS, _("status"))
    date = models.DateField(_("confirmed on"))
    source = models.CharField(_("source"), max_length=500)

    class Meta(Orderable.Meta):
        verbose_name = _("status entry")
        verbose_name_plural = _("status history")

    def __str__(self) -> str:
        return f"{self.status} {self.date}"


class Replication(Orderable):
    """This record copies ``origin``. A chain of copies may not lead back to itself."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="replicates")
    origin = models.ForeignKey(
        PAGE, verbose_name=_("origin"), on_delete=models.PROTECT, related_name="replications"
    )
    date = models.DateField(_("date"), null=True, blank=True)
    changes = models.TextField(_("what was changed"), blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("replication")
        verbose_name_plural = _("replications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "origin"], name="replication_unique"),
        ]

    def __str__(self) -> str:
        return str(self.origin_id)
