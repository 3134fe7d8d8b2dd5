"""Choosers with a search that stays fast: agencies, regions, programmes, laboratories, innovations.

Vocabularies are searched in memory, by any word of label, code or synonym. Innovations are searched in
the database by title, number in the source and agency. Everyone is offered only what they may point to.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from catalogue.models import Agency, InnovationPage, Laboratory, Programme, Region
from catalogue.permissions import choosable_agencies, choosable_innovations
from catalogue.vocabulary import CodeList, snapshot

TEXT_LIMIT = 200


class SearchForm(BaseFilterForm):
    """One box. ``find`` narrows the objects of a model by its text."""

    q = forms.CharField(
        label=_("Search term"),
        widget=forms.TextInput(attrs={"placeholder": _("Name, code or abbreviation")}),
        max_length=TEXT_LIMIT,
        required=False,
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        text = self.cleaned_data.get("q", "").strip()
        if not text:
            return objects
        self.is_searching, self.search_query = True, text
        return (
            find_innovations(objects, text) if objects.model is InnovationPage else find_items(objects, text)
        )


def find_items(objects: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Vocabulary items with a word of label, code or synonym starting with each word of ``text``."""
    codes = _codes(objects.model)
    found = set(codes.matching(text, "id"))
    keys = [pk for pk, code in codes.codes.items() if code in found or code.startswith(text)]
    return objects.filter(pk__in=keys)


def find_innovations(pages: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Records whose title holds ``text``, whose number starts with it or whose agency is called so."""
    agencies = snapshot().agencies
    found = set(agencies.matching(text, "id")) if len(text) > 1 else set()
    keys = [pk for pk, code in agencies.codes.items() if code in found or code == text]
    return pages.filter(
        Q(title__icontains=text)
        | Q(draft_title__icontains=text)
        | Q(source_id__istartswith=text)
        | Q(agency__in=keys)
    )


def _codes(model: type[Model]) -> CodeList:
    labels = snapshot()
    lists: dict[type[Model], CodeList] = {
        Agency: labels.agencies,
        Region: labels.regions,
        Programme: labels.programmes,
        Laboratory: labels.laboratories,
    }
    return lists[model]


# Sorting narrow rows keeps the window fast however many records there are.
_SHOWN: tuple[str, ...] = (
    "title",
    "draft_title",
    "year_started",
    "path",
    "depth",
    "agency__label_id",
    "agency__label_en",
)
_SHOWN += ("stage__label_id", "stage__label_en", "content_type", "live", "is_source", "translation_key")


def choosable(model: type[Model], user: Any) -> QuerySet[Any]:
    """What ``user`` may point to, of a model that has a chooser."""
    if model is InnovationPage:
        pages = choosable_innovations(user).select_related("agency", "stage")
        return pages.only(*_SHOWN).order_by("title", "pk")
    if model is Agency:
        return choosable_agencies(user).select_related("level", "parent").order_by("label_id", "pk")
    if model is Region:
        return Region.objects.without_tree_fields().filter(merged_into=None).order_by("code")
    return model._default_manager.all()


class Limited:
    """Offers, and hands over, only what the person may point to."""

    def get_object_list(self) -> QuerySet[Any]:
        return choosable(self.model_class, self.request.user)  # type: ignore[attr-defined]

    def can_create(self) -> bool:
        return False

    @property
    def columns(self) -> list[Column]:
        extra = _COLUMNS[self.model_class]  # type: ignore[attr-defined]
        return [self.title_column, *extra]  # type: ignore[attr-defined]


class ChooseView(Limited, views.ChooseView):
    filter_form_class = SearchForm


class ChooseResultsView(Limited, views.ChooseResultsView):
    filter_form_class = SearchForm


class ChosenView(views.ChosenView):
    def get_object(self, pk: str) -> Any:
        found = choosable(self.model_class, self.request.user).filter(pk=pk).first() if pk.isdigit() else None
        if found is None:
            raise Http404
        return found


class ChosenMultipleView(views.ChosenMultipleView):
    def get_objects(self, pks: list[str]) -> Any:
        keys = [pk for pk in pks if pk.isdigit()]
        return choosable(self.model_class, self.request.user).filter(pk__in=keys)


_COLUMNS: dict[type[Model], list[Column]] = {
    Agency: [
        Column("parent", label=_("Belongs to"), accessor=lambda item: item.parent or ""),
        Column("level", label=_("Level of government"), accessor="level"),
    ],
    Region: [
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("code", label=_("Code"), accessor="code"),
    ],
    Programme: [Column("code", label=_("Code"), accessor="code")],
    Laboratory: [Column("code", label=_("Code"), accessor="code")],
    InnovationPage: [
        Column("agency", label=_("Agency"), accessor=lambda page: page.agency or ""),
        Column("year", label=_("Year"), accessor=lambda page: str(page.year_started or "")),
        Column("stage", label=_("Stage"), accessor=lambda page: page.stage or ""),
    ],
}


class CatalogueChooserViewSet(ChooserViewSet):
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    per_page = 10
    get_object_list: ClassVar[Any]

    @property
    def choose_view(self) -> Any:
        return self.construct_view(
            self.choose_view_class,
            icon=self.icon,
            page_title=self.page_title,
            search_tab_label=self.search_tab_label,
            creation_tab_label=self.creation_tab_label,
        )

    @property
    def choose_results_view(self) -> Any:
        return self.construct_view(self.choose_results_view_class)


CHOOSERS = [
    CatalogueChooserViewSet(
        "agency_chooser",
        model=Agency,
        icon="group",
        choose_one_text=_("Choose an agency"),
        choose_another_text=_("Choose another agency"),
        edit_item_text=_("Edit this agency"),
    ),
    CatalogueChooserViewSet(
        "region_chooser",
        model=Region,
        icon="site",
        choose_one_text=_("Choose a region"),
        choose_another_text=_("Choose another region"),
        edit_item_text=_("Edit this region"),
    ),
    CatalogueChooserViewSet(
        "programme_chooser",
        model=Programme,
        icon="form",
        choose_one_text=_("Choose a programme"),
        choose_another_text=_("Choose another programme"),
        edit_item_text=_("Edit this programme"),
    ),
    CatalogueChooserViewSet(
        "laboratory_chooser",
        model=Laboratory,
        icon="thumbtack",
        choose_one_text=_("Choose a laboratory"),
        choose_another_text=_("Choose another laboratory"),
        edit_item_text=_("Edit this laboratory"),
    ),
    CatalogueChooserViewSet(
        "innovation_chooser",
        model=InnovationPage,
        icon="doc-full-inverse",
        choose_one_text=_("Choose an innovation"),
        choose_another_text=_("Choose another innovation"),
        edit_item_text=_("Edit this innovation"),
    ),
]
