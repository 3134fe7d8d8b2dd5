"""Before somebody said yes nobody reads their name, and they read nothing of the project.

Every page of the area is asked for by everybody who may know of it: one that is new is in it by its address.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from accounts.models import User
from tests.training.coordinators import address, signed_in
from tests.training.people import Cast, batch, cast, person
from tests.training.scenes import shared_cast
from tests.training.slots import put, slot
from tests.training.test_route_matrix import names
from training import forums
from training.errors import GuardsUnmet
from training.models import Assignment, Invitation, Notice, Project, SeminarPlace
from training.naming import names_in
from training.permissions import visible_projects
from training.services import calendar, examiners, seminars
from training.services.discussions import Draft, begin
from training.services.invitations import ACCEPTED
from training.services.preferences import renew_calendar

__all__ = ["shared_cast"]
pytestmark = pytest.mark.django_db
SECRET = "Rahasia Sekali"
TITLE = "Judul yang belum boleh dibaca"
PARTS = ("mentor", "coach", "examiner")
LEAST = 35
"""Pages that a coordinator gets of a project and its batch."""


def nameful(user: User) -> User:
    User.objects.filter(pk=user.pk).update(first_name="Rahasia", last_name="Sekali")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def people(shared_cast: Cast, db: None) -> Cast:
    """A project with a place in a seminar, a consultation and scores to give, whose participant wrote nothing
    by themselves: everything else is there without their yes.
    """
    made = shared_cast
    Project.objects.filter(pk=made.project.pk).update(state_code="design-approval", title=TITLE)
    put(made, slot(made))
    Project.objects.filter(pk=made.project.pk).update(state_code="design-seminar")
    talk(made, "coach")
    Notice.objects.exclude(kind=Notice.Kind.INVITED).delete()
    return made


def talk(people: Cast, role: str) -> None:
    """A consultation that ``role`` wrote down."""
    people.project.consultations.create(
        role=role, supporter=people.of(role), written_by=people.of(role), held_on=timezone.localdate(),
        discussed="Matriks", agreed="Bukti", state="confirmed", answered_at=timezone.now(),
    )  # fmt: skip


def pages(people: Cast) -> Iterator[str]:
    """The address of every page about the project, its batch, or nothing in particular."""
    place = SeminarPlace.objects.get(project=people.project)
    project, group = people.project.key, people.batch.key
    sets: list[dict[str, Any]] = [
        {}, {"key": project}, {"key": group}, {"key": group, "project": project},
        {"key": group, "seminar": place.seminar.key}, {"key": project, "seminar": place.seminar.key},
        {"key": project, "code": "design"}, {"key": project, "code": "close-design-seminar"},
        {"key": project, "occasion": "seminar-1"}, {"key": project, "occasion": "coordinator"},
        {"key": project, "months": 6}, {"key": project, "role": "coach"},
        {"key": project, "entry": people.project.consultations.get().key},
    ]  # fmt: skip
    for name in sorted(names()):
        for arguments in sets:
            try:
                yield reverse(name, kwargs=arguments)
            except NoReverseMatch:
                continue


def read(client: Client, path: str) -> bytes:
    """What somebody gets there, however it is sent; nothing where they get no page."""
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body if answer.status_code == 200 else b""


def naming(reader: User, people: Cast) -> tuple[list[str], int]:
    """The pages on which ``reader`` reads the name, and how many pages they get."""
    client, found, number = signed_in(reader), [], 0
    with translation.override("id"):
        for path in pages(people):
            body = read(client, path)
            number += bool(body)
            if SECRET.encode() in body:
                found.append(path)
    return found, number


@pytest.mark.parametrize("reader", ["mentor", "coach", "examiner", "coordinator"])
def test_no_page_names_a_participant_who_has_not_said_yes(people, reader):
    nameful(people.participant)
    mine = Invitation.objects.filter(project=people.project, role="participant")
    mine.update(accepted_at=None)
    people.project.events.filter(code=ACCEPTED).delete()
    found, number = naming(people.of(reader), people)
    assert found == []
    assert number >= (LEAST if reader == "coordinator" else 10)
    mine.update(accepted_at=timezone.now())
    assert SECRET in signed_in(people.coordinator).get(address("board", people.batch)).content.decode()


def test_no_page_names_who_was_asked_for_a_part_and_has_not_said_yes(people):
    for part in PARTS:
        nameful(people.of(part))
    rows = Assignment.objects.filter(project=people.project)
    rows.update(accepted_at=None)
    people.project.events.filter(code=ACCEPTED).delete()
    people.project.consultations.update(written_by=people.participant, supporter=person("former"))
    for reader in (people.participant, people.coordinator):
        assert naming(reader, people)[0] == []
    rows.update(accepted_at=timezone.now())
    assert SECRET in signed_in(people.coordinator).get(address("board", people.batch)).content.decode()


def test_who_was_asked_and_has_not_said_yes_reads_nothing_of_the_project(people):
    """Every page they get a stranger gets, too, and the title is nowhere, in calendars neither."""
    Assignment.objects.filter(project=people.project).update(accepted_at=None)
    Invitation.objects.filter(project=people.project).update(accepted_at=None)
    invited = [people.of(part) for part in PARTS]
    stranger, clients = signed_in(person("stranger")), [signed_in(user) for user in invited]
    with translation.override("id"):
        for path in pages(people):
            there = bool(read(stranger, path))
            for client in clients:
                body = read(client, path)
                assert TITLE.encode() not in body, path
                assert bool(body) == there, path
    for user in invited:
        feed = reverse("training:calendar", args=[renew_calendar(user=user)])
        assert TITLE not in Client().get(feed).content.decode()
        assert not visible_projects(user).exists()
        assert forums.forum(people.fresh(), user) is None
        assert forums.forum(people.batch, user) is None
        assert not calendar.of_person(user)


def test_a_calendar_tells_no_title_of_a_project_whose_part_was_not_accepted(people):
    """Who has accepted another project of the same slot reads the title of that one alone."""
    other = cast()
    Project.objects.filter(pk=other.project.pk).update(
        batch=people.batch, version=people.batch.version, state_code="design-approval", title="Judul lain"
    )
    Assignment.objects.filter(project=other.project, role="examiner").update(user=people.examiner)
    seminar = SeminarPlace.objects.get(project=people.project).seminar
    put(people, seminar, Project.objects.get(pk=other.project.pk))
    Assignment.objects.filter(project=people.project, role="examiner").update(accepted_at=None)
    [row] = calendar.of_person(people.examiner)
    told = calendar.invitation(row).decode().replace("\r\n ", "")
    assert "Judul lain" in told
    assert TITLE not in told


def test_nobody_can_mention_a_participant_who_has_neither_said_yes_nor_written(people):
    user = nameful(people.participant)
    mine = Invitation.objects.filter(project=people.project, role="participant")
    mine.update(accepted_at=None)
    assert user not in forums.people(people.fresh())
    forum = forums.forum(people.fresh(), people.coach)
    assert forum is not None
    message = begin(forum=forum, author=people.coach, title="Tanya", draft=Draft(f"@{SECRET} apa kabar?"))
    assert not message.mentions.exists()
    own = forums.forum(people.fresh(), user)
    assert own is not None
    begin(forum=own, author=user, title="Jawab", draft=Draft("Baik."))
    assert user in forums.people(people.fresh())


def test_a_refusal_calls_nobody_by_name_who_has_not_said_yes(people):
    """A seminar at the same time and a project without an agency name people to coordinators."""
    nameful(people.participant)
    Invitation.objects.filter(project=people.project, role="participant").update(accepted_at=None)
    leader = person("leader")
    twin = Project.objects.create(
        batch=batch(coordinator=leader), version=people.batch.version, owner=people.participant,
        state_code="design-approval",
    )  # fmt: skip
    begins = SeminarPlace.objects.get(project=people.project).seminar.starts_at
    plan = seminars.Plan(begins, begins + timedelta(hours=1), None, "https://rapat.example/lain")
    taken = seminars.set_up(batch=twin.batch, kind="design", plan=plan, by=leader, submit_key=uuid.uuid4())
    with pytest.raises(GuardsUnmet) as refused:
        put(Cast(**{**vars(people), "coordinator": leader}), taken, twin)
    assert SECRET not in str(refused.value.reasons)
    assert people.participant.email in str(refused.value.reasons)
    Project.objects.filter(pk=people.project.pk).update(agency=None)
    row = examiners.choose(
        batch=people.batch,
        person=examiners.Person(person("judge").email),
        agency_id=None,
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    assert row.pk
    shared = examiners.assign_balanced(
        batch=people.batch, by=people.coordinator, per_project=2, submit_key=uuid.uuid4()
    )
    assert SECRET not in str(shared)
    assert people.participant.email in str(shared)


def test_an_invitation_tells_no_title_in_the_list_of_notices(people):
    """The page of the invitation says programme, batch and part; the rest is for who said yes."""
    notice = Notice.objects.filter(user=people.mentor, kind=Notice.Kind.INVITED).get()
    Assignment.objects.filter(project=people.project, role="mentor").update(accepted_at=None)
    page = signed_in(people.mentor).get(reverse("training:read")).content.decode()
    assert "Anda diundang untuk ikut dalam sebuah proyek" in page
    assert TITLE not in page
    assert notice.project.title == TITLE


def test_a_batch_calls_by_name_who_said_yes_to_any_part_of_it(people):
    user = nameful(people.coach)
    assert names_in(people.batch, [user]) == [SECRET]
    assert names_in(batch(), [user]) == [user.email]
    Assignment.objects.filter(project=people.project).update(accepted_at=None)
    assert names_in(people.batch, [user]) == [user.email]
    assert names_in(people.batch, [nameful(people.coordinator)]) == [SECRET]
    assert names_in(people.batch, [nameful(people.participant)]) == [SECRET]


def test_a_board_finds_nobody_by_a_name_they_did_not_give(people):
    nameful(people.participant)
    mine = Invitation.objects.filter(project=people.project, role="participant")
    mine.update(accepted_at=None)
    client = signed_in(people.coordinator)

    def found(words: str) -> int:
        page = client.post(address("search", people.batch), {"q": words}, follow=True)
        return page.context["list"].paginator.count

    assert (found("Rahasia"), found(people.participant.email)) == (0, 1)
    mine.update(accepted_at=timezone.now())
    assert found("Rahasia") == 1
