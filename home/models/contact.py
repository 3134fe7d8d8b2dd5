"""A form visitors write to the site's keepers with; answers go to a relay, never to a shown address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.forms.models import AbstractEmailForm, AbstractFormField
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.fields import RichTextField

from home.models.base import IntroductionMixin, SearchKind


class ContactField(AbstractFormField):
    """One question of a form."""

    page = ParentalKey("home.ContactPage", on_delete=models.CASCADE, related_name="form_fields")


class ContactPage(IntroductionMixin, SearchKind, AbstractEmailForm):
    """A form an editor builds; answers are kept and mailed to the addresses the editor sets."""

    indexed_as = "page"
    template = "pages/home/contact.html"
    landing_page_template = "pages/home/contact_sent.html"
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = []

    thanks = RichTextField(_("words after sending"), blank=True, features=["bold", "italic", "link"])

    search_fields: ClassVar[list[Any]] = [
        *AbstractEmailForm.search_fields,
        *SearchKind.search_kind,
        *IntroductionMixin.introduction_search,
    ]
    content_panels: ClassVar[list[Any]] = [
        *AbstractEmailForm.content_panels,
        FormSubmissionsPanel(),
        *IntroductionMixin.introduction_panels,
        InlinePanel("form_fields", label=_("question")),
        FieldPanel("thanks"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("from_address"), FieldPanel("to_address")]),
                FieldPanel("subject"),
            ],
            heading=_("Mail"),
        ),
    ]

    class Meta:
        verbose_name = _("contact form")
        verbose_name_plural = _("contact forms")
