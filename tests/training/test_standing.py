"""Postponed, withdrawn, locked and back: who may, what it does, and that nothing moves meanwhile."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from tests.training.coordinators import address as board_address
from tests.training.coordinators import signed_in
from tests.training.people import Cast, cast, joined, later_events, person
from tests.training.scenes import hidden
from tests.training.worlds import ORACLE, ROLES, allowed, make_world
from training.errors import GuardsUnmet, NotAllowed
from training.models import Assignment, Event, Holder, Invitation, Notice, Project
from training.services import coordination, moves, reminders, removal, standing, todo, writing
from training.services.enrolment import Person, enrol

pytestmark = pytest.mark.django_db
GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def act(people: Cast, code: str, who: str = "coordinator", reason: str = "Sakit") -> Event:
    return standing.act(
        project=people.fresh(), code=code, by=people.of(who), reason=reason, submit_key=uuid.uuid4()
    )


def page(people: Cast) -> str:
    return reverse("training:standing", args=[people.project.key])


def test_the_words_are_those_of_the_glossary():
    with translation.override("id"):
        shown = [str(one.label).partition(":")[0] for one in Project.Standing]
    assert ", ".join(shown) in GLOSSARY.read_text(encoding="utf-8")


def test_every_role_standing_and_action():
    world = make_world("latsar-2021")
    wrong = []
    for name, rules in ORACLE["standing"].items():
        leaving = timezone.now() if name == "leaving" else None
        value = "active" if name == "leaving" else name
        Project.objects.filter(pk=world.project.pk).update(standing=value, leaving_since=leaving)
        for code in standing.ACTIONS:
            for role in ROLES:

                def do(actor, code=code):
                    standing.act(
                        project=world.project, code=code, by=actor, reason="x", submit_key=uuid.uuid4()
                    )

                if allowed(world, role, do, (NotAllowed, GuardsUnmet)) != (role in rules.get(code, [])):
                    wrong.append((name, code, role))
    assert wrong == []


def test_nothing_moves_and_nobody_writes_while_it_stands_still():
    people = cast()
    people.answer_all()
    people.move("begin")
    act(people, "postpone")
    with pytest.raises(GuardsUnmet, match="ditunda"):
        people.move("submit-issue")
    project = people.fresh()
    step = next(step for step in project.version.all_steps if step.code == "issue")
    with pytest.raises(GuardsUnmet, match="ditunda"):
        writing.save_answers(
            project=project, step=step, actor=people.participant, given={"causes": "x"}, saved=project.saved
        )
    assert moves.offers(project=project, roles=frozenset(Holder)) == []
    with pytest.raises(GuardsUnmet):
        coordination.extend(
            project=project, due_on=timezone.localdate() + timedelta(days=9), reason="x",
            by=people.coordinator, submit_key=uuid.uuid4(),
        )  # fmt: skip


@pytest.mark.parametrize("left", [12, -3, None])
def test_the_clock_stops_and_gives_back_the_days_left(left):
    people = cast()
    people.move("begin")
    today = timezone.localdate()
    day = None if left is None else today + timedelta(days=left)
    Project.objects.filter(pk=people.project.pk).update(due_on=day)
    act(people, "postpone")
    assert people.fresh().due_on is None
    assert todo.count(people.participant) == 0
    before = Notice.objects.filter(kind="reminder").count()
    reminders.remind(today=today + timedelta(days=left or 0))
    assert Notice.objects.filter(kind="reminder").count() == before
    act(people, "resume")
    project = people.fresh()
    assert (project.due_on, project.days_left, project.standing) == (day, None, "active")
    assert todo.count(people.participant) == 1


def test_a_withdrawal_is_asked_for_confirmed_and_frees_the_others():
    people = cast()
    people.move("begin")
    act(people, "ask-to-leave", "participant", "Pindah tugas")
    assert people.fresh().is_active
    [task] = todo.tasks(people.coordinator)
    assert task.decides
    assert {n.user for n in Notice.objects.filter(kind="standing")} == {people.coordinator}
    act(people, "withdraw")
    assert todo.count(people.coordinator) == 0
    project = people.fresh()
    assert (project.standing, project.leaving_since) == ("withdrawn", None)
    assert not Assignment.objects.filter(project=project, until=None).exists()
    told = {n.user for n in Notice.objects.filter(kind="standing", cause__startswith="standing:withdraw:")}
    assert told == {people.participant, people.mentor, people.coach, people.examiner}
    board = signed_in(people.coordinator).get(board_address("board", people.batch))
    assert board.context["board"].people == 0
    assert board.context["board"].aside == [("withdrawn", "mengundurkan diri", 1)]
    found = signed_in(people.coordinator).get(board_address("board", people.batch), {"standing": "withdrawn"})
    assert [member.project for member in found.context["members"]] == [project]
    act(people, "resume")
    assert people.fresh().is_active


def test_a_suspicion_locks_until_a_coordinator_decides():
    people = cast()
    people.move("begin")
    act(people, "suspect", "coach", "Sama dengan laporan tahun lalu")
    assert {n.user for n in Notice.objects.filter(kind="standing")} == {
        people.participant, people.mentor, people.examiner, people.coordinator,
    }  # fmt: skip
    [task] = todo.tasks(people.coordinator)
    assert task.decides
    with pytest.raises(NotAllowed):
        act(people, "clear-suspicion", "coach")
    act(people, "clear-suspicion", reason="Sumber disebut")
    assert people.fresh().is_active
    act(people, "suspect")
    act(people, "confirm-suspicion")
    assert people.fresh().standing == "stopped"


def test_the_same_key_does_it_once_and_another_button_with_it_nothing():
    people = cast()
    key, both = uuid.uuid4(), {"project": people.project, "by": people.coordinator, "reason": "Sakit"}
    first = standing.act(code="postpone", submit_key=key, **both)
    assert standing.act(code="postpone", submit_key=key, **both) == first
    with pytest.raises(GuardsUnmet):
        standing.act(code="resume", submit_key=key, **both)
    with pytest.raises(GuardsUnmet):
        act(people, "resume", reason="  ")
    assert later_events().count() == 1


def test_the_page_shows_what_the_reader_may_and_keeps_what_was_typed():
    people = cast()
    client = signed_in(people.participant)
    answer = client.get(page(people))
    assert [row["code"] for row in answer.context["rows"]] == ["ask-to-leave"]
    sent = hidden(answer)
    assert client.post(page(people), sent | {"reason": ""}).status_code == 422
    long = client.post(page(people), sent | {"reason": "x" * 1001})
    assert long.status_code == 422
    assert "x" * 1001 in long.content.decode()
    assert client.post(page(people), sent | {"reason": "Pindah"}).status_code == 302
    assert people.fresh().leaving_since
    decides = signed_in(people.coordinator).get(page(people))
    assert [row["code"] for row in decides.context["rows"]][:2] == ["withdraw", "refuse-leaving"]
    assert '<p class="written" dir="auto">Pindah</p>' in decides.content.decode()
    assert client.post(page(people), sent | {"act": "withdraw", "reason": "x"}).status_code == 404
    assert client.post(page(people), sent | {"act": "nothing"}).status_code == 404
    assert client.post(page(people), sent | {"owner": "1"}).status_code == 400
    late = client.post(page(people), sent | {"reason": "Sekali lagi", "submit_key": str(uuid.uuid4())})
    assert late.status_code == 422
    assert "Sekali lagi" in late.content.decode()


def test_strangers_find_none_of_the_pages():
    people, other = cast(), cast()
    missing = signed_in(other.participant).get(f"/id/training/projects/{uuid.uuid4()}/standing/").content
    ex_mentor = joined(people.project, person("ex"), "mentor", over=True).user
    for stranger in (other.participant, other.coordinator, ex_mentor, person("lain")):
        client = signed_in(stranger)
        for name in ("standing", "dossier"):
            url = reverse(f"training:{name}", args=[people.project.key])
            for answer in (client.get(url), client.post(url, {"act": "postpone", "reason": "x"})):
                assert answer.status_code == 404
                assert answer.content == missing
        url = reverse("training_batches:remove", args=[people.batch.key, people.project.key])
        assert client.post(url, {"why": "person"}).status_code == 404
        assert client.post(board_address("search", people.batch), {"q": "x"}).status_code == 404
    assert people.fresh().is_active
    assert not later_events().exists()


# --- Enrolled by mistake --------------------------------------------------------------------------


def test_who_was_enrolled_by_mistake_is_removed_with_the_mails_that_wait():
    people = cast(accepted=False)
    client = signed_in(people.coordinator)
    key = people.project.key
    assert Notice.objects.filter(project=people.project, mail="waiting").count() == 3
    url = reverse("training_batches:remove", args=[people.batch.key, key])
    assert client.post(url, {"why": "nothing"}).status_code == 400
    assert client.post(url, {"why": "person"}).status_code == 302
    assert not Project.objects.exists()
    assert not Notice.objects.exists()
    assert not Invitation.objects.exists()
    entry = ModelLogEntry.objects.get(action=removal.REMOVED)
    assert (entry.user, entry.data["project"], entry.data["why"]) == (people.coordinator, str(key), "person")
    assert people.participant.email not in str(entry.data) + entry.label
    again = enrol(
        batch=people.batch, participant=Person(people.participant.email), mentor=Person("m@dinas.go.id"),
        coach=Person("c@dinas.go.id"), agency_id=None, by=people.coordinator,
    )  # fmt: skip
    assert again.made


def test_nobody_is_removed_once_something_was_handed_in():
    people = cast()
    people.answer_all()
    people.move("begin")
    people.move("submit-issue")
    with pytest.raises(GuardsUnmet), transaction.atomic():
        removal.remove(project=people.project, why=removal.Why.TWICE, by=people.coordinator)
    client = signed_in(people.coordinator)
    assert client.get(page(people)).context["remove_form"] is None
    client.post(
        reverse("training_batches:remove", args=[people.batch.key, people.project.key]), {"why": "twice"}
    )
    assert people.fresh()


# --- Nobody decides about themselves --------------------------------------------------------------


def test_a_coordinator_decides_nothing_about_their_own_project():
    people = cast()
    people.batch.coordinators.add(people.participant)
    people.answer_all()
    Project.objects.filter(pk=people.project.pk).update(state_code="graduation")
    with pytest.raises(NotAllowed):
        people.move("pass", people.participant, note="Lulus")
    with pytest.raises(NotAllowed):
        act(people, "postpone", "participant")
    client = signed_in(people.participant)
    url = board_address("change", people.batch, project=people.project.key, what="extend")
    assert client.post(url, {}).status_code == 404
    dossier = reverse("training:dossier", args=[people.project.key])
    assert client.get(dossier).status_code == 404
    assert todo.count(people.participant) == 0
    Project.objects.filter(pk=people.project.pk).update(state_code="registered")
    begun = coordination.begin_ready(batch=people.batch, by=people.participant, submit_key=uuid.uuid4())
    assert (begun.started, begun.left) == (0, 0)
