"""What the keepers of a site set without a developer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    """Names, footer words and the pages the footer links to."""

    organisation_id = models.CharField(_("organisation, in Indonesian"), max_length=255, blank=True)
    organisation_en = models.CharField(_("organisation, in English"), max_length=255, blank=True)
    footer_id = models.TextField(_("footer, in Indonesian"), blank=True)
    footer_en = models.TextField(_("footer, in English"), blank=True)
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("privacy page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("contact page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("organisation_id"), FieldPanel("organisation_en")], heading=_("Organisation")
        ),
        MultiFieldPanel([FieldPanel("footer_id"), FieldPanel("footer_en")], heading=_("Footer")),
        MultiFieldPanel(
            [PageChooserPanel("privacy_page"), PageChooserPanel("contact_page")], heading=_("Pages")
        ),
    ]

    class Meta:
        verbose_name = _("site settings")
