"""The page every page of the site is, and what pages share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from home.contributions import context_for
from home.lineage import Lineage


def kind_word(indexed_as: str) -> str:
    """A word nobody types, in Wagtail's own index on every page of a kind.

    Asked for together with a visitor's words it leads to the few pages beside thousands of records.
    """
    return f"xx{indexed_as}xx"


class SearchKind:
    """``indexed_as`` says how a page type is found: ``record`` (faceted search), ``page`` (the pages
    beside the records) or ``none``. Every concrete type must set it; a system check asks."""

    indexed_as: ClassVar[str] = ""

    search_kind: ClassVar[list[Any]] = [index.SearchField("kind_word")]

    @property
    def kind_word(self) -> str:
        return kind_word(self.indexed_as)


class BasePage(SearchKind, Page):
    """Abstract parent of all pages: a search description shown to engines, nothing hidden."""

    search_fields: ClassVar[list[Any]] = [*Page.search_fields, *SearchKind.search_kind]

    lineage: Lineage | None = None
    """The pages around this one while it is being served."""

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """As any page; the one that is shown gets its lineage before its restrictions are asked for."""
        if not path_components:
            self.lineage = Lineage(self)
        return super().route(request, path_components)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """As any page, without asking again for the pages above one that is being served."""
        known = self.lineage.restrictions(self) if self.lineage else None
        return super().get_view_restrictions() if known is None else known

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Wagtail's context with what applications contribute for this page type."""
        return {**super().get_context(request, *args, **kwargs), **context_for(self, request)}


class IntroductionMixin(models.Model):
    """A short text under the title."""

    introduction = models.TextField(_("introduction"), blank=True, max_length=600)

    introduction_panels: ClassVar[list[Any]] = [FieldPanel("introduction")]
    introduction_search: ClassVar[list[Any]] = [index.SearchField("introduction")]

    class Meta:
        abstract = True


class SocialImageMixin(models.Model):
    """The picture that represents a page in lists and in links shared elsewhere."""

    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(_("alternative text"), max_length=255, blank=True)

    image_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading=_("Image")),
    ]

    class Meta:
        abstract = True
