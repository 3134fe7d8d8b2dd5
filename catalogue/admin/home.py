"""The first page of the admin: how many records are in which state, each a link; the index; a new record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from catalogue.admin.refused import LISTING as REFUSED
from catalogue.admin.states import State, in_state, today, unconfirmed
from catalogue.admin.views import LISTING
from catalogue.models import InnovationPage
from catalogue.permissions import may_see_refused, rights_of, visible_innovations
from catalogue.services.admin_indexes import search_filling
from search.health import all_health


@dataclass(frozen=True, slots=True)
class Number:
    """A count with the listing it counts."""

    label: str
    count: int
    url: str


class SummaryPanel(Component):
    name = "catalogue_summary"
    order = 10
    template_name = "catalogue/admin/home_summary.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = parent_context["request"].user if parent_context else None
        rights = rights_of(user)
        records = visible_innovations(user).filter(is_source=True, alias_of=None)
        return {
            "numbers": _numbers(records),
            "listing_url": reverse(LISTING),
            "may_write": rights.sees_all or bool(rights.agencies),
            "new_url": reverse("catalogue_innovationpage_modeladmin_create"),
            "indexes": all_health() if rights.sees_all else [],
            "refused_url": reverse(REFUSED) if may_see_refused(user) else "",
            "filling": search_filling() if rights.sees_all else None,
            "demo": settings.DEMO,
        }


def _numbers(records: QuerySet[InnovationPage]) -> list[Number]:
    listing = reverse(LISTING)
    return [
        Number(_("published"), in_state(records, State.PUBLISHED).count(), f"{listing}?state=published"),
        Number(_("drafts"), in_state(records, State.DRAFT).count(), f"{listing}?state=draft"),
        Number(_("awaiting review"), in_state(records, State.REVIEW).count(), f"{listing}?state=review"),
        Number(
            _("unconfirmed for 12 months"),
            unconfirmed(records, today()).count(),
            f"{listing}?confirmed=overdue",
        ),
    ]
