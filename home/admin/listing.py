"""A modeladmin listing whose filters are a closed list.

The library's own listing hands every unknown parameter to the database as a lookup, so anybody could ask
``?owner__password__startswith=…``. Here a parameter that no filter owns changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import InvalidPage
from django.db import transaction
from django.db.models import F, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import DeleteView, IndexView, WMABaseView

TEXT_LIMIT = 200


@dataclass(frozen=True)
class Filter:
    """One select above a listing. ``apply`` is called with a value that ``options`` offers."""

    name: str
    label: Any
    options: Callable[[], Sequence[tuple[str, Any]]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    any_label: Any = None


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter with its options and the chosen one, as the template needs it."""

    name: str
    label: Any
    any_label: Any
    options: Sequence[tuple[str, Any]]
    value: str


class ListingView(IndexView):
    """Filters, search, order and pages; two queries of its own whatever the number of rows."""

    FORMATS: ClassVar[tuple[str, ...]] = ()
    has_filters = False

    def get_filters(self, request: HttpRequest) -> Any:
        self.shown_filters = [self._shown(found, request) for found in self.model_admin.filters]
        return [], False, {}, False

    @staticmethod
    def _shown(found: Filter, request: HttpRequest) -> ShownFilter:
        options = list(found.options())
        value = request.GET.get(found.name, "")
        known = value if value in {key for key, _label in options} else ""
        return ShownFilter(found.name, found.label, found.any_label, options, known)

    def get_queryset(self, request: HttpRequest | None = None) -> QuerySet[Any]:
        request = request or self.request
        self.get_filters(request)
        rows = self.get_base_queryset(request)
        rows = self.model_admin.narrow(rows, {f.name: f.value for f in self.shown_filters})
        for found, shown in zip(self.model_admin.filters, self.shown_filters, strict=True):
            if shown.value:
                rows = found.apply(rows, shown.value)
        if self.model_admin.list_select_related:
            rows = rows.select_related(*self.model_admin.list_select_related)
        if text := self.query.replace("\0", "").strip()[:TEXT_LIMIT]:
            rows = self.model_admin.find(rows, text)
        if self.model_admin.is_tree and self.ORDER_VAR not in self.params:
            return rows
        return rows.order_by(*map(_nulls_last, self.get_ordering(request, rows)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paginator = self.paginator_class(self.queryset, self.items_per_page)
        try:
            page = paginator.page(self.page_num or 1)
        except InvalidPage:
            page = paginator.page(1)
        page.object_list = self.model_admin.prepare(self.model_admin.fetch(page.object_list))
        return WMABaseView.get_context_data(
            self,
            all_count=paginator.count,
            result_count=paginator.count,
            paginator=paginator,
            page_obj=page,
            elided_page_range=paginator.get_elided_page_range(page.number),
            object_list=page.object_list,
            user_can_create=self.permission_helper.user_can_create(self.request.user),
            **kwargs,
        )


def _nulls_last(name: Any) -> Any:
    """Databases disagree where rows without a value go; here always to the end."""
    if not isinstance(name, str):
        return name
    field = F(name.removeprefix("-"))
    return field.desc(nulls_last=True) if name.startswith("-") else field.asc(nulls_last=True)


class Permissions(PermissionHelper):
    """Rights on a model, asked without a query (the user's permissions are read once a request)."""

    def user_can_list(self, user: Any) -> bool:
        return any(
            self.user_has_specific_permission(user, self.get_perm_codename(action))
            for action in ("view", "add", "change")
        )


class Buttons(ButtonHelper):
    """The title leads to editing, so the row repeats only what the title doesn't do."""

    def get_buttons_for_obj(self, obj: Any, **kwargs: Any) -> list[dict[str, Any]]:
        kwargs["exclude"] = [*(kwargs.get("exclude") or ()), "edit"]
        return [*self.more_buttons(obj), *super().get_buttons_for_obj(obj, **kwargs)]

    def more_buttons(self, obj: Any) -> list[dict[str, Any]]:
        return []

    def button(self, label: str, url: str, title: str) -> dict[str, Any]:
        return {
            "url": url,
            "label": label,
            "title": title,
            "classname": "button button-small button-secondary",
        }


class RemovalView(DeleteView):
    """Deleting; what is in use stays, and the answer says that merging is the way."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                log(instance=self.instance, action="wagtail.delete")
                self.delete_instance()
        except ProtectedError as error:
            count = len(error.protected_objects)
            message = ngettext(
                "“%(item)s” is in use (%(count)d row names it), so it can't be deleted.",
                "“%(item)s” is in use (%(count)d rows name it), so it can't be deleted.",
                count,
            )
            messages.error(request, message % {"item": self.instance, "count": count})
        else:
            messages.success(request, _("“%s” was deleted.") % self.instance)
        return redirect(self.index_url)


class RegisterAdmin(ModelAdmin):
    """What every listing of the site's own models shares."""

    index_view_class = ListingView
    delete_view_class = RemovalView
    index_template_name = "home/admin/listing.html"
    permission_helper_class = Permissions
    button_helper_class = Buttons
    list_per_page = 50
    filters: ClassVar[tuple[Filter, ...]] = ()
    is_tree = False

    def narrow(self, rows: QuerySet[Any], _chosen: dict[str, str]) -> QuerySet[Any]:
        """The rows shown before any filter was chosen."""
        return rows

    def find(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The rows that ``text`` finds."""
        return self.get_search_handler(None).search_queryset(rows, text)

    def fetch(self, rows: QuerySet[Any]) -> list[Any]:
        """Read the rows of one page."""
        return list(rows)

    def prepare(self, rows: list[Any]) -> list[Any]:
        """Read what the columns of these rows need, at once for all of them."""
        return rows
