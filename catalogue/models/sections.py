"""Where records and collections live in the page tree."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalogue.models.collection_form import CollectionForm
from catalogue.models.editing import RecordParent
from home.models import BasePage, IntroductionMixin


class InnovationIndexPage(RecordParent, IntroductionMixin, BasePage):
    """The one parent of all records of a language."""

    indexed_as = "none"
    template = "pages/catalogue/innovation_index.html"
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["catalogue.InnovationPage", "catalogue.InnovationSectionPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *IntroductionMixin.introduction_panels]

    class Meta:
        verbose_name = _("innovation index")
        verbose_name_plural = _("innovation indexes")


class InnovationSectionPage(RecordParent, IntroductionMixin, BasePage):
    """One level below the index, for records that share a privacy setting or an introduction."""

    indexed_as = "none"
    template = "pages/catalogue/innovation_index.html"
    parent_page_types: ClassVar[list[str]] = ["catalogue.InnovationIndexPage"]
    subpage_types: ClassVar[list[str]] = ["catalogue.InnovationPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *IntroductionMixin.introduction_panels]

    class Meta:
        verbose_name = _("innovation section")
        verbose_name_plural = _("innovation sections")


class CollectionIndexPage(IntroductionMixin, BasePage):
    """The list of collections of a language."""

    indexed_as = "none"
    template = "pages/catalogue/collection_index.html"
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["catalogue.CollectionPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *IntroductionMixin.introduction_panels]

    class Meta:
        verbose_name = _("collection index")
        verbose_name_plural = _("collection indexes")


class CollectionPage(IntroductionMixin, BasePage):
    """Records an editor gathered by a query: the query string of a search, its order, an introduction."""

    indexed_as = "page"
    template = "pages/catalogue/collection.html"
    base_form_class = CollectionForm
    parent_page_types: ClassVar[list[str]] = ["catalogue.CollectionIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    query = models.CharField(
        _("query"),
        max_length=2000,
        help_text=_(
            "What follows the question mark in the address of a search, such as sector=health&year=2020."
        ),
    )

    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        *IntroductionMixin.introduction_search,
    ]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        *IntroductionMixin.introduction_panels,
        FieldPanel("query"),
    ]

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
