"""One person, one account; nobody judges what they support; names are shown only once somebody said yes."""

from __future__ import annotations

import uuid

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.access import ensure_access
from catalogue.services.codes import agency_id
from tests import factories
from tests.training.coordinators import address, signed_in
from tests.training.people import batch, cast, later_events, person
from training import personal
from training.errors import GuardsUnmet
from training.models import Assignment, BatchExaminer, Event, Notice, Project, Revision
from training.services import coordination, todo
from training.services.enrolment import Person, accounts_for, enrol

pytestmark = pytest.mark.django_db


def change(people, role: str, email: str) -> None:
    coordination.change_supporter(
        project=people.project, role=role, person=Person(email, "X"), reason="Uji", by=people.coordinator,
        submit_key=uuid.uuid4(),
    )  # fmt: skip


# --- Accounts -------------------------------------------------------------------------------------


def test_a_proved_second_address_is_no_second_account():
    somebody = person("budi")
    EmailAddress.objects.create(user=somebody, email="Budi.Lain@dinas.go.id", verified=True, primary=False)
    EmailAddress.objects.create(user=somebody, email="unproved@dinas.go.id", verified=False, primary=False)
    before = User.objects.count()
    assert accounts_for([Person("budi.lain@DINAS.go.id", "B")]) == {"budi.lain@dinas.go.id": somebody}
    assert User.objects.count() == before
    assert accounts_for([Person("unproved@dinas.go.id")])["unproved@dinas.go.id"] != somebody


def test_two_addresses_of_one_person_are_not_two_people():
    pic, somebody = person("pic"), person("budi")
    EmailAddress.objects.create(user=somebody, email="lain@dinas.go.id", verified=True, primary=False)
    with pytest.raises(GuardsUnmet):
        enrol(
            batch=batch(coordinator=pic), participant=Person("p@dinas.go.id"), mentor=Person(somebody.email),
            coach=Person("lain@dinas.go.id"), agency_id=None, by=pic,
        )  # fmt: skip
    assert not Project.objects.exists()


# --- Conflicts of interest ------------------------------------------------------------------------


def test_a_former_examiner_supports_nobody_they_examined():
    people = cast()
    Assignment.objects.filter(user=people.examiner).update(until=timezone.now())
    for role in ("coach", "mentor"):
        with pytest.raises(GuardsUnmet, match="penguji"):
            change(people, role, people.examiner.email)
    assert not later_events().exists()


def test_an_agency_with_an_examiner_of_the_project_is_refused():
    people = cast()
    Project.objects.update(agency=None)
    BatchExaminer.objects.create(batch=people.batch, user=people.examiner, agency_id=agency_id("gov-35.10"))
    sent = {"project": people.project, "by": people.coordinator}
    with pytest.raises(GuardsUnmet, match="penguji"):
        coordination.set_agency(agency_id=agency_id("gov-35.10"), submit_key=uuid.uuid4(), **sent)
    coordination.set_agency(agency_id=agency_id("gov-33"), submit_key=uuid.uuid4(), **sent)
    assert people.fresh().agency_id == agency_id("gov-33")


# --- Names ----------------------------------------------------------------------------------------


def test_an_address_gives_no_name_away_before_its_owner_said_yes():
    people = cast()
    User.objects.filter(pk=people.examiner.pk).update(first_name="Rahasia", last_name="Sekali")
    other = person("tamu")
    User.objects.filter(pk=other.pk).update(first_name="Rahasia", last_name="Juga")
    client = signed_in(people.coordinator)
    answer = client.post(
        address("examiners", people.batch), {"name": "Tamu", "email": other.email}, follow=True
    ).content.decode()
    assert other.email in answer
    assert "Rahasia" not in answer
    Assignment.objects.filter(user=people.examiner).update(accepted_at=None)
    change(people, "coach", other.email)
    pages = [address("board", people.batch), address("person", people.batch, project=people.project.key)]
    for url in pages:
        assert "Rahasia" not in client.get(url).content.decode()
    Assignment.objects.filter(user__in=[people.examiner, other]).update(accepted_at=timezone.now())
    for url in pages:
        shown = client.get(url).content.decode()
        assert "Rahasia Sekali" in shown
        assert "Rahasia Juga" in shown


# --- Reminders ------------------------------------------------------------------------------------


def test_those_who_are_ticked_are_reminded_and_it_is_kept():
    people = cast()
    people.move("begin")
    client = signed_in(people.coordinator)
    url = address("remind", people.batch)
    client.post(url, {"selected": "1"})
    assert not Notice.objects.filter(kind="reminder").exists()
    assert client.post(url, {"selected": "1", "project": "x"}).status_code == 404
    foreign = cast()
    foreign.move("begin")
    both = [str(people.project.key), str(foreign.project.key)]
    assert client.post(url, {"selected": "1", "project": both}).status_code == 404
    assert not Notice.objects.filter(kind="reminder").exists()
    for _again in range(2):
        client.post(url, {"selected": "1", "project": both[:1]})
    [notice] = Notice.objects.filter(kind="reminder")
    assert (notice.user, notice.project) == (people.participant, people.project)
    event = Event.objects.get(code="remind")
    assert (event.project, event.actor, event.source) == (people.project, people.coordinator, "issue")
    people.answer_all()
    people.move("submit-issue")


# --- Consent --------------------------------------------------------------------------------------


def in_review():
    people = cast()
    ensure_access()
    people.answer_all()
    people.walk_to("curation")
    return people


def refuse(people) -> None:
    answers = people.fresh().answers | {"consent": "no"}
    Project.objects.filter(pk=people.project.pk).update(answers=answers)


def test_who_does_not_consent_finishes_without_the_catalogue():
    people = cast()
    people.answer_all()
    people.walk_to("passed")
    people.move("ask-changes", note="Perjelas capaian")
    with pytest.raises(GuardsUnmet):
        people.move("keep-out")
    refuse(people)
    with pytest.raises(GuardsUnmet):
        people.move("propose")
    people.move("keep-out")
    assert people.fresh().state_code == "passed"
    assert todo.count(people.coordinator) == todo.count(people.participant) == 0


def test_a_record_that_nobody_saw_goes_when_consent_is_taken_back():
    people = in_review()
    key = people.fresh().record_key
    Project.objects.update(state_code="record-revision")
    refuse(people)
    people.move("keep-out")
    assert people.fresh().record_key is None
    assert not InnovationPage.objects.filter(translation_key=key).exists()


def test_erasure_reaches_a_record_that_is_still_in_review():
    people = in_review()
    key = people.fresh().record_key
    personal.erase(people.participant)
    project = people.fresh()
    assert (project.title, project.answers, project.record_key) == ("", {}, None)
    assert not intake.exists(key)
    assert not Revision.objects.filter(project=project).exclude(answers={}).exists()


def test_erasure_leaves_what_the_catalogue_shows():
    people = in_review()
    intake.approve(key=people.fresh().record_key, by=factories.user("curator"))
    personal.erase(people.participant)
    assert intake.is_live(people.fresh().record_key)
    assert people.fresh().answers
