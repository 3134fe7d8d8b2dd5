"""Listings of what records point to: agencies, vocabularies, tags, indicators and the other registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.options import ModelAdminGroup

from catalogue.admin.choosers import find_items
from catalogue.admin.innovations import InnovationAdmin
from catalogue.models import (
    Agency,
    AgencyMembership,
    Laboratory,
    OutcomeIndicator,
    Programme,
    Region,
    Scheme,
    SharedOutcome,
    Tag,
    Term,
)
from catalogue.vocabulary import snapshot
from home.admin.listing import Buttons, Filter, RegisterAdmin
from search.models import SynonymGroup


class StableCodeForm(WagtailAdminModelForm):
    """A code that was given once stays: addresses and other systems carry it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"code", "scheme", "year", "slug"} & self.fields.keys():
            if self.instance.pk:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Given once; merge the item to replace it.")


def _form(*panels: Any) -> ObjectList:
    labels = [FieldRowPanel([FieldPanel("label_id"), FieldPanel("label_en")]), FieldPanel("synonyms")]
    validity = FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")])
    return ObjectList(
        [
            MultiFieldPanel([FieldPanel("code"), *labels], heading=gettext_lazy("Code and labels")),
            *panels,
            MultiFieldPanel(
                [validity, FieldPanel("confirmed")], heading=gettext_lazy("Validity"), classname="collapsed"
            ),
        ],
        base_form_class=StableCodeForm,
    )


class MergeButtons(Buttons):
    """Adds the way to merging for those who may change the model."""

    def more_buttons(self, obj: Any) -> list[dict[str, Any]]:
        if obj.merged_into_id or not self.permission_helper.user_can_edit_obj(self.request.user, obj):
            return []
        url = reverse("catalogue_merge", args=[self.opts.model_name, obj.pk])
        return [self.button(_("Merge"), url, _("Merge “%s” into another") % obj)]


class TagButtons(MergeButtons):
    """Adds accepting to merging."""

    def more_buttons(self, obj: Any) -> list[dict[str, Any]]:
        buttons = super().more_buttons(obj)
        if buttons and obj.state == Tag.State.PROPOSED:
            accept = reverse("catalogue_accept_tag", args=[obj.pk])
            buttons.insert(0, self.button(_("Accept"), accept, _("Accept “%s”") % obj))
        return buttons


class VocabularyAdmin(RegisterAdmin):
    """An item with code, labels and synonyms; searched by any word of them."""

    list_display: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "code")
    ordering: ClassVar[tuple[str, ...]] = ("label_id",)
    search_fields: ClassVar[tuple[str, ...]] = ("label_id", "label_en", "code", "synonyms")

    @display(description=gettext_lazy("Merged into"))
    def merged(self, item: Any) -> str:
        return str(item.merged_into or "")


def _levels() -> Sequence[tuple[str, str]]:
    entries = snapshot().terms[Scheme.AGENCY_LEVEL].entries
    return [(code, entry.label(get_language() or "id")) for code, entry in entries.items()]


class TreeAdmin(VocabularyAdmin):
    """Items under their parents, indented."""

    is_tree = True
    button_helper_class = MergeButtons

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model.objects.with_tree_fields()

    def find(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return find_items(rows, text)

    @display(description=gettext_lazy("Name"), ordering="label_id")
    def indented(self, item: Any) -> str:
        return format_html(
            '<span class="katalog-depth katalog-depth--{}">{}</span>', min(item.tree_depth, 4), item.label()
        )


class AgencyAdmin(TreeAdmin):
    model = Agency
    menu_icon = "group"
    list_display: ClassVar[tuple[str, ...]] = ("indented", "level", "region", "code", "merged")
    list_select_related: ClassVar[tuple[str, ...]] = ("level", "region", "merged_into")
    filters = (
        Filter(
            "level",
            gettext_lazy("Level of government"),
            _levels,
            lambda rows, code: rows.filter(level__code=code),
        ),
    )
    edit_handler = _form(
        MultiFieldPanel(
            [FieldPanel("parent"), FieldPanel("level"), FieldPanel("region")], heading=gettext_lazy("Place")
        )
    )


class RegionAdmin(TreeAdmin):
    model = Region
    menu_icon = "site"
    list_display: ClassVar[tuple[str, ...]] = ("indented", "kind", "code", "merged")
    list_select_related: ClassVar[tuple[str, ...]] = ("merged_into",)
    filters = (
        Filter(
            "kind",
            gettext_lazy("Kind"),
            lambda: list(Region.Kind.choices),
            lambda rows, kind: rows.filter(kind=kind),
        ),
    )
    edit_handler = _form(FieldPanel("parent"), FieldPanel("kind"))


class TermAdmin(VocabularyAdmin):
    model = Term
    menu_label = gettext_lazy("Vocabularies")
    menu_icon = "list-ul"
    button_helper_class = MergeButtons
    list_display: ClassVar[tuple[str, ...]] = (
        "label_id",
        "label_en",
        "code",
        "scheme",
        "year_shown",
        "above",
        "merged",
    )
    list_select_related: ClassVar[tuple[str, ...]] = ("parent", "merged_into")
    ordering: ClassVar[tuple[str, ...]] = ("scheme", "position", "code")
    filters = (
        Filter(
            "scheme",
            gettext_lazy("Vocabulary"),
            lambda: list(Scheme.choices),
            lambda rows, scheme: rows.filter(scheme=scheme),
        ),
    )
    edit_handler = _form(
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("scheme"), FieldPanel("year")]),
                FieldRowPanel([FieldPanel("parent"), FieldPanel("position")]),
                FieldPanel("crosswalk"),
                FieldPanel("note"),
            ],
            heading=gettext_lazy("Vocabulary"),
        )
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Term.objects.without_tree_fields()

    @display(description=gettext_lazy("Year"))
    def year_shown(self, term: Term) -> str:
        return str(term.year or "")

    @display(description=gettext_lazy("Belongs to"))
    def above(self, term: Term) -> str:
        return str(term.parent or "")


class TagAdmin(RegisterAdmin):
    model = Tag
    menu_icon = "tag"
    button_helper_class = TagButtons
    list_display: ClassVar[tuple[str, ...]] = ("name", "label_en", "slug", "state", "uses", "merged")
    list_select_related: ClassVar[tuple[str, ...]] = ("merged_into",)
    ordering: ClassVar[tuple[str, ...]] = ("name",)
    search_fields: ClassVar[tuple[str, ...]] = ("name", "label_en", "slug", "synonyms")
    filters = (
        Filter(
            "state",
            gettext_lazy("State"),
            lambda: list(Tag.State.choices),
            lambda rows, state: rows.filter(state=state),
        ),
    )
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("label_en")]),
            FieldPanel("slug"),
            FieldPanel("synonyms"),
            FieldPanel("state"),
            FieldPanel("confirmed"),
        ],
        base_form_class=StableCodeForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Tag.objects.annotate(use_count=Count("tagged_innovations"))

    @display(description=gettext_lazy("Records"), ordering="use_count")
    def uses(self, tag: Any) -> int:
        return int(tag.use_count)

    @display(description=gettext_lazy("Merged into"))
    def merged(self, tag: Tag) -> str:
        return str(tag.merged_into or "")


class IndicatorAdmin(VocabularyAdmin):
    model = OutcomeIndicator
    menu_icon = "order-up"
    list_display: ClassVar[tuple[str, ...]] = (
        "label_id",
        "label_en",
        "unit",
        "direction",
        "aggregation",
        "code",
    )
    edit_handler = _form(
        FieldRowPanel([FieldPanel("unit"), FieldPanel("direction"), FieldPanel("aggregation")]),
        FieldPanel("goal"),
    )


class SharedOutcomeAdmin(VocabularyAdmin):
    model = SharedOutcome
    menu_icon = "crosshairs"
    list_display: ClassVar[tuple[str, ...]] = ("label_id", "indicator", "target", "target_year", "owner")
    list_select_related: ClassVar[tuple[str, ...]] = ("indicator", "owner")
    edit_handler = _form(
        FieldPanel("indicator"),
        FieldRowPanel([FieldPanel("target"), FieldPanel("target_year")]),
        FieldPanel("owner"),
    )


class ProgrammeAdmin(VocabularyAdmin):
    model = Programme
    menu_icon = "form"
    ordering: ClassVar[tuple[str, ...]] = ("position", "code")
    edit_handler = _form(FieldPanel("position"))


class LaboratoryAdmin(VocabularyAdmin):
    model = Laboratory
    menu_icon = "thumbtack"
    list_display: ClassVar[tuple[str, ...]] = ("label_id", "agency", "region", "code")
    list_select_related: ClassVar[tuple[str, ...]] = ("agency", "region")
    edit_handler = _form(FieldPanel("agency"), FieldPanel("region"), FieldPanel("source"))


class SynonymAdmin(RegisterAdmin):
    model = SynonymGroup
    menu_icon = "resubmit"
    list_display: ClassVar[tuple[str, ...]] = ("__str__", "note", "updated_at")
    ordering: ClassVar[tuple[str, ...]] = ("words",)
    search_fields: ClassVar[tuple[str, ...]] = ("words", "note")
    panels: ClassVar = [FieldPanel("words"), FieldPanel("note")]


class MembershipAdmin(RegisterAdmin):
    model = AgencyMembership
    menu_icon = "user"
    list_display: ClassVar[tuple[str, ...]] = ("user", "agency")
    list_select_related: ClassVar[tuple[str, ...]] = ("user", "agency")
    ordering: ClassVar[tuple[str, ...]] = ("user__email",)
    search_fields: ClassVar[tuple[str, ...]] = (
        "user__email",
        "user__first_name",
        "user__last_name",
        "agency__label_id",
    )
    panels: ClassVar = [FieldPanel("user"), FieldPanel("agency")]


class CatalogueGroup(ModelAdminGroup):
    menu_label = gettext_lazy("Catalogue")
    menu_item_name = "catalogue"
    menu_icon = "folder-open-inverse"
    menu_order = 90
    items = (
        InnovationAdmin,
        AgencyAdmin,
        TermAdmin,
        TagAdmin,
        IndicatorAdmin,
        SharedOutcomeAdmin,
        ProgrammeAdmin,
        LaboratoryAdmin,
        RegionAdmin,
        SynonymAdmin,
        MembershipAdmin,
    )
