"""The step of the workflow in which a curator checks a record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState


class ReviewTask(AbstractGroupApprovalTask):
    """Approval by a group, but never of one's own record or of what one has changed oneself."""

    class Meta:
        verbose_name = _("review by curators")
        verbose_name_plural = _("reviews by curators")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """What ``user`` may do with the submission: nothing with their own or while it is held back, no
        approval of their changes."""
        from catalogue.permissions import is_own, rewrote
        from catalogue.services.holds import why_held

        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if not actions or is_own(obj, user) or why_held(obj.translation_key):
            return []
        return [action for action in actions if action[0] != "approve"] if rewrote(obj, user) else actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Carry out ``action_name``.

        Raises ``PermissionDenied`` for one's own record and one that is held back, and for an approval of
        one's own changes or of an incomplete record.
        """
        from catalogue.permissions import is_own, rewrote
        from catalogue.services.holds import why_held
        from catalogue.services.publishing import missing_for_publishing

        revision = task_state.workflow_state.content_object.get_latest_revision_as_object()
        if is_own(revision, user):
            raise PermissionDenied(_("Nobody may approve their own record."))
        if reason := why_held(revision.translation_key):
            raise PermissionDenied(reason)
        if action_name == "approve" and rewrote(revision, user):
            raise PermissionDenied(_("Nobody may approve what they changed themselves."))
        if action_name == "approve" and missing_for_publishing(revision):
            raise PermissionDenied(_("The record lacks what publishing needs."))
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> Any:
        return _("Curators approve or ask for changes; nobody approves their own record.")
