"""The overview in the admin's reports, for administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from accounts.roles import Role, has_role


class OverviewItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMINISTRATOR)


@hooks.register("register_reports_menu_item")
def overview() -> Any:
    return OverviewItem(_("Training overview"), reverse_lazy("dashboards:overview"), icon_name="history")
