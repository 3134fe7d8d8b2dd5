"""Terms of every small vocabulary, as rows of one table (scheme, code, year)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from catalogue.models.vocabulary import VocabularyItem


class Scheme(models.TextChoices):
    """The vocabularies kept as terms. The first group are facets of the public search."""

    SECTOR = "sector", _("sector")
    MATTER = "matter", _("government matter")
    TYPE = "type", _("innovation type")
    STAGE = "stage", _("stage")
    STATUS = "status", _("status")
    VALUE = "value", _("BerAKHLAK value")
    SDG = "sdg", _("Sustainable Development Goal")
    AWARD = "award", _("award")
    AGENCY_LEVEL = "agency-level", _("level of government")
    ANEKA = "aneka", _("ANEKA value (before 2021)")
    ORIGINALITY = "originality", _("originality")
    LAB_STAGE = "lab-stage", _("laboratory stage (5D)")
    ACTOR_TYPE = "actor-type", _("type of actor")
    ACTOR_ROLE = "actor-role", _("role of an actor")
    EVIDENCE_TYPE = "evidence-type", _("type of evidence")
    RESOURCE_KIND = "resource-kind", _("kind of resource")
    COST_BAND = "cost-band", _("cost band")
    CHANNEL = "channel", _("service channel")
    THEME = "theme", _("theme")
    REFORM_PILLAR = "reform-pillar", _("pillar of bureaucratic reform")
    TRANSFORMATION = "transformation", _("transformation")
    NATIONAL_TARGET = "national-target", _("national target")
    KIPP_GROUP = "kipp-group", _("KIPP group")
    KIPP_CATEGORY = "kipp-category", _("KIPP category")
    KIPP_CRITERION = "kipp-criterion", _("KIPP criterion")
    IGA_FORM = "iga-form", _("IGA form")
    IGA_KIND = "iga-kind", _("IGA kind")
    IGA_STAGE = "iga-stage", _("IGA stage")
    IGA_INITIATOR = "iga-initiator", _("IGA initiator")
    IGA_THEME = "iga-theme", _("IGA theme")
    IGA_CRITERION = "iga-criterion", _("IGA criterion")
    IID_ASPECT = "iid-aspect", _("IID aspect")
    IID_EVIDENCE = "iid-evidence", _("IID evidence")
    IID_PREDICATE = "iid-predicate", _("IID predicate")
    LAN_TYPE = "lan-type", _("LAN innovation type")
    OECD_FACET = "oecd-facet", _("OECD facet")
    OPSI_SECTOR = "opsi-sector", _("OPSI sector")
    OPSI_STAGE = "opsi-stage", _("OPSI stage")
    OPSI_VALUE = "opsi-value", _("OPSI value")
    OPSI_LEVEL = "opsi-level", _("OPSI level")


class Term(TreeNode, VocabularyItem):
    """One term. ``year`` is 0 in a scheme that doesn't change by year; ``crosswalk`` names the same
    idea in other schemes (``scheme:code`` separated by semicolons)."""

    scheme = models.CharField(_("scheme"), max_length=32, choices=Scheme.choices)
    year = models.PositiveSmallIntegerField(_("year"), default=0)
    position = models.PositiveIntegerField(_("position"), default=0)
    crosswalk = models.CharField(_("crosswalk"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering: ClassVar = ["scheme", "position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "code", "year"], name="term_unique"),
        ]
