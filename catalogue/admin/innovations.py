"""The listing of innovations: which there are, in which state, who has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_modeladmin.helpers import PagePermissionHelper
from wagtail_modeladmin.views import CreateView

from catalogue.admin.choosers import find_innovations
from catalogue.admin.scores import scores_of
from catalogue.admin.states import STATE_LABELS, Standing, in_state, standings_of, today, unconfirmed
from catalogue.models import InnovationIndexPage, InnovationPage, Scheme
from catalogue.permissions import rights_of, visible_innovations
from catalogue.vocabulary import snapshot
from home.admin.listing import Buttons, Filter, RegisterAdmin

# Words are not shown in rows and most don't count for the score.
_UNREAD = (
    "story",
    "search_description",
    "latest_revision__content",
    "overview",
    "affected_group",
    "goal",
    "legal_basis",
    "challenges",
    "drivers",
    "replication_potential",
    "institutional_sustainability",
    "managerial_sustainability",
    "social_sustainability",
    "collaborators",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows beside the page itself; a translation takes agency and score from its source."""

    source: InnovationPage
    standing: Standing
    points: int


def _terms(scheme: Scheme) -> Sequence[tuple[str, str]]:
    entries = snapshot().terms[scheme].entries
    return [(code, entry.label(get_language() or "id")) for code, entry in entries.items() if not entry.heir]


def _by_fact(pages: QuerySet[Any], **lookup: Any) -> QuerySet[Any]:
    """Facts are on source pages, so a translation is found by its source's."""
    keys = InnovationPage.objects.filter(is_source=True, **lookup).values("translation_key")
    return pages.filter(Q(is_source=True, **lookup) | Q(is_source=False, translation_key__in=keys))


FILTERS = (
    Filter("state", gettext_lazy("State"), lambda: list(STATE_LABELS.items()), in_state),
    Filter(
        "sector",
        gettext_lazy("Sector"),
        lambda: _terms(Scheme.SECTOR),
        lambda pages, code: _by_fact(pages, sector__code=code),
    ),
    Filter(
        "stage",
        gettext_lazy("Stage"),
        lambda: _terms(Scheme.STAGE),
        lambda pages, code: _by_fact(pages, stage__code=code),
    ),
    Filter(
        "level",
        gettext_lazy("Level of government"),
        lambda: _terms(Scheme.AGENCY_LEVEL),
        lambda pages, code: _by_fact(pages, agency__level__code=code),
    ),
    Filter(
        "language",
        gettext_lazy("Language"),
        lambda: list(settings.LANGUAGES),
        lambda pages, code: pages.filter(locale__language_code=code),
        any_label=gettext_lazy("records, each once"),
    ),
    Filter(
        "origin",
        gettext_lazy("Origin of the record"),
        lambda: list(InnovationPage.Origin.choices),
        lambda pages, code: _by_fact(pages, origin=code),
    ),
    Filter(
        "confirmed",
        gettext_lazy("Confirmation"),
        lambda: [("overdue", _("unconfirmed for 12 months"))],
        lambda pages, _code: unconfirmed(pages, today()),
    ),
)


class InnovationPermissions(PagePermissionHelper):
    """Rights on rows from the person's rights, found once: no row asks the database."""

    def user_can_list(self, user: Any) -> bool:
        rights = rights_of(user)
        return rights.sees_all or rights.writes

    def user_can_create(self, user: Any) -> bool:
        rights = rights_of(user)
        return rights.sees_all or bool(rights.agencies)

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return rights_of(user).may_edit(obj.row.source.agency_id) if hasattr(obj, "row") else False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        return hasattr(obj, "row") and rights_of(user).may_delete(obj, obj.row.source.agency_id)


class InnovationButtons(Buttons):
    """The row's ways: history, the public page, and deleting for those who may."""

    def get_buttons_for_obj(self, obj: Any, **_kwargs: Any) -> list[dict[str, Any]]:
        user = self.request.user
        buttons = []
        if self.permission_helper.user_can_edit_obj(user, obj):
            preview = reverse("wagtailadmin_pages:view_draft", args=[obj.pk])
            history = reverse("wagtailadmin_pages:history", args=[obj.pk])
            buttons += [
                self.button(_("Preview"), preview, _("Preview “%s”") % obj.title),
                self.button(_("History"), history, _("History of “%s”") % obj.title),
            ]
        if self.permission_helper.user_can_delete_obj(user, obj):
            url = self.url_helper.get_action_url("delete", obj.pk)
            buttons.append(self.button(_("Delete"), url, _("Delete “%s”") % obj.title))
        return buttons

    def add_button(self, **_kwargs: Any) -> dict[str, Any]:
        label = _("New innovation")
        return {
            "url": self.url_helper.create_url,
            "label": label,
            "title": label,
            "icon": "plus",
            "classname": "button bicolor button--icon",
        }


class NewInnovationView(CreateView):
    """Leads straight to the form of a new record, under the index of the site's main language."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.permission_helper.user_can_create(request.user):
            raise PermissionDenied
        indexes = InnovationIndexPage.objects.order_by("path")
        index = indexes.filter(locale=Locale.get_default()).first() or indexes.first()
        if index is None:
            messages.error(request, _("There is no page for innovations yet; an administrator makes one."))
            return redirect(self.index_url)
        add = reverse("wagtailadmin_pages:add", args=["catalogue", "innovationpage", index.pk])
        return redirect(f"{add}?next={self.index_url}")


class InnovationAdmin(RegisterAdmin):
    model = InnovationPage
    menu_label = gettext_lazy("Innovations")
    menu_icon = "doc-full-inverse"
    menu_item_name = "innovations"
    permission_helper_class = InnovationPermissions
    button_helper_class = InnovationButtons
    create_view_class = NewInnovationView
    list_display: ClassVar[tuple[str, ...]] = (
        "named",
        "agency_name",
        "state",
        "holder",
        "since",
        "completeness",
    )
    list_select_related: ClassVar[tuple[str, ...]] = ("agency", "locale", "owner", "latest_revision__user")
    ordering: ClassVar[tuple[str, ...]] = ("-latest_revision_created_at", "-pk")
    filters = FILTERS
    search_fields: ClassVar[tuple[str, ...]] = ("title",)

    def get_list_filter(self, request: HttpRequest) -> tuple[()]:
        return ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[InnovationPage]:
        return visible_innovations(request.user).filter(alias_of=None)

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, str]) -> QuerySet[Any]:
        """One row a record unless a language is chosen."""
        return rows if chosen["language"] else rows.filter(is_source=True)

    def find(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return find_innovations(rows, text)

    def fetch(self, rows: QuerySet[Any]) -> list[InnovationPage]:
        """First the keys in their order, then the rows: sorting whole records takes three times as long."""
        keys = list(rows.values_list("pk", flat=True))
        query = InnovationPage.objects.filter(pk__in=keys).select_related(*self.list_select_related)
        found = query.defer(*_UNREAD).in_bulk()
        return [found[key] for key in keys]

    def prepare(self, rows: list[InnovationPage]) -> list[InnovationPage]:
        standings = standings_of(rows)
        sources = self._sources(rows)
        points = scores_of(list(sources.values()))
        for page in rows:
            source = sources.get(page.translation_key, page)
            page.row = Row(source, standings[page.pk], points.get(source.pk, 0))
        return rows

    @staticmethod
    def _sources(rows: list[InnovationPage]) -> dict[Any, InnovationPage]:
        found = {page.translation_key: page for page in rows if page.is_source}
        wanted = {page.translation_key for page in rows} - found.keys()
        if wanted:
            pages = InnovationPage.objects.filter(is_source=True, translation_key__in=wanted)
            found |= {page.translation_key: page for page in pages.select_related("agency")}
        return found

    @display(description=gettext_lazy("Title"), ordering="title")
    def named(self, page: InnovationPage) -> str:
        title = page.draft_title or page.title
        return title if page.is_source else f"{title} [{page.locale.language_code}]"

    @display(description=gettext_lazy("Agency"), ordering="agency__label_id")
    def agency_name(self, page: InnovationPage) -> str:
        return str(page.row.source.agency or "")

    @display(description=gettext_lazy("State"))
    def state(self, page: InnovationPage) -> str:
        found = page.row.standing.state
        return format_html(
            '<span class="katalog-state katalog-state--{}">{}</span>', found, STATE_LABELS[found]
        )

    @display(description=gettext_lazy("Who has it"))
    def holder(self, page: InnovationPage) -> str:
        return page.row.standing.holder

    @display(description=gettext_lazy("Since"), ordering="latest_revision_created_at")
    def since(self, page: InnovationPage) -> str:
        moment = page.row.standing.since
        return format_date(localtime(moment), "j M Y") if moment else ""

    @display(description=gettext_lazy("Completeness"))
    def completeness(self, page: InnovationPage) -> str:
        points = page.row.points
        return format_html(
            '<meter max="100" low="40" high="70" optimum="100" value="{}" aria-hidden="true"></meter> {}',
            points,
            points,
        )
