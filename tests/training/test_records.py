"""A project's record among the curators: queued, published, sent back, deleted, withdrawn."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction, TaskState

from accounts.roles import Role
from accounts.services import create_staff_user
from catalogue.documents import InnovationSource
from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.codes import agency_id
from catalogue.services.intake import RecordState
from tests import factories
from tests.catalogue.desk import Desk, messages_of
from tests.training.people import cast
from training import records
from training.errors import GuardsUnmet
from training.models import Batch, BatchExaminer, Holder, Notice, Project
from training.services import standing
from training.services.coordination import set_agency
from training.services.moves import offers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def access(db):
    from catalogue.services.access import ensure_access

    factories.baseline()
    ensure_access()


@pytest.fixture
def curator():
    return Desk(factories.user("curator"))


@pytest.fixture
def people():
    """A project that waits for the curators."""
    made = cast()
    made.answer_all()
    made.walk_to("curation")
    return made


def record(people) -> InnovationPage:
    return InnovationPage.objects.get(translation_key=people.fresh().record_key, is_source=True)


def act(desk, page, action, comment="Baik"):
    state = TaskState.objects.get(workflow_state=page.current_workflow_state, status="in_progress")
    return desk.post(
        "wagtailadmin_pages:workflow_action", page.pk, action, state.pk, data={"comment": comment}
    )


def test_a_record_waits_in_the_curators_queue(people, curator):
    page = record(people)
    assert not page.live
    assert (page.owner, page.origin) == (people.participant, InnovationPage.Origin.TRAINING)
    assert intake.record_state(page.translation_key) == RecordState.IN_REVIEW
    home = curator.get("wagtailadmin_home").content.decode()
    assert page.title in home
    listed = curator.listing(state="review").content.decode()
    assert page.title in listed
    filtered = curator.listing(origin="training").content.decode()
    assert page.title in filtered
    assert page.title not in curator.listing(origin="import").content.decode()


def test_approving_publishes_and_moves_the_project(people, curator):
    act(curator, record(people), "approve")
    assert record(people).live
    project = people.fresh()
    assert project.state_code == "published"
    event = project.events.last()
    assert (event.code, event.role, event.source, event.target) == (
        "publish",
        "curator",
        "curation",
        "published",
    )
    assert Notice.objects.filter(user=people.participant, cause=f"event:{event.pk}").count() == 1
    assert intake.record_state(project.record_key) == RecordState.PUBLIC
    record(people).save_revision(user=curator.person).publish(
        user=curator.person
    )  # a later edit moves nothing
    assert people.fresh().events.last() == event


def test_sending_back_carries_the_comment_and_the_same_record_comes_again(people, curator):
    page = record(people)
    act(curator, page, "reject", "Sebutkan sumber angka waktu tunggu")
    project = people.fresh()
    assert project.state_code == "record-revision"
    event = project.events.last()
    assert (event.code, event.note, event.actor) == (
        "return-record", "Sebutkan sumber angka waktu tunggu", curator.person,
    )  # fmt: skip
    assert Notice.objects.get(user=people.participant, cause=f"event:{event.pk}").kind == Notice.Kind.RETURNED
    assert intake.record_state(project.record_key) == RecordState.RETURNED

    text = project.answers["problem"] + " menurut catatan loket bulan Maret"
    Project.objects.filter(pk=project.pk).update(answers={**project.answers, "problem": text})
    people.move("propose")
    assert people.fresh().record_key == page.translation_key
    assert InnovationPage.objects.count() == 1
    assert record(people).get_latest_revision_as_object().problem == text
    assert intake.record_state(page.translation_key) == RecordState.IN_REVIEW
    act(curator, record(people), "approve")
    assert people.fresh().state_code == "published"
    assert record(people).problem == text


def test_what_curators_added_stays_when_the_participant_mends(people, curator):
    page = record(people).get_latest_revision_as_object()
    page.legal_basis = "Peraturan Bupati"
    page.save_revision(user=curator.person)
    act(Desk(factories.user("curator")), record(people), "reject")
    people.move("propose")
    assert record(people).get_latest_revision_as_object().legal_basis == "Peraturan Bupati"


def test_sending_back_without_a_comment_moves_it_too(people, curator):
    act(curator, record(people), "reject", "")
    assert people.fresh().state_code == "record-revision"


def test_the_participant_has_no_desk_and_no_curator_approves_their_own(people):
    page = record(people)
    client = Desk(people.participant).client
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code in {302, 403, 404}
    both = create_staff_user(email=people.participant.email, role=Role.CURATOR)
    response = act(Desk(both), page, "approve")
    assert "sendiri" in messages_of(response) or "yourself" in messages_of(response)
    assert not record(people).live
    assert people.fresh().state_code == "curation"


def test_nor_does_the_coordinator_who_handed_it_over(people):
    both = create_staff_user(email=people.coordinator.email, role=Role.CURATOR)
    act(Desk(both), record(people), "approve")
    assert not record(people).live
    act(Desk(factories.user("curator")), record(people), "approve")
    assert record(people).live


def test_a_deleted_record_gives_the_project_back_and_comes_anew(people, curator):
    old = people.fresh().record_key
    record(people).delete(user=curator.person)
    project = people.fresh()
    assert project.state_code == "record-revision"
    assert "dihapus" in project.events.last().note
    assert intake.record_state(old) == RecordState.GONE
    people.move("propose")
    assert people.fresh().record_key != old
    assert intake.record_state(people.fresh().record_key) == RecordState.IN_REVIEW
    assert InnovationPage.objects.count() == 1


def test_withdrawing_leaves_the_project_where_it_ended_and_is_known(people, curator):
    act(curator, record(people), "approve")
    page = record(people)
    page.unpublish(user=curator.person)
    assert people.fresh().state_code == "published"
    assert intake.record_state(page.translation_key) == RecordState.WITHDRAWN
    assert intake.public_path(page.translation_key) == ""
    page.delete(user=curator.person)
    assert people.fresh().state_code == "published"
    assert intake.record_state(people.fresh().record_key) == RecordState.GONE


def test_what_no_signal_tells_is_caught_up_with(people, curator):
    page = record(people)
    lock = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    act(curator, page, "approve")
    assert people.fresh().state_code == "curation"
    assert records.catch_up() == 0
    lock.delete()
    assert records.catch_up() == 1
    assert people.fresh().state_code == "published"
    assert records.catch_up() == 0


def test_records_of_demonstrations_are_labelled():
    made = cast()
    Batch.objects.update(is_demo=True)
    made.answer_all()
    made.walk_to("curation")
    assert record(made).origin == InnovationPage.Origin.DEMO_SYNTHETIC


def test_a_record_names_nobody(people, curator):
    everybody = [people.participant, people.mentor, people.coach, people.examiner, people.coordinator]
    for number, person in enumerate(everybody):
        person.first_name, person.last_name = f"Kenari{number}", f"Marga{number}"
        person.save()
    act(curator, record(people), "approve")
    page = record(people)
    key = str(page.translation_key)
    shown = visitor().get(page.url).content.decode()
    indexed = str(list(InnovationSource().documents([key], {key: 1})))
    told = visitor().get(f"/api/v1/innovations/{key}").content.decode()
    for text in (shown, indexed, told):
        assert page.title in text
        for person in everybody:
            for private in (person.first_name, person.last_name, person.email):
                assert private not in text


@pytest.mark.parametrize(
    "text",
    [
        "hubungi 0812 3456 7890",
        "NIP 19870312 201001 1 004",
        "surel saya budi@contoh.go.id",
        "Ditulis oleh siti aminah",
    ],
)
def test_personal_data_is_held_back(text):
    made = cast()
    made.participant.first_name, made.participant.last_name = "Siti", "Aminah"
    made.participant.save()
    made.answer_all()
    made.walk_to("passed")
    project = made.fresh()
    answers = {**project.answers, "lessons": f"{project.answers['lessons']} {text}"}
    Project.objects.filter(pk=project.pk).update(answers=answers)
    with pytest.raises(GuardsUnmet) as refused:
        made.move("propose")
    assert "Pelajaran" in refused.value.reasons[0]
    assert made.fresh().state_code == "passed"
    assert not InnovationPage.objects.exists()


def test_what_stays_with_the_programme_may_name_people():
    made = cast()
    made.participant.first_name, made.participant.last_name = "Siti", "Aminah"
    made.participant.save()
    made.answer_all()
    made.walk_to("passed")
    project = made.fresh()
    rows = [
        {**row, "evidence": "Daftar hadir Siti Aminah, 0812 3456 7890"} for row in project.answers["matrix"]
    ]
    Project.objects.filter(pk=project.pk).update(answers={**project.answers, "matrix": rows})
    made.move("propose")
    page = InnovationPage.objects.get()
    assert made.fresh().state_code == "curation"
    assert [value.code for value in page.core_values.all()]


def propose_offer(made):
    found = offers(project=made.fresh(), roles=frozenset({Holder.COORDINATOR}))
    return next(offer for offer in found if offer.move.code == "propose")


def test_what_holds_a_record_back_is_said_before_it_is_tried_and_can_be_mended():
    made = cast()
    made.answer_all()
    made.walk_to("passed")
    assert propose_offer(made).reasons == ()
    project = made.fresh()
    answers = {**project.answers, "lessons": f"{project.answers['lessons']} budi@contoh.go.id"}
    Project.objects.filter(pk=project.pk).update(answers=answers, agency=None)
    reasons = propose_offer(made).reasons
    assert "instansi" in reasons[0]
    assert "Pelajaran" in reasons[1]
    made.move("ask-changes", note="Hapus alamat surel", field_notes={"lessons": "Surel"})
    assert made.fresh().state_code == "record-revision"
    BatchExaminer.objects.create(batch=made.batch, user=made.examiner, outside=True)
    set_agency(
        project=made.fresh(),
        agency_id=agency_id("gov-35.10"),
        by=made.coordinator,
        submit_key=uuid.uuid4(),
    )
    Project.objects.filter(pk=project.pk).update(answers=project.answers)
    made.move("propose")
    assert made.fresh().state_code == "curation"


def visitor():
    from django.test import Client

    return Client()


# --- While the project stands still ---------------------------------------------------------------


def stand(people, code):
    standing.act(
        project=people.fresh(), code=code, by=people.coordinator, reason="Cuti", submit_key=uuid.uuid4()
    )


def test_a_record_sent_back_while_its_project_is_postponed_is_given_back_when_it_goes_on(people, curator):
    stand(people, "postpone")
    page = record(people)
    act(curator, page, "reject", "Sebutkan sumber angka")
    assert people.fresh().state_code == "curation"
    kept = people.project.events.last()
    assert (kept.code, kept.source, kept.target, kept.actor, kept.role) == (
        "curators-decided", "curation", "curation", curator.person, "curator",
    )  # fmt: skip
    assert kept.note == "Kembalikan dengan catatan\nSebutkan sumber angka"
    assert records.catch_up() == 0
    assert people.project.events.last() == kept
    stand(people, "resume")
    project = people.fresh()
    assert (project.state_code, project.due_on is not None) == ("record-revision", True)
    resumed, returned = people.project.events.order_by("number").reverse()[:2][::-1]
    assert (resumed.code, returned.code, returned.number) == ("resume", "return-record", resumed.number + 1)
    assert (returned.note, returned.actor) == ("Sebutkan sumber angka", curator.person)
    told = Notice.objects.filter(user=people.participant, cause=f"event:{returned.pk}")
    assert [notice.kind for notice in told] == [Notice.Kind.RETURNED]
    assert records.catch_up() == 0
    people.move("propose")
    assert intake.record_state(page.translation_key) == RecordState.IN_REVIEW
    act(curator, record(people), "approve")
    assert people.fresh().state_code == "published"


def test_one_published_then_moves_on_when_it_goes_on(people, curator):
    stand(people, "postpone")
    act(curator, record(people), "approve")
    assert people.fresh().state_code == "curation"
    [kept] = people.project.events.filter(code="curators-decided")
    assert kept.note == "Terbitkan"
    stand(people, "resume")
    assert people.fresh().state_code == "published"


def test_one_published_and_unpublished_meanwhile_is_given_back(people, curator):
    stand(people, "postpone")
    act(curator, record(people), "approve")
    record(people).unpublish(user=curator.person)
    assert people.project.events.filter(code="curators-decided").count() == 2
    stand(people, "resume")
    assert people.fresh().state_code == "record-revision"
    assert "tidak tampil lagi" in people.project.events.last().note


def test_one_deleted_meanwhile_is_given_back(people, curator):
    stand(people, "withdraw")
    record(people).delete(user=curator.person)
    assert people.fresh().state_code == "curation"
    stand(people, "resume")
    assert people.fresh().state_code == "record-revision"
    assert "dihapus" in people.project.events.last().note


def test_what_was_sent_back_and_submitted_again_by_the_curators_waits_on(people, curator):
    stand(people, "postpone")
    page = record(people)
    act(curator, page, "reject")
    record(people).current_workflow_state.resume(user=curator.person)
    stand(people, "resume")
    assert people.fresh().state_code == "curation"
    act(curator, record(people), "approve")
    assert people.fresh().state_code == "published"


def test_a_return_that_was_swallowed_before_is_caught_up_with(people, curator):
    Project.objects.filter(pk=people.project.pk).update(standing="postponed")
    act(curator, record(people), "reject", "Perjelas")
    Project.objects.filter(pk=people.project.pk).update(standing="active")
    people.project.events.filter(code="curators-decided").delete()
    assert records.catch_up() == 1
    event = people.project.events.last()
    assert (event.code, event.note, event.actor) == ("return-record", "Perjelas", curator.person)
