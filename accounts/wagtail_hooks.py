"""What sign-in and the content policy need in the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.staticfiles import versioned_static
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


@hooks.register("insert_global_admin_js")
def start_parts_without_inline_scripts() -> SafeString:
    return format_html('<script src="{}" defer></script>', versioned_static("js/admin/start.js"))
