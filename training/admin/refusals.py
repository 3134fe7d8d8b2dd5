"""The list of what people were refused: to be read by administrators, changed by nobody."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.admin.listing import Filter, Permissions, RegisterAdmin
from training.models import Refusal


class ReadOnly(Permissions):
    """Seen by whoever may see the model; made, changed and deleted by the site alone."""

    def user_can_list(self, user: Any) -> bool:
        return self.user_has_specific_permission(user, self.get_perm_codename("view"))

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        return False


class RefusalAdmin(RegisterAdmin):
    model = Refusal
    menu_icon = "warning"
    permission_helper_class = ReadOnly
    list_display: ClassVar[tuple[str, ...]] = ("at", "user", "method", "route", "status", "more")
    list_select_related: ClassVar[tuple[str, ...]] = ("user",)
    ordering: ClassVar[tuple[str, ...]] = ("-at",)
    search_fields: ClassVar[tuple[str, ...]] = ("user__email", "route")
    filters = (
        Filter(
            "status",
            gettext_lazy("answer"),
            lambda: [("404", _("not there")), ("400", _("not like this"))],
            lambda rows, value: rows.filter(status=int(value)),
        ),
    )
