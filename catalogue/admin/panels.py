"""The editor of a record: tabs, and in them what a draft can wait for folded away.

The help of each folded group says what filling it earns: a facet of the search, points of
completeness, a part of a form that need not be written twice.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

from catalogue.admin.forms import OVERVIEW_WORDS, SUMMARY_WORDS, InnovationForm
from catalogue.admin.languages import languages_of, source_facts
from catalogue.admin.nearest import NearestPanel
from catalogue.admin.scores import score_of
from catalogue.services.links import Link, sources_of
from home.models import SocialImageMixin


class FactsTab(ObjectList):
    """A tab that only the source-language page shows: a translation holds no facts."""

    class BoundPanel(ObjectList.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance is None or self.instance.is_source


class Facts(MultiFieldPanel):
    """A group of facts inside a tab that has text as well."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance is None or self.instance.is_source


class Rows(InlinePanel):
    """Rows beside the record; a translation has none."""

    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            form = kwargs.get("form")
            self.absent = form is not None and kwargs["panel"].relation_name not in form.formsets
            if self.absent:
                kwargs["form"] = None
            super().__init__(**kwargs)

        def is_shown(self) -> bool:
            return not self.absent


class SourceFactsPanel(Panel):
    """On a translation: the facts it takes from its source page, to read, with a link to that page."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/panels/source_facts.html"

        def is_shown(self) -> bool:
            return self.instance is not None and not self.instance.is_source

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "facts": source_facts(self.instance), "source": self.instance.record}


class TranslationsPanel(Panel):
    """The record's page in each language: its state, and a link to write or make it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/panels/translations.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "languages": languages_of(self.instance, self.request.user)}


class SourcesPanel(Panel):
    """The records that whoever handed this one in says it takes from; nothing where nobody said so."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/panels/sources.html"

        def is_shown(self) -> bool:
            return bool(self.instance is not None and self.instance.pk and self.sources)

        @cached_property
        def sources(self) -> list[Link]:
            return sources_of(self.instance.translation_key)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "sources": self.sources}


class CompletenessPanel(Panel):
    """The score of the record as it was last saved, and what is missing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "catalogue/admin/panels/completeness.html"

        def is_shown(self) -> bool:
            return self.instance is not None and self.instance.is_source

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            return {**context, "score": score_of(self.instance)}


def _limited(name: str, limit: int, help_text: Any) -> FieldPanel:
    return FieldPanel(name, help_text=help_text, attrs={"data-word-limit": str(limit)})


def folded(children: list[Any], heading: Any, help_text: Any, panel: type = MultiFieldPanel) -> Any:
    return panel(children, heading=heading, help_text=help_text, classname="collapsed")


def _summary() -> ObjectList:
    return ObjectList(
        [
            SourceFactsPanel(heading=_("Facts of the source page")),
            TitleFieldPanel("title", help_text=_("At most 120 characters. A draft needs nothing else.")),
            _limited("summary", SUMMARY_WORDS, _("At most 60 words; shown on the card. Needed to publish.")),
            Facts(
                [
                    FieldPanel("agency"),
                    FieldRowPanel([FieldPanel("sector"), FieldPanel("stage")]),
                    FieldPanel("source"),
                ],
                heading=_("Needed to publish"),
            ),
            CompletenessPanel(heading=_("Completeness")),
            NearestPanel(heading=_("Nearest records in the catalogue")),
            folded(
                [FieldPanel("acronym"), _limited("overview", OVERVIEW_WORDS, _("At most 200 words."))],
                _("Acronym and overview"),
                _("Found by the search; the overview opens the record's page."),
            ),
            folded(
                list(SocialImageMixin.image_panels[0].children),
                _("Image"),
                _("Shown on the card and in links shared elsewhere. An image needs its alternative text."),
            ),
            folded(
                [FieldPanel("slug"), FieldPanel("search_description")],
                _("Address"),
                _("Made from the title; change it only with a reason, others may have linked to it."),
            ),
            PublishingPanel(),
            CommentPanel(),
        ],
        heading=_("Summary"),
    )


def _story() -> ObjectList:
    return ObjectList(
        [
            FieldPanel("problem", help_text=_("What was wrong, for whom. Needed to publish.")),
            FieldPanel("solution", help_text=_("How it works now. Needed to publish.")),
            folded(
                [FieldPanel("affected_group"), FieldPanel("goal"), FieldPanel("legal_basis")],
                _("Background"),
                _("Fills the background part of KIPP and the design part of IGA."),
            ),
            folded(
                [FieldPanel("novelty"), FieldPanel("benefits"), FieldPanel("challenges")],
                _("Novelty, benefits, challenges"),
                _("Novelty and benefits are worth 4 points of completeness each and fill KIPP and OPSI."),
            ),
            folded(
                [FieldPanel("lessons"), FieldPanel("drivers")],
                _("Lessons"),
                _("Lessons are worth 6 points of completeness: they are what others come for."),
            ),
            folded(
                [
                    FieldPanel("institutional_sustainability"),
                    FieldPanel("managerial_sustainability"),
                    FieldPanel("social_sustainability"),
                    FieldPanel("collaborators"),
                ],
                _("Sustainability and collaborators"),
                _("Fills the sustainability part of KIPP and the partners of OPSI."),
            ),
            folded([FieldPanel("story")], _("Free story"), _("Headings, pictures and quotations.")),
        ],
        heading=_("Story"),
    )


def _outcomes() -> FactsTab:
    return FactsTab(
        [
            Rows(
                "outcomes",
                heading=_("Outcomes"),
                label=_("Outcome"),
                help_text=_(
                    "Worth 14 points of completeness. With before and after the record is found under "
                    "“measured”."
                ),
                panels=[
                    FieldPanel("indicator"),
                    FieldRowPanel([FieldPanel("name_id"), FieldPanel("name_en")]),
                    FieldRowPanel([FieldPanel("unit"), FieldPanel("direction"), FieldPanel("year")]),
                    FieldRowPanel([FieldPanel("baseline"), FieldPanel("target"), FieldPanel("actual")]),
                    FieldPanel("method"),
                    FieldPanel("evidence"),
                    FieldPanel("shared_outcome"),
                ],
            ),
        ],
        heading=_("Outcomes"),
    )


def innovation_edit_handler() -> TabbedInterface:
    """The tabs, unbound; each language's page shows those it has."""
    from catalogue.admin import panels_facts as facts

    return TabbedInterface(
        [
            _summary(),
            _story(),
            _outcomes(),
            facts.classification(),
            facts.evidence(),
            facts.replication(),
            ObjectList([TranslationsPanel()], heading=_("Translation")),
        ],
        base_form_class=InnovationForm,
    )
