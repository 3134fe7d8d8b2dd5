"""What the catalogue adds to the admin, and what it takes out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.search import SearchArea
from wagtail.log_actions import LogActionRegistry
from wagtail_modeladmin.options import modeladmin_register

from catalogue.admin import refused
from catalogue.admin.choosers import CHOOSERS
from catalogue.admin.fields import register_fields
from catalogue.admin.files import limit_files, limit_pages
from catalogue.admin.home import SummaryPanel
from catalogue.admin.registers import CatalogueGroup
from catalogue.admin.tag_widget import tag_suggestions
from catalogue.admin.views import LISTING, InnovationViewSet, refuse_bulk_publishing
from catalogue.admin.vocabulary_views import accept, merge_item
from catalogue.downloads import guard_document
from catalogue.permissions import rights_of
from catalogue.services.refused import AGAIN

register_fields()
modeladmin_register(CatalogueGroup)

hooks.register("construct_image_chooser_queryset", limit_files)
hooks.register("construct_document_chooser_queryset", limit_files)
hooks.register("construct_page_chooser_queryset", limit_pages)
hooks.register("before_bulk_action", refuse_bulk_publishing)


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [*CHOOSERS, InnovationViewSet()]


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("catalogue/tag-suggestions/", tag_suggestions, name="catalogue_tag_suggestions"),
        path("catalogue/merge/<slug:model_name>/<int:pk>/", merge_item, name="catalogue_merge"),
        path("catalogue/accept-tag/<int:pk>/", accept, name="catalogue_accept_tag"),
        path("catalogue/refused/", refused.listing, name=refused.LISTING),
        path("catalogue/refused/retry/", refused.retry, name="catalogue_refused_retry"),
    ]


hooks.register("register_reports_menu_item", refused.menu_item)


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(AGAIN)(refused.TriedAgain)


@hooks.register("before_serve_document", order=-1)  # before a collection's privacy asks for a sign-in
def hidden_documents(document: Any, request: HttpRequest) -> None:
    guard_document(document, request)


class InnovationSearch(SearchArea):
    """The search box of the side bar looks for innovations: every role has those."""

    def is_shown(self, request: HttpRequest) -> bool:
        rights = rights_of(request.user)
        return rights.sees_all or rights.writes


@hooks.register("register_admin_search_area")
def search_area() -> SearchArea:
    return InnovationSearch(
        _("Innovations"), reverse(LISTING), name="innovations", icon_name="doc-full-inverse", order=50
    )


@hooks.register("construct_main_menu")
def menu_of_the_role(request: HttpRequest, items: list[Any]) -> None:
    """Agency editors choose and upload files inside a record; the libraries of files are closed to them."""
    if rights_of(request.user).restricted:
        items[:] = [item for item in items if item.name in {"catalogue", "help"}]


@hooks.register("construct_help_menu")
def help_within_the_site(_request: HttpRequest, items: list[Any]) -> None:
    """No link out of the admin: on a closed network it leads nowhere."""
    items[:] = [item for item in items if not str(getattr(item, "url", "")).startswith("http")]


@hooks.register("construct_homepage_panels", order=10)
def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """First the numbers; what other people do is not shown to those who don't see every record."""
    if rights_of(request.user).restricted:
        panels[:] = [panel for panel in panels if getattr(panel, "name", "") != "recent_edits"]
    panels.insert(0, SummaryPanel())


@hooks.register("construct_homepage_summary_items", order=100)
def without_page_counts(_request: HttpRequest, items: list[Any]) -> None:
    """The panel above counts what matters; Wagtail's counts of pages and files only stand beside it."""
    items.clear()


@hooks.register("insert_editor_js")
def editor_js() -> str:
    return format_html('<script src="{}"></script>', static("catalogue/admin/words.js"))


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("catalogue/admin/admin.css"))
