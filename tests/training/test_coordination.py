"""Starting, reminding, extending and replacing, by the pages' own forms."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from openpyxl import load_workbook

from tests.training.coordinators import address, signed_in
from tests.training.people import batch, cast, later_events, person
from training.models import Assignment, BatchExaminer, Event, Invitation, Notice, Project
from training.services import coordination
from training.services.enrolment import Person, enrol
from training.services.invitations import accept, is_open

pytestmark = pytest.mark.django_db


def enrolled(group, pic, number: int, *, accepted: bool = True) -> list[Project]:
    projects = []
    for n in range(number):
        people = [
            Person(f"{part}{n}-{uuid.uuid4().hex[:4]}@dinas.go.id", f"{part} {n}")
            for part in ("peserta", "mentor", "coach")
        ]
        projects.append(
            enrol(
                batch=group, participant=people[0], mentor=people[1], coach=people[2], agency_id=None, by=pic
            ).project
        )
    if accepted:
        for invitation in Invitation.objects.filter(project__in=projects):
            accept(invitation=invitation, user=invitation.user)
    return projects


def late(projects) -> None:
    Project.objects.filter(pk__in=[project.pk for project in projects]).update(
        due_on=timezone.localdate() - timedelta(days=3)
    )


def send(client: Client, people, what: str, **values):
    """Send one of the forms of a person's page."""
    data = {f"{what}-submit_key": uuid.uuid4(), **{f"{what}-{name}": value for name, value in values.items()}}
    return client.post(address("change", people.batch, project=people.project.key, what=what), data)


# --- The whole batch ------------------------------------------------------------------------------


def test_all_that_are_ready_start_and_nobody_twice():
    pic = person("pic")
    group = batch(coordinator=pic)
    ready = enrolled(group, pic, 3)
    enrolled(group, pic, 2, accepted=False)
    client, key = signed_in(pic), uuid.uuid4()
    assert client.get(address("board", group)).context["ready"] == 3
    for _again in range(2):
        client.post(address("begin", group), {"submit_key": key})
    assert Project.objects.filter(batch=group, state_code="issue").count() == 3
    assert Event.objects.filter(project__in=ready, code="begin", role="coordinator", actor=pic).count() == 3
    assert client.get(address("board", group)).context["ready"] == 0


def test_whoever_holds_an_overdue_project_is_reminded_once_a_day():
    pic = person("pic")
    group = batch(coordinator=pic)
    projects = enrolled(group, pic, 4)
    Project.objects.filter(pk__in=[one.pk for one in projects[:2]]).update(state_code="issue")
    Project.objects.filter(pk=projects[2].pk).update(state_code="design-review")
    late(projects[:3])
    client = signed_in(pic)
    for _again in range(2):
        client.post(address("remind", group))
    told = Notice.objects.filter(kind="reminder")
    coach = projects[2].assignments.get(role="coach").user
    assert {notice.user for notice in told} == {projects[0].owner, projects[1].owner, coach}
    assert told.count() == 3
    assert {notice.mail for notice in told} == {"waiting"}


def test_reminding_costs_the_same_for_few_and_many(django_assert_max_num_queries):
    pic = person("pic")
    group = batch(coordinator=pic)
    client = signed_in(pic)
    for number in (2, 8):
        projects = enrolled(group, pic, number)
        Project.objects.filter(pk__in=[one.pk for one in projects]).update(state_code="issue")
        late(projects)
        with django_assert_max_num_queries(20):
            client.post(address("remind", group))


def test_what_has_ended_without_a_day_is_never_late():
    people = cast()
    Project.objects.update(state_code="published")
    late([people.project])
    client = signed_in(people.coordinator)
    assert client.get(address("board", people.batch)).context["board"].overdue == 0
    client.post(address("remind", people.batch))
    assert not Notice.objects.filter(kind="reminder").exists()


def test_only_coordinators_act():
    people = cast()
    outsider = signed_in(person("lain"))
    for client in (outsider, signed_in(people.mentor), signed_in(people.participant)):
        for name in ("begin", "remind", "share"):
            assert client.post(address(name, people.batch)).status_code == 404
        for what in ("extend", "change", "assign", "remove"):
            assert send(client, people, what).status_code == 404
        for name in ("recap", "examiners"):
            assert client.get(address(name, people.batch)).status_code == 404
        assert client.get(address("person", people.batch, project=people.project.key)).status_code == 404
    assert not later_events().exists()


def test_a_project_of_another_batch_is_not_there():
    people, other = cast(), cast()
    client = signed_in(people.coordinator)
    assert client.get(address("person", people.batch, project=other.project.key)).status_code == 404
    assert client.get(address("person", people.batch, project=uuid.uuid4())).status_code == 404
    assert send(client, people, "nothing").status_code == 404


# --- One person -----------------------------------------------------------------------------------


def test_more_time_is_given_with_a_reason_that_is_kept():
    people = cast()
    client = signed_in(people.coordinator)
    day = timezone.localdate() + timedelta(days=20)
    key = uuid.uuid4()
    data = {"extend-submit_key": key, "extend-due_on": day, "extend-reason": "Sakit <b>"}
    for _again in range(2):
        client.post(address("change", people.batch, project=people.project.key, what="extend"), data)
    assert people.fresh().due_on == day
    event = later_events().get()
    assert (event.code, event.source, event.target) == ("extend", "registered", "registered")
    assert event.note.endswith(f"→ {day}: Sakit <b>")
    page = client.get(address("person", people.batch, project=people.project.key)).content.decode()
    assert "Tenggat diperpanjang" in page
    assert escape("Sakit <b>") in page
    people.move("begin")
    first = event.number
    assert [one.number for one in later_events(people.project)] == [first, first + 1]


def test_the_key_of_another_request_is_refused_and_not_taken_for_done():
    people = cast()
    client, key = signed_in(people.coordinator), uuid.uuid4()
    day = timezone.localdate() + timedelta(days=20)

    def sent(what: str, **values) -> int:
        data = {f"{what}-{name}": value for name, value in values.items()} | {f"{what}-submit_key": key}
        return client.post(
            address("change", people.batch, project=people.project.key, what=what), data
        ).status_code

    assert sent("extend", due_on=day, reason="Sakit") == 302
    mentor = {"role": "mentor", "name": "Rara", "email": "rara@dinas.go.id", "reason": "Pindah"}
    assert sent("change", **mentor) == 404
    assert sent("agency", agency="gov-35.10") == 404
    assert Event.objects.get(submit_key=key).code == "extend"
    assert not Assignment.objects.filter(user__email="rara@dinas.go.id").exists()


@pytest.mark.parametrize(("days", "reason"), [(-1, "Sakit"), (500, "Sakit"), (20, ""), (20, "x" * 1001)])
def test_what_is_no_extension_changes_nothing(days, reason):
    people = cast()
    before = people.fresh().due_on
    day = timezone.localdate() + timedelta(days=days)
    answer = send(signed_in(people.coordinator), people, "extend", due_on=day, reason=reason)
    assert answer.status_code == 422
    assert people.fresh().due_on == before
    assert not later_events().exists()


def test_an_earlier_day_is_no_extension():
    people = cast()
    Project.objects.update(due_on=timezone.localdate() + timedelta(days=30))
    day = timezone.localdate() + timedelta(days=10)
    assert send(signed_in(people.coordinator), people, "extend", due_on=day, reason="x").status_code == 422


def test_another_mentor_is_invited_and_the_first_stays_in_the_history():
    people = cast()
    client = signed_in(people.coordinator)
    first = people.project.invitations.get(role="mentor")
    send(
        client, people, "change", role="mentor", name="Mentor Baru", email="baru@dinas.go.id", reason="Mutasi"
    )
    running = people.project.assignments.get(role="mentor", until=None)
    assert (running.user.email, running.accepted_at) == ("baru@dinas.go.id", None)
    ended = people.project.assignments.get(role="mentor", until__isnull=False)
    assert ended.user == people.mentor
    assert not is_open(first)
    assert later_events().get().code == "change-mentor"
    new = people.project.invitations.get(role="mentor")
    accept(invitation=new, user=new.user)
    running.refresh_from_db()
    assert running.accepted_at
    page = client.get(address("person", people.batch, project=people.project.key)).content.decode()
    assert "Mutasi" in page
    assert str(people.mentor) in page


def test_who_comes_back_is_asked_anew():
    people = cast()
    client = signed_in(people.coordinator)
    for email in ("baru@dinas.go.id", people.mentor.email):
        send(client, people, "change", role="mentor", name="X", email=email, reason="Mutasi")
    running = people.project.assignments.get(role="mentor", until=None)
    assert (running.user, running.accepted_at) == (people.mentor, None)
    assert is_open(people.project.invitations.get(role="mentor"))
    assert people.project.assignments.filter(role="mentor").count() == 3


def test_who_has_not_answered_is_asked_once_more():
    people = cast(accepted=False)
    first = people.project.invitations.get(role="coach").key
    send(
        signed_in(people.coordinator),
        people,
        "change",
        role="coach",
        name="C",
        email=people.coach.email,
        reason="-",
    )
    assert people.project.invitations.get(role="coach").key != first
    assert people.project.assignments.filter(role="coach").count() == 1
    assert not later_events().exists()


@pytest.mark.parametrize("who", ["participant", "coach", "examiner", "mentor"])
def test_nobody_has_two_parts(who):
    people = cast()
    answer = send(
        signed_in(people.coordinator), people, "change", role="mentor", name="X",
        email=people.of(who).email, reason="Uji",
    )  # fmt: skip
    assert answer.status_code == 422
    assert people.project.assignments.get(role="mentor", until=None).user == people.mentor
    assert not later_events().exists()


def test_an_examiner_is_not_changed_like_a_mentor():
    people = cast()
    client = signed_in(people.coordinator)
    for role in ("examiner", "coordinator", "x"):
        answer = send(client, people, "change", role=role, name="X", email="x@lan.go.id", reason="y")
        assert answer.status_code == 422
    assert Assignment.objects.filter(role="examiner").count() == 1


def test_the_agency_is_set_once_and_kept_in_the_history():
    people = cast()
    BatchExaminer.objects.create(batch=people.batch, user=people.examiner, outside=True)
    Project.objects.update(agency=None)
    client = signed_in(people.coordinator)
    key = uuid.uuid4()
    for _again in range(2):
        data = {"agency-submit_key": key, "agency-agency": "gov-35.10"}
        client.post(address("change", people.batch, project=people.project.key, what="agency"), data)
    assert people.fresh().agency.code == "gov-35.10"
    event = later_events().get()
    assert (event.code, event.source, event.target) == ("set-agency", "registered", "registered")
    assert event.note.startswith("– → ")
    page = client.get(address("person", people.batch, project=people.project.key)).content.decode()
    assert "Instansi ditetapkan" in page
    assert send(client, people, "agency", agency="gov-35.10").status_code == 302
    assert send(client, people, "agency", agency="nowhere").status_code == 422
    assert send(client, people, "agency", agency="").status_code == 422
    assert later_events().count() == 1


def test_who_is_switched_off_is_not_offered_as_examiner():
    people = cast()
    one = BatchExaminer.objects.create(batch=people.batch, user=person("penguji"), outside=True)
    client = signed_in(people.coordinator)
    one.user.is_active = False
    one.user.save()
    page = client.get(address("person", people.batch, project=people.project.key)).content.decode()
    assert str(one.user) not in page
    assert send(client, people, "assign", examiner=one.pk).status_code == 422


# --- The recapitulation ---------------------------------------------------------------------------


def test_the_recapitulation_names_who_is_where_and_runs_no_formula():
    people = cast()
    Project.objects.update(title="=HYPERLINK(1)")
    late([people.project])
    answer = signed_in(people.coordinator).get(address("recap", people.batch))
    assert answer["Cache-Control"] == "private, no-store"
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    header, row = list(sheet.iter_rows())
    values = dict(zip([cell.value for cell in header], row, strict=True))
    assert values["Surel"].value == people.participant.email
    assert (values["Judul"].value, values["Judul"].data_type) == ("=HYPERLINK(1)", "s")
    assert values["Posisi"].value == "Terdaftar"
    assert values["Lewat tenggat (hari)"].value == 3
    assert values["Mentor sudah menerima"].value is True
    assert str(people.examiner) in values["Penguji"].value


def test_the_recapitulation_reads_in_chunks(django_assert_max_num_queries):
    pic = person("pic")
    group = batch(coordinator=pic)
    enrolled(group, pic, 12)
    client = signed_in(pic)
    with django_assert_max_num_queries(25):
        b"".join(client.get(address("recap", group)).streaming_content)


def test_every_download_of_the_recapitulation_is_kept_in_the_history_of_everybody_in_it():
    pic, other = person("pic"), person("pic-lain")
    group = batch(coordinator=pic)
    enrolled(group, pic, 3)
    elsewhere = cast().project
    path = address("recap", group)

    def kept() -> dict[int, list[tuple[int, str]]]:
        rows = Event.objects.filter(code=coordination.RECAP).order_by("number")
        return {
            project.pk: [(row.actor_id, row.role) for row in rows.filter(project=project)]
            for project in [*Project.objects.filter(batch=group), elsewhere]
        }

    assert signed_in(pic).head(path).status_code == 200
    assert signed_in(other).get(path).status_code == 404
    assert not any(kept().values())
    for times in (1, 2):
        assert signed_in(pic).get(path).status_code == 200
        found = kept()
        assert found.pop(elsewhere.pk) == []
        assert list(found.values()) == [[(pic.pk, "coordinator")] * times] * 3
    project = Project.objects.filter(batch=group).first()
    page = signed_in(pic).get(address("person", group, project=project.key)).content.decode()
    assert "Rekapitulasi diunduh" in page
