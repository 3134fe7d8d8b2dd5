"""What accounts add to the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from accounts.second_factor import is_required


class SecondFactorBanner(Component):
    """Says on the admin's first page that this installation doesn't ask for a second factor."""

    order = 1
    template_name = "account/admin/second_factor_banner.html"


@hooks.register("construct_homepage_panels")
def warn_without_second_factor(request: HttpRequest, panels: list[Any]) -> None:
    if not is_required():
        panels.insert(0, SecondFactorBanner())
