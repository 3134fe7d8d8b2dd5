"""Whoever passed gets the certificate, the catalogue the innovation, by a day: boards say who is late."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboards.selection import LATE, ON_TIME, due
from tests.training.coordinators import address, signed_in
from tests.training.people import Cast, cast, version
from training import boards
from training.models import Certificate, Notice, Project, State
from training.services import certificates, standing
from training.services.reminders import remind

pytestmark = pytest.mark.django_db
DAYS = 3


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def passed(consent: str = "yes") -> Cast:
    people = cast()
    people.participant.first_name = "Peserta"
    people.participant.save()
    people.answer_all()
    if consent != "yes":
        Project.objects.update(answers={**people.fresh().answers, "consent": consent})
    people.walk_to("passed")
    return people


def days_later(number: int) -> None:
    """Everything of the project lies so many days back."""
    for project in Project.objects.exclude(due_on=None):
        Project.objects.filter(pk=project.pk).update(
            due_on=project.due_on - timedelta(days=number),
            entered_at=project.entered_at - timedelta(days=number),
        )


def seen(people: Cast) -> list[int]:
    """How many are late by the board, its list, the page of batches, the totals and the overview."""
    client = signed_in(people.coordinator)
    board = client.get(address("board", people.batch)).context["board"]
    state = next(one for one in board.states if one.state.code == people.fresh().state_code)
    listed = client.get(address("board", people.batch), {"overdue": "1"}).context["list"].paginator.count
    mine = boards.boards([people.batch])[0]
    institutions, agencies = boards.totals(type(people.batch).objects.filter(pk=people.batch.pk), "id")
    overview = Project.objects.filter(due(LATE, [people.batch])).count()
    totals = [institutions[0].overdue, agencies[0].overdue]
    return [board.overdue, state.overdue, listed, mine.overdue, *totals, overview]


@pytest.mark.parametrize("code", ["latsar-2021", "pkp-2020", "pka-2020"])
def test_what_ships_gives_a_day_to_whoever_passed(code):
    ends = {state.code: state.due_days for state in version(code).all_states if state.is_end}
    assert ends == {"passed": DAYS, "failed": None, "published": None}


def test_a_coordinator_who_does_not_hand_over_is_late_everywhere_until_they_do():
    people = passed()
    today = timezone.localdate()
    assert people.fresh().due_on == today + timedelta(days=DAYS)
    assert Project.objects.filter(due(ON_TIME, [people.batch])).count() == 1
    days_later(DAYS)
    assert set(seen(people)) == {0}
    days_later(1)
    assert set(seen(people)) == {1}
    assert certificates.issue_waiting() == 1  # the catalogue still waits
    assert set(seen(people)) == {1}
    page = signed_in(people.coordinator).get(address("board", people.batch)).content.decode()
    assert "Lewat tenggat 1 hari" in page
    people.move("propose")
    assert people.fresh().due_on == today + timedelta(days=14)
    assert set(seen(people)) == {0}


def test_who_stays_out_of_the_catalogue_waits_for_the_certificate_alone():
    people = passed("no")
    days_later(DAYS + 1)
    assert set(seen(people)) == {1}
    assert certificates.issue_waiting() == 1
    assert people.fresh().due_on is None
    assert set(seen(people)) == {0}


def test_a_certificate_that_is_taken_back_before_it_was_signed_is_not_waited_for():
    people = passed("no")
    waiting = Certificate.objects.get(project=people.project)
    certificates.revoke(certificate=waiting, by=people.coordinator, reason="Judul keliru")
    assert people.fresh().due_on is None


def test_who_comes_back_from_the_catalogue_to_stay_out_has_no_day():
    people = passed()
    certificates.issue_waiting()
    people.move("ask-changes", note="Boleh masuk katalog?")
    Project.objects.update(answers={**people.fresh().answers, "consent": "no"})
    people.move("keep-out")
    assert (people.fresh().state_code, people.fresh().due_on) == ("passed", None)


def test_going_on_gives_no_day_back_where_nothing_waits_any_more():
    people = passed("no")

    def act(code: str) -> bool:
        sent = {"code": code, "by": people.coordinator, "reason": "Cuti", "submit_key": uuid.uuid4()}
        standing.act(project=people.fresh(), **sent)
        return people.fresh().due_on is not None

    assert [act("postpone"), act("resume"), act("postpone")] == [False, True, False]
    certificates.issue_waiting()
    assert act("resume") is False


def test_the_coordinator_is_reminded_by_the_schedule_until_it_is_done():
    people = passed("no")
    last = people.fresh().due_on

    def told() -> list[tuple[int, int]]:
        rows = Notice.objects.filter(kind=Notice.Kind.REMINDER).order_by("pk")
        return [(row.user_id, int(row.cause.rpartition(":")[2])) for row in rows]

    for number in range(1, DAYS + 2):
        remind(today=timezone.localdate() + timedelta(days=number))
        remind(today=timezone.localdate() + timedelta(days=number))
    coordinator = people.coordinator.pk
    assert told() == [(coordinator, -1), (coordinator, 0), (coordinator, 1)]
    certificates.issue_waiting()
    for number in range(2, 10):
        remind(today=last + timedelta(days=number))
    assert len(told()) == 3


def test_versions_without_that_day_stay_as_they_were():
    people = cast()
    State.objects.filter(version=people.batch.version, code="passed").update(due_days=None)
    people.batch.version.forget_rows()
    people.answer_all()
    people.walk_to("passed")
    assert people.fresh().due_on is None
    assert set(seen(people)) == {0}
