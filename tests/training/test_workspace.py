"""The workspace's first page: what waits for whom, notices, and beginning alone."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.test import Client

from accounts import privacy
from accounts.models import User
from tests import factories
from tests.pages import main_of, text_of
from tests.training.people import batch, person
from tests.training.scenes import ROLES, address, as_user, hidden, in_state, people, shared_cast, statements
from training.models import Assignment, Event, Holder, Notice, Project
from training.services import todo

__all__ = ["people", "shared_cast"]

pytestmark = pytest.mark.django_db

HOME = "/id/training/"
HELD = {
    "registered": "coordinator",
    "issue": "participant",
    "idea-approval": "mentor",
    "design-review": "coach",
    "design-seminar": "examiner",
    "curation": None,
}


def tasks_of(user: User) -> list[todo.Task]:
    return todo.tasks(user)


def test_who_is_not_signed_in_is_led_there_and_back(people):
    for path in (
        HOME,
        f"/id/training/projects/{people.project.key}/",
        f"/id/training/projects/{uuid.uuid4()}/",
    ):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/accounts/login/?next={path.replace('/', '%2F')}")
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("state", HELD)
def test_a_project_waits_for_whom_it_is_held_by_and_for_nobody_else(people, state):
    in_state(people, state)
    waiting = [role for role in ROLES if tasks_of(people.of(role))]
    assert waiting == [HELD[state]] if HELD[state] else waiting == []


@pytest.mark.parametrize("role", ROLES)
def test_the_number_in_the_header_is_the_length_of_the_list(people, role):
    in_state(people, "design-review")
    page = as_user(people.of(role)).get(HOME)
    number = len(tasks_of(people.of(role)))
    header = re.search(r"Ruang kerja(?: \((\d+)\))?</a>", page.content.decode())
    assert header is not None
    assert (
        int(header[1] or 0)
        == number
        == todo.count(people.of(role))
        == page.content.count(b'class="over"') - (1 if role != "coordinator" else 0)
    )
    assert f"Tugas ({number})" in text_of(page)
    assert "no-store" in page["Cache-Control"]


def test_a_part_that_is_not_accepted_is_an_invitation_and_no_project(people):
    in_state(people, "idea-approval")
    Assignment.objects.filter(user=people.mentor).update(accepted_at=None)
    people.project.invitations.filter(user=people.mentor).update(accepted_at=None)
    task = tasks_of(people.mentor)[0]
    assert (task.role, task.invitation) == (Holder.MENTOR, people.project.invitations.get(user=people.mentor))
    page = as_user(people.mentor).get(HOME)
    assert f"/id/training/invitations/{task.invitation.key}/" in page.content.decode()


def test_what_is_overdue_stands_first(people):
    in_state(people, "issue")
    other = Project.objects.create(
        version=people.batch.version,
        batch=batch(),
        owner=people.participant,
        state_code="issue",
        title="Lain",
    )
    Project.objects.filter(pk=other.pk).update(due_on=date(2020, 1, 1))
    Project.objects.filter(pk=people.project.pk).update(due_on=date(2999, 1, 1))
    found = tasks_of(people.participant)
    assert [task.project for task in found] == [other, people.project]
    assert [task.is_overdue for task in found] == [True, False]
    assert "Lewat tenggat" in text_of(as_user(people.participant).get(HOME))


def test_who_refused_the_catalogue_waits_for_nobody(people):
    in_state(people, "passed", answers={"consent": "no"})
    assert tasks_of(people.coordinator) == []
    for answers in ({"consent": "yes"}, {}):
        in_state(people, "passed", answers=answers)
        assert len(tasks_of(people.coordinator)) == 1


@pytest.mark.parametrize("consent", ["no", "yes"])
def test_an_erased_participants_ended_project_waits_for_nobody(people, consent):
    in_state(people, "passed", answers={"consent": consent})
    privacy.erase(user=User.objects.get(pk=people.participant.pk))
    assert people.fresh().answers == {}
    assert tasks_of(people.coordinator) == []
    assert todo.count(people.coordinator) == 0
    in_state(people, "graduation")  # somebody still has to decide that one
    assert len(tasks_of(people.coordinator)) == 1


def test_notices_are_read_one_by_one_and_all_at_once(people):
    client = as_user(people.participant)
    people.move("begin")
    unread = Notice.objects.filter(user=people.participant, read_at=None)
    assert unread.count() == 2
    assert "sekarang di “Penetapan isu”" in text_of(client.get(HOME))
    foreign = Notice.objects.filter(user=people.mentor).first()
    client.post("/id/training/notices/", {"notice": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.read_at is None
    client.post("/id/training/notices/", {"notice": unread.first().pk})
    assert unread.count() == 1
    assert client.post("/id/training/notices/", {"notice": "x"}).status_code == 400
    client.post("/id/training/notices/")
    assert not unread.exists()


def test_the_page_asks_as_often_for_a_hundred_projects_as_for_one(people):
    in_state(people, "design-review")
    counts = []
    for number in (1, 60):
        for _ in range(number - 1):
            project = Project.objects.create(
                version=people.batch.version,
                batch=people.batch,
                owner=factories.user(),
                state_code="design-review",
            )
            Assignment.objects.create(
                project=project, user=people.coach, role=Holder.COACH, accepted_at="2026-03-07T01:00:00Z"
            )
            Notice.objects.create(
                user=people.coach, project=project, kind="moved", cause=f"event:{project.pk}x"
            )
        client = as_user(people.coach)
        counts.append(statements(client, HOME))
    assert counts[0] == counts[1] <= 20
    assert todo.count(people.coach) == 60


# --- Beginning alone ------------------------------------------------------------------------------


def test_writing_goes_on_at_the_step_saved_last(people):
    in_state(people, "report", answers={})
    Project.objects.filter(pk=people.project.pk).update(last_step="")
    client = as_user(people.participant)
    home, words = "/id/training/", "Lanjutkan menulis: Ke katalog"
    assert words not in text_of(client.get(home))
    path = address(people, "steps/catalogue/")
    client.post(path, hidden(client.get(path)) | {"a-tags": "antrean"})
    assert main_of(client.get(home)).count(f'<a href="{path}">{words}') == 2  # the task, and my projects
    page = main_of(client.get(address(people)))
    assert f'<a class="btn" href="{path}">{words}</a>' in page
    assert page.index(words) < page.index("Tulis: Laporan")
    for who in (people.mentor, people.coach, people.coordinator):
        assert words not in text_of(as_user(who).get(home)) + text_of(as_user(who).get(address(people)))
    in_state(people, "report-review")
    assert words not in text_of(client.get(home)) + text_of(client.get(address(people)))


def test_a_civil_servant_begins_alone_and_twice_is_once(people):
    user = person("mandiri")
    client = as_user(user)
    form = hidden(client.get("/id/training/start/")) | {"agency": "gov-35.10"}
    first = client.post("/id/training/start/", form)
    again = client.post("/id/training/start/", form)
    project = Project.objects.get(owner=user)
    assert first["Location"] == again["Location"] == f"/id/training/projects/{project.key}/"
    assert (project.version.code, project.agency.code, project.batch) == ("mandiri-1", "gov-35.10", None)
    assert "Tulis: Inovasi" in text_of(client.get(first["Location"]))
    [event] = Event.objects.filter(project=project)
    assert (event.code, event.actor, event.role) == ("start-alone", user, "participant")


def test_without_an_agency_nothing_begins(people):
    user = person("mandiri")
    client = as_user(user)
    answer = client.post("/id/training/start/", hidden(client.get("/id/training/start/")) | {"agency": ""})
    assert answer.status_code == 422
    assert "Pilih instansi Anda." in text_of(answer)
    assert not Project.objects.filter(owner=user).exists()


@pytest.mark.parametrize("broken", [{"version": "latsar-2021"}, {"submit_key": "x"}, {"colour": "red"}])
def test_a_form_that_is_none_of_ours_is_refused(people, broken):
    client = as_user(person("mandiri"))
    form = hidden(client.get("/id/training/start/")) | {"agency": "gov-35.10"}
    assert client.post("/id/training/start/", form | broken).status_code == 400


def test_who_is_no_verified_civil_servant_is_told_how_to_become_one(people):
    client = as_user(factories.user(email="warga@example.org"))
    for answer in (client.get("/id/training/start/"), client.post("/id/training/start/", {"agency": "x"})):
        assert "berakhiran go.id" in text_of(answer)
        assert b"/accounts/email/" in answer.content


# --- Signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "target"), [("id", HOME), ("en", "/en/training/")])
def test_signing_in_leads_to_the_workspace(people, language, target):
    client = Client()
    form = {"login": people.participant.email, "password": factories.PASSWORD}
    assert client.post(f"/accounts/login/?language={language}", form)["Location"] == target
