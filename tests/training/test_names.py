"""An address gives no name away before its owner said yes: not on boards, project pages or in files."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from tests.training.beside import beside, key, member
from tests.training.coordinators import address, signed_in
from tests.training.people import cast
from tests.training.scenes import address as project_address
from training.models import Assignment, Invitation, Project
from training.services.invitations import ACCEPTED

pytestmark = pytest.mark.django_db
SECRET = "Rahasia Sekali"


def nameful(user: User) -> User:
    User.objects.filter(pk=user.pk).update(first_name="Rahasia", last_name="Sekali")
    return user


@pytest.mark.parametrize("role", ["mentor", "coach", "examiner"])
def test_the_projects_page_shows_no_name_of_who_has_not_accepted(role):
    people = cast()
    nameful(people.of(role))
    rows = Assignment.objects.filter(project=people.project, role=role)
    rows.update(accepted_at=None)
    people.project.events.filter(code=ACCEPTED).delete()
    client = signed_in(people.coordinator)
    shown = client.get(project_address(people)).content.decode()
    assert SECRET not in shown
    assert people.of(role).email in shown
    rows.update(accepted_at=timezone.now())
    assert SECRET in client.get(project_address(people)).content.decode()


def test_a_team_reads_neither_name_nor_address_of_who_has_not_accepted():
    made = beside()
    user = member(made, "view")
    Assignment.objects.filter(project=made.project, role="mentor").update(accepted_at=None)
    made.project.events.filter(code=ACCEPTED).delete()
    shown = signed_in(user).get(project_address(made.cast)).content.decode()
    assert "Made Mentor" not in shown
    assert made.mentor.email not in shown


def test_a_participant_is_an_address_to_their_coordinator_until_they_said_yes():
    people = cast()
    nameful(people.participant)
    Invitation.objects.filter(project=people.project, role="participant").update(accepted_at=None)
    people.project.events.filter(code=ACCEPTED).delete()
    client = signed_in(people.coordinator)
    pages = [
        address("board", people.batch), address("person", people.batch, project=people.project.key),
        project_address(people),
    ]  # fmt: skip
    sent = {
        "participant_name": "Siapa", "participant_email": people.participant.email, "mentor_name": "M",
        "mentor_email": people.mentor.email, "coach_name": "C", "coach_email": people.coach.email,
        "agency": "",
    }  # fmt: skip
    told = client.post(address("enrol", people.batch), sent, follow=True).content.decode()
    assert "Siapa" in told
    assert SECRET not in told
    for url in pages:
        shown = client.get(url).content.decode()
        assert SECRET not in shown, url
        assert people.participant.email in shown, url
    recap = b"".join(client.get(address("recap", people.batch)).streaming_content)
    assert SECRET not in str(list(load_workbook(io.BytesIO(recap)).active.iter_rows(values_only=True)))
    dossier = client.post(project_address(people, "dossier/"), {"submit_key": str(key())})
    with zipfile.ZipFile(io.BytesIO(b"".join(dossier.streaming_content))) as archive:
        assert SECRET not in archive.read("02-people.txt").decode()
    Invitation.objects.filter(project=people.project, role="participant").update(accepted_at=timezone.now())
    for url in pages:
        assert SECRET in client.get(url).content.decode(), url


def test_who_writes_without_the_invitation_has_said_yes():
    people = cast()
    nameful(people.participant)
    Invitation.objects.filter(project=people.project).delete()
    board = address("board", people.batch)
    client = signed_in(people.coordinator)
    assert SECRET not in client.get(board).content.decode()
    Project.objects.filter(pk=people.project.pk).update(saved=1)
    assert SECRET in client.get(board).content.decode()
