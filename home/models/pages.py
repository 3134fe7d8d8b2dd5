"""Home page, standard pages, news, events: what every site has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from home.blocks import StoryField
from home.models.base import BasePage, IntroductionMixin, SocialImageMixin


class HomePage(IntroductionMixin, BasePage):
    """The first page of a language."""

    indexed_as = "none"
    template = "pages/home/home.html"
    max_count_per_parent = 2
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]

    example_problems = models.TextField(
        _("example problems"),
        blank=True,
        help_text=_("One a line; shown under the search box while they find something."),
    )

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        *IntroductionMixin.introduction_panels,
        FieldPanel("example_problems"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def example_problem_list(self) -> list[str]:
        return [line.strip() for line in self.example_problems.splitlines() if line.strip()]


class BodyPage(IntroductionMixin, SocialImageMixin, BasePage):
    """A page with an introduction, a picture and a body."""

    indexed_as = "page"

    body = StoryField(verbose_name=_("body"), blank=True)

    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        *IntroductionMixin.introduction_search,
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        *IntroductionMixin.introduction_panels,
        *SocialImageMixin.image_panels,
        FieldPanel("body"),
    ]

    class Meta:
        abstract = True


class StandardPage(BodyPage):
    """A page about anything; pages can be put below it."""

    template = "pages/home/standard.html"
    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["home.StandardPage", "home.ContactPage"]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class NewsIndexPage(IntroductionMixin, BasePage):
    """The list of news, newest first."""

    indexed_as = "none"
    template = "pages/home/news_index.html"
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["home.NewsPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *IntroductionMixin.introduction_panels]

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")


class NewsPage(BodyPage):
    """A dated piece of news."""

    template = "pages/home/news.html"
    parent_page_types: ClassVar[list[str]] = ["home.NewsIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    date = models.DateField(_("date"))

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("date"),
        *BodyPage.content_panels[len(BasePage.content_panels) :],
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")


class EventIndexPage(IntroductionMixin, BasePage):
    """The list of events, the next one first."""

    indexed_as = "none"
    template = "pages/home/event_index.html"
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["home.EventPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *IntroductionMixin.introduction_panels]

    class Meta:
        verbose_name = _("event index")
        verbose_name_plural = _("event indexes")


class EventPage(BodyPage):
    """Something that takes place."""

    template = "pages/home/event.html"
    parent_page_types: ClassVar[list[str]] = ["home.EventIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=255, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldPanel("place"),
        *BodyPage.content_panels[len(BasePage.content_panels) :],
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("An event cannot end before it starts.")})
