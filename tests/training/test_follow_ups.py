"""Half a year and a year later: asked once, reminded, answered once, and the answer before the curators."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import InnovationPage
from catalogue.services import intake
from catalogue.services.access import ensure_access
from tests import factories
from tests.training.coordinators import signed_in
from tests.training.people import Cast, cast
from tests.training.scenes import hidden
from training.errors import Moved, NotAllowed
from training.models import FollowUp, Notice, Project
from training.services import follow_ups, mails, todo

pytestmark = pytest.mark.django_db


def published(days: int = 181) -> Cast:
    people = cast()
    ensure_access()
    people.answer_all()
    people.walk_to("curation")
    intake.approve(key=people.fresh().record_key, by=factories.user("curator"))
    assert people.fresh().state_code == "published"
    Project.objects.update(entered_at=timezone.now() - timedelta(days=days))
    return people


def page(people: Cast, months: int = 6) -> str:
    return reverse("training:follow-up", args=[people.project.key, months])


def record(people: Cast) -> InnovationPage:
    return InnovationPage.objects.get(translation_key=people.fresh().record_key)


def test_the_worker_asks_once_and_reminds_once():
    people = published(179)
    assert follow_ups.ask_due() == 0
    Project.objects.update(entered_at=timezone.now() - timedelta(days=181))
    assert [follow_ups.ask_due() for _again in range(3)] == [1, 0, 0]
    told = Notice.objects.filter(kind="follow-up")
    assert {notice.user for notice in told} == {people.participant, people.mentor}
    body = mails.message(told[0]).body
    assert f"/id/training/projects/{people.project.key}/follow-up/6/" in body
    for days, number in ((15, 4), (15, 4), (31, 6), (90, 6)):
        FollowUp.objects.update(asked_at=timezone.now() - timedelta(days=days))
        follow_ups.ask_due()
        assert told.all().count() == number, days
    Project.objects.update(entered_at=timezone.now() - timedelta(days=366))
    assert follow_ups.ask_due() == 1
    assert list(FollowUp.objects.values_list("months", flat=True)) == [6, 12]


def test_who_is_found_after_a_year_is_asked_once():
    published(400)
    assert follow_ups.ask_due() == 1
    assert FollowUp.objects.get().months == 12
    assert follow_ups.ask_due() == 0


def test_nobody_is_asked_about_what_is_not_published_or_does_not_go_on():
    people = published()
    for change in ({"standing": "stopped"}, {"standing": "active", "state_code": "passed"}):
        Project.objects.update(**change)
        assert follow_ups.ask_due() == 0
    assert people


def test_it_stands_in_the_list_of_both_until_one_answers():
    people = published()
    before = todo.count(people.mentor)
    follow_ups.ask_due()
    for who in (people.participant, people.mentor):
        assert todo.count(who) == len(todo.tasks(who))
    assert todo.count(people.mentor) == before + 1
    assert page(people) in signed_in(people.participant).get(reverse("training:home")).content.decode()
    client = signed_in(people.mentor)
    sent = hidden(client.get(page(people)))
    assert client.post(page(people), sent | {"answer": "running"}).status_code == 302
    assert todo.count(people.mentor) == before
    assert "Masih berjalan" in signed_in(people.coach).get(page(people)).content.decode()


def test_the_answer_waits_for_the_curators_as_a_draft():
    people = published()
    follow_ups.ask_due()
    client = signed_in(people.participant)
    form = client.get(page(people))
    assert "Waktu tunggu" in form.content.decode()
    sent = hidden(form) | {
        "answer": "replicated", "place": "Kota Malang", "evidence": "https://contoh.go.id/berita",
        "number-0": "7,5",
    }  # fmt: skip
    for _again in range(2):
        assert client.post(page(people), sent).status_code == 302
    live = record(people)
    assert live.status is None or live.status.code != "growing"
    draft = live.get_latest_revision_as_object()
    assert (draft.status.code, draft.status_confirmed_on) == ("growing", timezone.localdate())
    [entry] = draft.status_history.all()
    assert "Kota Malang" in entry.source
    assert "https://contoh.go.id/berita" in entry.source
    assert people.participant.email not in entry.source
    assert draft.outcomes.first().actual == Decimal("7.5")
    assert live.workflow_in_progress
    assert intake.is_live(live.translation_key)
    intake.approve(key=live.translation_key, by=factories.user("curator"))
    assert record(people).status.code == "growing"
    assert people.fresh().state_code == "published"
    assert FollowUp.objects.get().numbers == {draft.outcomes.first().name_id: "7.5"}


@pytest.mark.parametrize(
    "given",
    [
        {}, {"answer": "replicated"}, {"answer": "stopped"}, {"answer": "nothing"},
        {"answer": "running", "evidence": "javascript:alert(1)"}, {"answer": "running", "number-0": "banyak"},
        {"answer": "stopped", "reason": "Tanya Budi 081234567890"},
    ],
)  # fmt: skip
def test_what_is_no_answer_names_the_field_and_keeps_the_rest(given):
    people = published()
    follow_ups.ask_due()
    client = signed_in(people.participant)
    sent = hidden(client.get(page(people)))
    answer = client.post(
        page(people),
        sent | {"place": "Kota Batu"} | given | ({} if given != {"answer": "replicated"} else {"place": ""}),
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not FollowUp.objects.exclude(answered_at=None).exists()


def test_the_first_answer_stands_and_the_second_is_shown_back():
    people = published()
    follow_ups.ask_due()
    second = signed_in(people.mentor)
    late = hidden(second.get(page(people))) | {"answer": "stopped", "reason": "Anggaran habis"}
    first = signed_in(people.participant)
    first.post(page(people), hidden(first.get(page(people))) | {"answer": "running"})
    answer = second.post(page(people), late)
    assert answer.status_code == 409
    assert "Anggaran habis" in answer.content.decode()
    assert FollowUp.objects.get().answer == "running"
    given = follow_ups.Given(FollowUp.Answer.STOPPED, reason="x")
    with pytest.raises(Moved):
        follow_ups.answer(
            project=people.project, months=6, given=given, by=people.mentor, submit_key=uuid.uuid4()
        )


def test_record_and_project_lead_to_each_other_for_those_who_have_a_part():
    people = published()
    project_page = reverse("training:project", args=[people.project.key])
    path = intake.public_path(people.fresh().record_key, "id")
    assert path in signed_in(people.mentor).get(project_page).content.decode()
    for who in (people.participant, people.mentor, people.coordinator):
        assert project_page in signed_in(who).get(path).content.decode()
    assert project_page not in signed_in(cast().participant).get(path).content.decode()
    assert project_page not in Client().get(path).content.decode()


def test_only_participant_and_mentor_answer():
    people, other = published(), cast()
    follow_ups.ask_due()
    given = follow_ups.Given(FollowUp.Answer.RUNNING)
    for who in (people.coach, people.examiner, people.coordinator, other.participant):
        with pytest.raises(NotAllowed):
            follow_ups.answer(project=people.project, months=6, given=given, by=who, submit_key=uuid.uuid4())
        assert signed_in(who).post(page(people), {"answer": "running"}).status_code == 404
    assert signed_in(other.participant).get(page(people)).status_code == 404
    assert signed_in(people.participant).get(page(people, 12)).status_code == 404
