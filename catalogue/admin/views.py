"""Wagtail's page views for innovations, where the catalogue's rights or ways differ.

Leaving the editor leads to the catalogue's own listing, which every role has; the tree is for curators.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages import copy, create, delete, edit, history, revisions, unpublish, workflow
from wagtail.admin.viewsets.pages import PageViewSet

from catalogue.models import InnovationPage, Replication
from catalogue.permissions import is_own, rewrote, rights_of
from catalogue.services.holds import why_held
from catalogue.services.publishing import missing_for_publishing

LISTING = "catalogue_innovationpage_modeladmin_index"


def listing_url() -> str:
    return reverse(LISTING)


class ReturnToListing:
    """Back to where the person came from, else to the listing of innovations."""

    next_url: str

    def redirect_away(self) -> HttpResponse:
        return redirect(self.next_url or listing_url())


class NamesMissingFields:
    """Says in one sentence which fields keep a record from being published or submitted."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        empty = [
            str(form.fields[name].label)
            for name, errors in form.errors.items()
            if name in form.fields and any(e.code == "required" for e in errors.as_data())
        ]
        if empty and not self.expects_json_response:  # type: ignore[attr-defined]
            message = ngettext(
                "Before it can be published, this field is needed: %(fields)s.",
                "Before it can be published, these fields are needed: %(fields)s.",
                len(empty),
            )
            messages.error(self.request, message % {"fields": ", ".join(empty)})  # type: ignore[attr-defined]
        return response


class CreateView(NamesMissingFields, ReturnToListing, create.CreateView):
    """A new record: saved or submitted, never published in the same step by the one who wrote it."""


class EditView(NamesMissingFields, ReturnToListing, edit.EditView):
    """The editor. Publishing or approving what one may not only saves a draft, and the answer says so."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if rights_of(request.user).sees_all and (reason := why_held(self.page.translation_key)):
            messages.warning(request, reason)
        return super().get(request, *args, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        publishing, acting = map(request.POST.get, ("action-publish", "action-workflow-action"))
        approving = acting and request.POST.get("workflow-action-name") == "approve"
        if (publishing or acting) and is_own(self.page, request.user):
            messages.error(request, own_record_message())
        elif (publishing or acting) and (reason := why_held(self.page.translation_key)):
            messages.error(request, reason)
        elif approving and rewrote(self.page, request.user):
            messages.error(request, rewritten_message())
        elif publishing and self.page.current_workflow_state is not None:
            messages.error(request, _("This record is under review: approve it instead of publishing it."))
        return super().post(request, *args, **kwargs)

    def perform_workflow_action(self) -> HttpResponse:
        """An approval that comes with changes saves them for somebody else to approve.

        Raises ``BadRequest`` for data of the action that are none.
        """
        if not isinstance(json.loads(self.request.POST.get("workflow-action-extra-data", "{}")), dict):
            raise BadRequest
        if self.workflow_action == "approve" and self.has_content_changes:
            messages.error(self.request, rewritten_message())
            return self.save_action()
        return super().perform_workflow_action()


class DeleteView(delete.DeleteView):
    next_url: str

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The database, not Wagtail's index of references, says whether others name this record."""
        self.next_url = self.next_url or listing_url()
        if Replication.objects.filter(origin=self.page).exists():
            message = _("“%(title)s” was copied by other records, so it can't be deleted; unpublish it.")
            messages.error(request, message % {"title": self.page.title})
            return redirect(self.next_url)
        return super().post(request, *args, **kwargs)


class CopyView(copy.CopyView):
    next_url: str

    def form_valid(self, form: Any) -> HttpResponse:
        self.next_url = self.next_url or listing_url()
        return super().form_valid(form)


class UnpublishView(unpublish.UnpublishView):
    def get_next_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or listing_url()


class RevisionsRevertView(NamesMissingFields, ReturnToListing, revisions.RevisionsRevertView):
    pass


class RevisionsView(revisions.RevisionsView):
    """Wagtail asks for a right on some branch of the tree first, which agency editors don't have; the
    record's own rights decide."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super(revisions.RevisionsView, self).dispatch(request, *args, **kwargs)


class RevisionsCompareView(revisions.RevisionsCompareView):
    """As ``RevisionsView``."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super(revisions.RevisionsCompareView, self).dispatch(request, *args, **kwargs)


class HistoryView(history.PageHistoryView):
    """As ``RevisionsView``: without a policy only the record's own rights are asked, in ``get_object``."""

    permission_policy = None


class WorkflowHistoryView(history.WorkflowHistoryView):
    """As ``HistoryView``; the record's rights are asked in ``dispatch``."""

    permission_policy = None


class WorkflowHistoryDetailView(history.WorkflowHistoryDetailView):
    """As ``WorkflowHistoryView``."""

    permission_policy = None


class WorkflowActionView(workflow.WorkflowActionView):
    """Approving from the home page or a listing."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = self.object.get_latest_revision_as_object()
        if is_own(page, request.user):
            messages.error(request, own_record_message())
            return redirect(self.redirect_url)
        if reason := why_held(page.translation_key):
            messages.error(request, reason)
            return redirect(self.redirect_url)
        if self.action_name == "approve" and rewrote(page, request.user):
            messages.error(request, rewritten_message())
            return redirect(self.redirect_url)
        if self.action_name == "approve" and (missing := missing_for_publishing(page)):
            messages.error(request, incomplete_message(page, missing))
            return redirect(self.redirect_url)
        return super().dispatch(request, *args, **kwargs)


def own_record_message() -> str:
    return _("You wrote or submitted this record yourself, so somebody else must approve and publish it.")


def rewritten_message() -> str:
    return _("You changed this submission yourself, so somebody else must approve it.")


def incomplete_message(page: InnovationPage, missing: list[str]) -> str:
    return _("“%(title)s” can't be published yet. It lacks: %(fields)s.") % {
        "title": page.title,
        "fields": ", ".join(missing),
    }


def refuse_bulk_publishing(request: Any, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    """Hook: publishing many at once leaves out nothing that publishing one asks for."""
    if action_type != "publish":
        return None
    if request.POST.get("include_descendants") and any(page.numchild for page in objects):
        messages.error(request, _("Records are published one by one, or chosen from the list."))
        return redirect(action.next_url)
    pages = [page.specific for page in objects if page.specific_class is InnovationPage]
    for page in pages:
        latest = page.get_latest_revision_as_object()
        if is_own(latest, request.user):
            messages.error(request, own_record_message())
            return redirect(action.next_url)
        if reason := why_held(latest.translation_key):
            messages.error(request, reason)
            return redirect(action.next_url)
        if missing := missing_for_publishing(latest):
            messages.error(request, incomplete_message(latest, missing))
            return redirect(action.next_url)
    return None


class InnovationViewSet(PageViewSet):
    """Wagtail's views of innovation pages."""

    model = InnovationPage
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    copy_view_class = CopyView
    unpublish_view_class = UnpublishView
    revisions_revert_view_class = RevisionsRevertView
    revisions_view_class = RevisionsView
    revisions_compare_view_class = RevisionsCompareView
    history_view_class = HistoryView
    workflow_history_view_class = WorkflowHistoryView
    workflow_history_detail_view_class = WorkflowHistoryDetailView
    workflow_action_view_class = WorkflowActionView
