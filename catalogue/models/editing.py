"""How a record behaves in the admin: its form, its rights, its previews. The work is done elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import translation
from wagtail.models import Page
from wagtail.utils.decorators import cached_classmethod

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalogue.permissions import IndexPermissionTester, InnovationPermissionTester


SCHEDULED = "wagtail.publish.scheduled"
"""What Wagtail's command says that publishes by the clock."""


class RecordEditing(models.Model):
    """Mixin of the innovation page."""

    class Meta:
        abstract = True

    @cached_classmethod
    def get_edit_handler(cls) -> Any:
        """The tabs of the editor."""
        from catalogue.admin.panels import innovation_edit_handler

        return innovation_edit_handler().bind_to_model(cls)

    def permissions_for_user(self, user: Any) -> InnovationPermissionTester:
        from catalogue.permissions import InnovationPermissionTester

        return InnovationPermissionTester(user, self)

    def publish(self, revision: Any, user: Any = None, **options: Any) -> Any:
        """As any page, but for a record that is held back: then a date that was set for it waits.

        Raises ``PermissionDenied`` with the reason for whoever publishes it otherwise.
        """
        from catalogue.services.holds import why_held

        with transaction.atomic():
            if reason := why_held(self.translation_key, firm=True):  # type: ignore[attr-defined]
                if options.get("log_action") == SCHEDULED:
                    return None
                raise PermissionDenied(reason)
            return super().publish(revision, user=user, **options)  # type: ignore[misc]

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """One preview a language; the page's own language first."""
        own = self.locale.language_code  # type: ignore[attr-defined]
        modes = [(code, name) for code, name in settings.LANGUAGES if code != own]
        return [(own, dict(settings.LANGUAGES)[own]), *modes]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page in the language ``mode_name``: its translation's latest words with these facts,
        or this page inside the site of that language where it isn't translated yet."""
        page = _in_language(self, mode_name)
        request.LANGUAGE_CODE = mode_name
        with translation.override(mode_name):
            response = Page.serve_preview(page, request, mode_name)
            return response.render() if hasattr(response, "render") else response


class RecordParent(models.Model):
    """Mixin of the pages that records live under."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> IndexPermissionTester:
        from catalogue.permissions import IndexPermissionTester

        return IndexPermissionTester(user, self)


def _in_language(page: Any, language: str) -> Any:
    if page.locale.language_code == language or not page.pk:
        return page
    found = (
        type(page)
        .objects.filter(translation_key=page.translation_key, locale__language_code=language)
        .first()
    )
    if found is None:
        return page
    latest = found.get_latest_revision_as_object()
    if page.is_source:
        latest.record = page
    return latest
