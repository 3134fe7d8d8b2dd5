"""On the first page of the admin: papers and mails of training that don't leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from training import health


class TroublePanel(Component):
    """Empty while everything leaves."""

    name = "training_trouble"
    order = 20
    template_name = "training/admin/home_trouble.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        papers, mail = health.signing(), health.mail()
        return {
            "papers": papers,
            "mail": mail,
            "paper_trouble": papers["no_key"] + papers["not_made"] + papers["late"],
            "mail_trouble": mail["stuck"] + mail["failed"] + mail["late"],
        }
