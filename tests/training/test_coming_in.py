"""The history says who was enrolled, who said yes and who was chosen to examine; names are for few."""

from __future__ import annotations

import io
import json
import uuid
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.services.codes import agency_id
from tests.training.coordinators import address as board_address
from tests.training.coordinators import row, signed_in, upload, xlsx
from tests.training.people import batch, person
from tests.training.scenes import address, as_user, people, shared_cast  # noqa: F401
from training import personal
from training.dossier import pieces
from training.errors import NotAllowed
from training.models import Assignment, BatchEvent, BatchExaminer, Event, Holder, Invitation, Project
from training.services import examiners
from training.services.enrolment import Entry, Person, enrol_all
from training.services.invitations import accept

pytestmark = pytest.mark.django_db
OWN, OTHER = "gov-33", "gov-32"


@pytest.fixture
def pic():
    return person("pic")


@pytest.fixture
def group(pic):
    return batch(coordinator=pic)


def entries(number: int, *, coach: str = "coach@lan.go.id", prefix: str = "") -> list[Entry]:
    return [
        Entry(
            Person(f"{prefix}peserta{n}@dinas.go.id", f"Peserta {n}"),
            Person(f"{prefix}mentor{n}@dinas.go.id", f"Mentor {n}"),
            Person(coach, "Coach Satu"),
        )
        for n in range(number)
    ]


def codes_of(project: Project) -> list[str]:
    return [event.code for event in project.events.all()]


def choose(people, email: str, agency: str | None, key: uuid.UUID | None = None) -> BatchExaminer:  # noqa: F811
    return examiners.choose(
        batch=people.batch, person=Person(email, "Penguji"), by=people.coordinator,
        agency_id=agency_id(agency) if agency else None, submit_key=key or uuid.uuid4(),
    )  # fmt: skip


def assign(people, chosen: BatchExaminer, key: uuid.UUID | None = None) -> None:  # noqa: F811
    examiners.assign(
        project=people.project, examiner=chosen, by=people.coordinator, submit_key=key or uuid.uuid4()
    )


def remove(people, user: User, key: uuid.UUID | None = None, reason: str = "Sakit") -> None:  # noqa: F811
    given = Assignment.objects.filter(project=people.project, user=user).latest("pk")
    examiners.remove(
        project=people.project, assignment=given, reason=reason, by=people.coordinator,
        submit_key=key or uuid.uuid4(),
    )  # fmt: skip


# --- Enrolment ------------------------------------------------------------------------------------


def test_a_list_leaves_one_event_a_participant_and_none_when_it_is_applied_again(group, pic):
    client, content = signed_in(pic), xlsx([row(1), row(2), row(3)])
    for _again in range(2):
        shown = upload(client, group, content)["Location"]
        client.post(shown)
        client.post(shown)
    for project in Project.objects.filter(batch=group):
        [event] = project.events.all()
        assert (event.number, event.code, event.actor, event.role) == (
            1, "enrol-participant", pic, "coordinator",
        )  # fmt: skip
        assert (event.source, event.target, event.note) == ("registered", "registered", "")
    assert Event.objects.count() == 3
    page = client.get(board_address("person", group, project=project.key)).content.decode()
    assert "Peserta didaftarkan" in page


def test_the_events_of_an_enrolment_cost_two_statements_however_many_there_are(group, pic):
    costs = []
    for number in (1, 2, 12):
        with CaptureQueriesContext(connection) as asked:
            enrol_all(batch=group, entries=entries(number, prefix=f"{number}-"), by=pic)
        costs.append(len(asked))
    assert costs[1] == costs[2]  # the first reads the version's rules, too
    assert Event.objects.filter(code="enrol-participant").count() == 15


# --- Acceptance -----------------------------------------------------------------------------------


def test_every_yes_is_kept_once_with_the_part_it_was_given_for(group, pic):
    [made] = enrol_all(batch=group, entries=entries(1), by=pic)
    for invitation in made.project.invitations.all():
        for _again in range(2):
            accept(invitation=invitation, user=invitation.user)
    kept = made.project.events.filter(code="accept-invitation")
    assert {(event.role, event.actor.email) for event in kept} == {
        ("participant", "peserta0@dinas.go.id"),
        ("mentor", "mentor0@dinas.go.id"),
        ("coach", "coach@lan.go.id"),
    }
    assert [event.number for event in made.project.events.all()] == [1, 2, 3, 4]
    for event in kept.exclude(role="participant"):
        assert (event.assignment.user, event.assignment.role) == (event.actor, event.role)


def test_a_coachs_one_yes_stands_in_each_project_at_a_constant_number_of_statements(pic):
    costs = []
    for number in (2, 9):
        group = batch(coordinator=pic)
        enrol_all(batch=group, entries=entries(number), by=pic)
        asked = Invitation.objects.filter(project__batch=group, role="coach")
        with CaptureQueriesContext(connection) as done:
            accept(invitation=asked[0], user=asked[0].user)
        costs.append(len(done))
        kept = Event.objects.filter(project__batch=group, code="accept-invitation")
        assert kept.values("project").distinct().count() == kept.count() == number
        assert {event.assignment.accepted_at is not None for event in kept} == {True}
    assert costs[0] == costs[1]


def test_who_was_replaced_meanwhile_leaves_no_event(group, pic):
    [made] = enrol_all(batch=group, entries=entries(1), by=pic)
    asked = made.project.invitations.get(role="mentor")
    Assignment.objects.filter(role="mentor").update(until="2026-03-20T00:00:00Z")
    with pytest.raises(NotAllowed):
        accept(invitation=asked, user=asked.user)
    assert codes_of(made.project) == ["enrol-participant"]


# --- Examiners ------------------------------------------------------------------------------------


def test_who_examines_stands_in_the_history_for_coordinators_only(people):  # noqa: F811
    user = person("penguji")
    User.objects.filter(pk=user.pk).update(first_name="Ratna", last_name="Kencana")
    chosen = choose(people, user.email, OTHER)
    assign(people, chosen)
    asked = people.project.invitations.get(user=user)
    led = board_address("person", people.batch, project=people.project.key)
    before = as_user(people.coordinator).get(led).content.decode()
    assert "Ratna Kencana" not in before  # who has not said yes is shown by the address
    assert f'Penguji ditugaskan</strong>: <span dir="auto">{user.email}' in before
    accept(invitation=asked, user=User.objects.get(pk=user.pk))
    remove(people, user, reason="Berhalangan")
    assert codes_of(people.project)[-3:] == ["assign-examiner", "accept-invitation", "remove-examiner"]
    for event in people.project.events.order_by("-number")[:3]:
        assert event.assignment.user == user
    for page in (led, address(people)):
        assert as_user(people.coordinator).get(page).content.decode().count("Ratna Kencana") >= 3
    for role in ("participant", "mentor", "coach"):
        page = as_user(people.of(role)).get(address(people)).content.decode()
        assert "Ratna Kencana" not in page
        assert user.email not in page
        assert "Penguji dilepas" in page
        assert "Berhalangan" in page
    own = json.dumps(personal.export(people.participant))
    assert "accept-invitation" in own
    assert "Ratna" not in own
    assert user.email not in own


def test_the_dossier_says_whose_part_it_was(people):  # noqa: F811
    user = person("penguji")
    assign(people, choose(people, user.email, OTHER))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces(people.project))))
    history = archive.read("03-history.txt").decode()
    assert f"Penguji ditugaskan: {user.email} – {people.coordinator}" in history
    assert "Undangan diterima" in history


def test_the_english_page_says_it_in_english(people):  # noqa: F811
    page = as_user(people.participant).get(address(people, language="en")).content.decode()
    assert "The participant was enrolled" in page
    assert "The invitation was accepted" in page


def test_an_examiner_removed_comes_not_back_by_the_request_that_assigned_them(people):  # noqa: F811
    chosen, key = choose(people, "a@lan.go.id", OTHER), uuid.uuid4()
    assign(people, chosen, key)
    assign(people, chosen, key)
    gone = uuid.uuid4()
    remove(people, chosen.user, gone)
    before = codes_of(people.project)
    assign(people, chosen, key)
    remove(people, chosen.user, gone)
    assert codes_of(people.project) == before
    assert not Assignment.objects.filter(user=chosen.user, until=None).exists()
    with pytest.raises(NotAllowed):
        remove(people, chosen.user, key)


def test_projects_are_shared_out_once_by_one_request(people):  # noqa: F811
    Assignment.objects.filter(role=Holder.EXAMINER).update(until="2026-03-20T00:00:00Z")
    chosen, key = choose(people, "a@lan.go.id", OTHER), uuid.uuid4()
    same = {"batch": people.batch, "by": people.coordinator, "submit_key": key}
    done = examiners.assign_balanced(**same)
    assert done is not None
    assert done.assigned == 1
    [event] = people.project.events.filter(code="assign-examiner")
    assert event.assignment.user == chosen.user
    remove(people, chosen.user)
    assert examiners.assign_balanced(**same) is None
    client = as_user(people.coordinator)
    sent = client.post(board_address("share", people.batch), {"submit_key": str(key)}, follow=True)
    assert "sudah dibagikan" in sent.content.decode()
    assert not Assignment.objects.filter(user=chosen.user, until=None).exists()
    assert BatchEvent.objects.filter(code="share-examiners").get().note == "Penguji ditugaskan: 1"


def test_a_choice_and_its_change_are_kept_and_an_old_request_undoes_nothing(people):  # noqa: F811
    first, second = uuid.uuid4(), uuid.uuid4()
    chosen = choose(people, "a@lan.go.id", None, first)
    choose(people, "a@lan.go.id", OTHER, second)
    choose(people, "a@lan.go.id", OTHER)  # is so already
    assert choose(people, "a@lan.go.id", None, first) == chosen
    chosen.refresh_from_db()
    assert chosen.agency_id == agency_id(OTHER)
    gone = {"batch": people.batch, "examiner": chosen, "by": people.coordinator, "submit_key": uuid.uuid4()}
    examiners.give_up(**gone)
    choose(people, "a@lan.go.id", OTHER)
    examiners.give_up(**gone)
    assert examiners.offered(people.batch).filter(pk=chosen.pk).exists()
    events = BatchEvent.objects.filter(batch=people.batch)
    assert [(event.code, event.examiner, event.actor) for event in events] == [
        ("choose-examiner", chosen, people.coordinator),
        ("choose-examiner", chosen, people.coordinator),
        ("give-up-examiner", chosen, people.coordinator),
        ("choose-examiner", chosen, people.coordinator),
    ]
    assert events[0].note.startswith("bukan dari instansi")
    assert " → " in events[1].note
    page = as_user(people.coordinator).get(board_address("examiners", people.batch)).content.decode()
    assert "Penguji dipilih" in page
    assert "Penguji tidak ditawarkan lagi" in page


def test_one_page_gives_up_two_and_a_form_sent_twice_chooses_once(people):  # noqa: F811
    client = as_user(people.coordinator)
    here = board_address("examiners", people.batch)
    key = str(uuid.uuid4())
    for email in ("a@lan.go.id", "b@lan.go.id"):
        form = {"name": "P", "email": email, "agency": "outside", "submit_key": key}
        for _again in range(2):
            assert client.post(here, form).status_code == 302
    for one in BatchExaminer.objects.all():
        for _again in range(2):
            gone = board_address("give-up", people.batch, examiner=one.pk)
            assert client.post(gone, {"submit_key": key}).status_code == 302
    assert list(BatchEvent.objects.values_list("code", flat=True)) == [
        "choose-examiner", "choose-examiner", "give-up-examiner", "give-up-examiner",
    ]  # fmt: skip


def test_the_reason_goes_with_whoever_it_is_about(people):  # noqa: F811
    chosen = choose(people, "a@lan.go.id", OTHER)
    assign(people, chosen)
    remove(people, chosen.user, reason="Sakit keras")
    choose(people, "b@lan.go.id", None)
    assert "choose-examiner" in json.dumps(personal.export(people.coordinator))
    personal.erase(chosen.user)
    assert people.project.events.get(code="remove-examiner").note == ""
