"""Submitting, withdrawing, approving: one step, and never by the one who submitted."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowState

from catalogue.models import InnovationPage, ReviewTask
from catalogue.workflow import ensure_workflow
from tests import factories
from tests.catalogue.desk import LISTING, PUBLISH, SUBMIT, WITHDRAW, Desk, errors_of, messages_of

pytestmark = pytest.mark.django_db

APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}


@pytest.fixture
def editor(staffed):
    return Desk(factories.user("agency-editor"))


@pytest.fixture
def submitted(editor):
    page = factories.innovation("Antrean daring", state="draft", owner=editor.person, revision=True)
    done = editor.edit(page, {"summary": "Diajukan"}, SUBMIT)
    assert done.status_code == 302, errors_of(done)
    assert done["Location"] == reverse(LISTING)
    return InnovationPage.objects.get(pk=page.pk)


def act(desk, page, action):
    state = TaskState.objects.get(workflow_state=page.current_workflow_state, status="in_progress")
    return desk.post(
        "wagtailadmin_pages:workflow_action", page.pk, action, state.pk, data={"comment": "Baik"}
    )


def test_setting_up_twice_changes_nothing(staffed):
    before = Workflow.objects.count(), ReviewTask.objects.count(), WorkflowPage.objects.count()
    ensure_workflow()
    assert (Workflow.objects.count(), ReviewTask.objects.count(), WorkflowPage.objects.count()) == before
    for index in factories.baseline().innovations.values():
        assert index.get_workflow() == ensure_workflow()


def test_a_curator_approves_and_the_record_is_public(submitted, curator):
    act(curator, submitted, "approve")
    submitted.refresh_from_db()
    assert submitted.live
    assert submitted.summary == "Diajukan"


def test_a_curator_approves_from_the_editor(submitted, curator):
    done = curator.edit(submitted, {}, APPROVE)
    assert done.status_code == 302, errors_of(done)
    submitted.refresh_from_db()
    assert submitted.live
    assert submitted.summary == "Diajukan"


def test_a_curator_asks_for_changes_and_the_editor_submits_again(submitted, curator, editor):
    act(curator, submitted, "reject")
    assert submitted.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    editor.edit(submitted, {"summary": "Sudah diperbaiki"}, SUBMIT)
    assert submitted.current_workflow_state.status == WorkflowState.STATUS_IN_PROGRESS


def test_the_editor_withdraws(submitted, editor):
    editor.edit(submitted, {}, WITHDRAW)
    assert submitted.current_workflow_state is None
    submitted.refresh_from_db()
    assert not submitted.live


def test_the_editor_waits_while_it_is_reviewed(submitted, editor):
    editor.edit(submitted, {"summary": "Diam-diam diubah"})
    assert submitted.get_latest_revision_as_object().summary == "Diajukan"


def test_an_editor_approves_nothing(submitted, editor):
    assert act(editor, submitted, "approve").status_code == 404
    editor.edit(submitted, {}, APPROVE)
    submitted.refresh_from_db()
    assert not submitted.live


class TestOwnSubmission:
    @pytest.fixture
    def own(self, curator):
        page = factories.innovation("Karya kurator", state="draft", owner=curator.person, revision=True)
        done = curator.edit(page, {"summary": "Diajukan"}, SUBMIT)
        assert done.status_code == 302, errors_of(done)
        return InnovationPage.objects.get(pk=page.pk)

    def test_is_refused_with_a_reason(self, own, curator):
        response = act(curator, own, "approve")
        own.refresh_from_db()
        assert not own.live
        assert "sendiri" in messages_of(response) or "yourself" in messages_of(response)

    def test_is_refused_in_the_editor(self, own, curator):
        for action in (APPROVE, PUBLISH):
            response = curator.edit(own, {}, action)
            assert messages_of(response)
            own.refresh_from_db()
            assert not own.live

    def test_submitting_for_another_counts_as_own(self, curator):
        page = factories.innovation("Tanpa pemilik", state="draft", revision=True)
        curator.edit(page, {}, SUBMIT)
        act(curator, page, "approve")
        page.refresh_from_db()
        assert not page.live

    def test_another_curator_approves(self, own):
        act(Desk(factories.user("curator")), own, "approve")
        own.refresh_from_db()
        assert own.live


def test_an_incomplete_record_is_not_approved(submitted, curator):
    curator.edit(submitted, {"source": ""})
    response = act(curator, submitted, "approve")
    submitted.refresh_from_db()
    assert not submitted.live
    assert submitted.title in messages_of(response)


class TestRewrittenSubmission:
    """Four eyes see what is published: whoever changes a submission leaves its approval to somebody else."""

    def is_refused(self, response, page):
        page.refresh_from_db()
        assert not page.live
        assert "sendiri" in messages_of(response) or "yourself" in messages_of(response)

    def test_is_not_approved_by_who_changed_it(self, submitted, curator):
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        self.is_refused(act(curator, submitted, "approve"), submitted)
        self.is_refused(curator.edit(submitted, {}, APPROVE), submitted)

    def test_is_saved_but_not_approved_in_one_step(self, submitted, curator):
        self.is_refused(curator.edit(submitted, {"summary": "Ditulis ulang"}, APPROVE), submitted)
        assert submitted.get_latest_revision_as_object().summary == "Ditulis ulang"
        assert submitted.workflow_in_progress

    def test_nor_published_past_the_review(self, submitted, curator):
        response = curator.edit(submitted, {"summary": "Ditulis ulang"}, PUBLISH)
        submitted.refresh_from_db()
        assert not submitted.live
        assert submitted.workflow_in_progress
        assert messages_of(response)

    def test_another_curator_approves_it(self, submitted, curator):
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        act(Desk(factories.user("curator")), submitted, "approve")
        submitted.refresh_from_db()
        assert submitted.live
        assert submitted.summary == "Ditulis ulang"

    def test_may_still_be_sent_back(self, submitted, curator):
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        act(curator, submitted, "reject")
        assert submitted.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES

    def test_but_not_published_then(self, submitted, curator):
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        act(curator, submitted, "reject")
        for values in ({}, {"summary": "Sekali lagi"}):
            curator.edit(submitted, values, PUBLISH)
            submitted.refresh_from_db()
            assert not submitted.live

    def test_a_later_change_by_somebody_else_makes_no_difference(self, submitted, curator, editor):
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        Desk(factories.user("curator")).edit(submitted, {"problem": "Satu kata"})
        self.is_refused(act(curator, submitted, "approve"), submitted)
        act(curator, submitted, "reject")
        editor.edit(submitted, {}, SUBMIT)  # who submits again has read what was changed
        act(curator, submitted, "approve")
        submitted.refresh_from_db()
        assert submitted.live

    def test_the_editor_offers_no_approval_of_it(self, submitted, curator):
        edit = "wagtailadmin_pages:edit"
        assert 'data-workflow-action-name="approve"' in curator.get(edit, submitted.pk).content.decode()
        curator.edit(submitted, {"summary": "Ditulis ulang"})
        assert 'data-workflow-action-name="approve"' not in curator.get(edit, submitted.pk).content.decode()


class TestBulk:
    def publish(self, desk, *pages, **data):
        keys = "&".join(f"id={page.pk}" for page in pages)
        return desk.client.post(f"/admin/bulk/wagtailcore/page/publish/?{keys}", data)

    def test_publishes_whole_records(self, curator):
        page = factories.innovation(state="draft", revision=True)
        self.publish(curator, page)
        page.refresh_from_db()
        assert page.live

    def test_leaves_out_incomplete_ones_with_a_reason(self, curator):
        page = factories.innovation(state="draft", source="", revision=False)
        response = self.publish(curator, page)
        page.refresh_from_db()
        assert not page.live
        assert page.title in messages_of(response)

    def test_never_publishes_ones_own(self, curator):
        page = factories.innovation(state="draft", owner=curator.person, revision=True)
        self.publish(curator, page)
        page.refresh_from_db()
        assert not page.live

    def test_never_publishes_all_below_an_index(self, curator):
        page = factories.innovation(state="draft", source="", revision=False)
        index = factories.baseline().innovations["id"]
        self.publish(curator, index, include_descendants="on")
        page.refresh_from_db()
        assert not page.live
