"""What is suspected of plagiarism is not published: curators are told why, and decide once it is cleared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.access import ensure_access
from tests import factories
from tests.catalogue.desk import PUBLISH, Desk, messages_of
from tests.training.beside import key
from tests.training.people import Cast, cast
from tests.training.test_records import act, record
from training import records
from training.services import standing

pytestmark = pytest.mark.django_db
APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
WHY = "dugaan plagiat"


@pytest.fixture
def curator(db):
    factories.baseline()
    ensure_access()
    return Desk(factories.user("curator"))


def waiting(curator) -> Cast:
    """A project that waits for the curators."""
    made = cast()
    made.answer_all()
    made.walk_to("curation")
    return made


def decide(people: Cast, code: str) -> None:
    standing.act(
        project=people.fresh(), code=code, by=people.coordinator, reason="Sama persis", submit_key=key()
    )


def test_a_locked_projects_record_is_neither_approved_nor_sent_back(curator):
    people = waiting(curator)
    decide(people, "suspect")
    for action in ("approve", "reject"):
        assert WHY in messages_of(act(curator, record(people), action))
    assert WHY in messages_of(curator.edit(record(people), {}, APPROVE))
    page = curator.get("wagtailadmin_pages:edit", record(people).pk)
    assert 'data-workflow-action-name="approve"' not in page.content.decode()
    assert WHY in messages_of(page)
    with pytest.raises(PermissionDenied, match=WHY):
        intake.approve(key=people.fresh().record_key, by=curator.person)
    assert not record(people).live
    assert record(people).workflow_in_progress
    assert people.fresh().state_code == "curation"
    decide(people, "clear-suspicion")
    act(Desk(factories.user("curator")), record(people), "approve")  # the first one saved a draft
    assert record(people).live
    assert people.fresh().state_code == "published"


def test_nor_published_past_the_review_one_by_one_or_many_at_once(curator):
    people = waiting(curator)
    record(people).current_workflow_state.cancel(user=curator.person)
    decide(people, "suspect")
    assert WHY in messages_of(curator.edit(record(people), {"legal_basis": "Perbup 3"}, PUBLISH))
    assert record(people).get_latest_revision_as_object().legal_basis == "Perbup 3"
    bulk = f"/admin/bulk/wagtailcore/page/publish/?id={record(people).pk}"
    assert WHY in messages_of(curator.client.post(bulk, {}))
    with pytest.raises(PermissionDenied, match=WHY):
        record(people).get_latest_revision().publish(user=curator.person)
    assert not record(people).live


def test_what_was_confirmed_stays_out_and_what_is_live_gets_nothing_new(curator):
    people = waiting(curator)
    act(curator, record(people), "approve")
    page = record(people)
    decide(people, "suspect")
    decide(people, "confirm-suspicion")
    draft = page.get_latest_revision_as_object()
    draft.summary = "Kata baru"
    draft.save_revision()
    assert "plagiat" in messages_of(curator.edit(page, {}, PUBLISH))
    assert record(people).live
    assert record(people).summary != "Kata baru"
    curator.post("wagtailadmin_pages:unpublish", page.pk)
    assert not record(people).live


def test_a_date_that_was_set_before_waits_and_stops_no_other_record(curator):
    people = waiting(curator)
    other = factories.innovation("Lain", state="draft", revision=True)
    decide(people, "suspect")
    past = timezone.now() - timedelta(minutes=5)
    for page in (record(people), other):
        Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=past)
        InnovationPage.objects.filter(pk=page.pk).update(go_live_at=past)
    call_command("publish_scheduled", verbosity=0)
    assert InnovationPage.objects.get(pk=other.pk).live
    assert not record(people).live
    decide(people, "clear-suspicion")
    call_command("publish_scheduled", verbosity=0)
    assert record(people).live
    records.catch_up()
    assert people.fresh().state_code == "published"


def test_other_records_are_as_they_were(curator):
    page = factories.innovation("Antrean", state="draft", revision=True)
    assert not messages_of(curator.get("wagtailadmin_pages:edit", page.pk))
    curator.edit(page, {}, PUBLISH)
    page.refresh_from_db()
    assert page.live
