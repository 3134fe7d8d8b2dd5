"""The door between agency editors and the rest of the admin.

Wagtail has some two hundred admin views, and many show a title, a count or a list without asking for a
right on the page. So for people who don't see every record nothing is open but the routes named here, and
none of those with a record that isn't theirs. What is closed answers exactly as an address that leads
nowhere; a route that a new version or another application adds is closed until it is named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, reverse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from catalogue.admin.files import choosable_files
from catalogue.permissions import hidden_innovations, rights_of, visible_innovations

ACCESS = "wagtailadmin.access_admin"

OPEN = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_account",
        "wagtailadmin_logout",
        "wagtailadmin_login",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtail_modeladmin:javascript_catalog",
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:create",
        "wagtaildocs_chooser:choose",
        "wagtaildocs_chooser:choose_results",
        "wagtaildocs_chooser:create",
        "catalogue_tag_suggestions",
        "catalogue_innovationpage_modeladmin_index",
        "catalogue_innovationpage_modeladmin_create",
    }
    | {
        f"{name}_chooser:{view}"
        for name in ("agency", "region", "programme", "laboratory", "innovation")
        for view in ("choose", "choose_results", "chosen", "chosen_multiple")
    }
)
"""Routes that show nothing but one's own, or that limit themselves to what one may point to."""

ADDING = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:preview_on_add"})

OWN_RECORD = frozenset(
    f"wagtailadmin_pages:{view}"
    for view in (
        "edit",
        "preview_on_edit",
        "view_draft",
        "delete",
        "history",
        "history_results",
        "revisions_index",
        "revisions_view",
        "revisions_revert",
        "revisions_compare",
        "workflow_history",
        "workflow_history_detail",
        "confirm_workflow_cancellation",
    )
)
"""Routes of one page, open with a record of one's own agencies."""

FILES: dict[str, Callable[[], Any]] = {
    "wagtailimages_chooser:chosen": get_image_model,
    "wagtailimages_chooser:select_format": get_image_model,
    "wagtaildocs_chooser:chosen": get_document_model,
}
KEY_NAMES = ("page_id", "pk")


class AgencyEditorGate:
    """Middleware; stands after those that know the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        user: Any = request.user
        if not user.has_perm(ACCESS) or rights_of(user).sees_all:
            return None
        match = request.resolver_match
        return None if match and is_open(user, match, kwargs) else _not_found(request)


def is_open(user: Any, match: ResolverMatch, kwargs: dict[str, Any]) -> bool:
    """Whether ``user``, who doesn't see every record, may use the route with these arguments."""
    name = match.view_name
    if name in OPEN:
        return True
    if name in ADDING:
        chosen = kwargs["content_type_app_name"], kwargs["content_type_model_name"]
        return chosen == ("catalogue", "innovationpage")
    if name in OWN_RECORD:
        key = next(kwargs[name] for name in KEY_NAMES if name in kwargs)
        return visible_innovations(user).filter(pk=key).exists()
    if name == "wagtailadmin_choose_page_child":
        return not hidden_innovations(user).filter(pk=kwargs["parent_page_id"]).exists()
    if name in FILES:
        key = str(next(iter(kwargs.values())))
        return key.isdecimal() and choosable_files(FILES[name]().objects.all(), user).filter(pk=key).exists()
    return False


@display_custom_404
@require_admin_access
def _not_found(_request: HttpRequest) -> HttpResponseBase:
    raise Http404
