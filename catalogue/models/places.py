"""Regions and agencies: both trees, both with stable codes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from catalogue.models.terms import Scheme, Term
from catalogue.models.vocabulary import VocabularyItem


class Region(TreeNode, VocabularyItem):
    """A country, a province or a regency or city, by its Kemendagri code (a country by ISO 3166-1)."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        REGENCY = "regency", _("regency")
        CITY = "city", _("city")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="region_code_unique")]


class Agency(TreeNode, VocabularyItem):
    """A ministry, institution or government, and below it its units."""

    level = models.ForeignKey(
        Term,
        verbose_name=_("level of government"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": Scheme.AGENCY_LEVEL},
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agencies",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar = ["label_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["code"], name="agency_code_unique")]


class AgencyMembership(models.Model):
    """Who edits for which agency; rights reach the agency's units too."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="agency_memberships",
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        verbose_name = _("agency membership")
        verbose_name_plural = _("agency memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "agency"], name="membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.agency}"
