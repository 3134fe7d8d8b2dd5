"""The screen of records that an index refused: which, since when, why; and a button to try again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from catalogue.permissions import may_retry_refused, may_see_refused, rights_of
from catalogue.services.refused import pages_of, try_again, try_all_again
from search import changes
from search.models import PendingChange
from search.refusals import explanation

ROWS = 25
LISTING = "catalogue_refused"
TEMPLATE = "catalogue/admin/refused.html"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused record in one index. ``title`` is empty when it was deleted; ``url`` leads to its form."""

    id: int
    key: str
    title: str
    url: str
    index: str
    host: str
    since: datetime | None
    last: datetime | None
    attempts: int
    explanation: str
    detail: str


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Refused records, those refused last first; as many queries whatever their number."""
    if not may_see_refused(request.user):
        raise PermissionDenied
    paginator = Paginator(changes.parked(), ROWS)
    page = paginator.get_page(request.GET.get("p"))
    context = {
        "rows": _shown(list(page), request.user),
        "page_obj": page,
        "elided_page_range": paginator.get_elided_page_range(page.number),
        "may_retry": may_retry_refused(request.user),
        "retry_url": reverse("catalogue_refused_retry"),
    }
    return render(request, TEMPLATE, context)


def _shown(rows: Sequence[PendingChange], user: Any) -> list[Refused]:
    pages, rights = pages_of(row.key for row in rows), rights_of(user)
    found = []
    for row in rows:
        page = pages.get(row.key)
        editable = page is not None and rights.may_edit(page.agency_id)
        found.append(
            Refused(
                id=row.id,
                key=str(row.key),
                title=page.get_admin_display_title() if page else "",
                url=reverse("wagtailadmin_pages:edit", args=[page.pk]) if page and editable else "",
                index=row.follower.engine,
                host=row.follower.host,
                since=row.refused_at,
                last=row.parked_at,
                attempts=row.attempts,
                explanation=explanation(row.refusal),
                detail=row.reason,
            )
        )
    return found


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Try one record again, named by ``id``, or with ``all`` every one."""
    if not may_retry_refused(request.user):
        raise PermissionDenied
    count = try_all_again() if "all" in request.POST else try_again(row_id=_row_id(request))
    if count:
        message = ngettext(
            "%(count)s record is tried again. If the index refuses it once more, it comes back to this list.",
            "%(count)s records are tried again. Those the index refuses once more come back to this list.",
            count,
        )
        messages.success(request, message % {"count": count})
    else:
        messages.info(request, _("Nothing was left to try: the index has taken it, or it has been tried."))
    return redirect(LISTING)


def _row_id(request: HttpRequest) -> int:
    given = request.POST.get("id", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404
    return int(given)


class RefusedMenuItem(MenuItem):
    """Among the reports, for those who may see the screen."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_refused(request.user)


def menu_item() -> RefusedMenuItem:
    return RefusedMenuItem(
        gettext_lazy("Refused by the index"),
        reverse(LISTING),
        name="refused-records",
        icon_name="warning",
        order=1300,
    )


class TriedAgain(LogFormatter):
    """What the history of a record, and the site's, says of a second try."""

    label = gettext_lazy("Try in the index again")

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        message = ngettext(
            "Offered %(count)s record to the index %(index)s again",
            "Offered %(count)s records to the index %(index)s again",
            data["records"],
        )
        return message % {"count": data["records"], "index": data["index"]}
