"""A participant asks for more time; a coordinator gives it or declines, once, and both are told."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.training.coordinators import address as board_address
from tests.training.coordinators import signed_in
from tests.training.people import Cast, cast, person
from tests.training.scenes import hidden
from tests.training.worlds import ORACLE, ROLES, allowed, make_world
from training.errors import GuardsUnmet, NotAllowed
from training.models import Event, Notice, Project
from training.services import coordination, mails, more_time, todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    made = cast()
    made.move("begin")
    Project.objects.filter(pk=made.project.pk).update(due_on=day(3))
    return made


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def page(people: Cast) -> str:
    return reverse("training:more-time", args=[people.project.key])


def of_person(people: Cast, what: str = "") -> str:
    where = {"project": people.project.key}
    return (
        board_address("change", people.batch, what=what, **where)
        if what
        else board_address("person", people.batch, **where)
    )


def ask(people: Cast, **more: Any) -> Event:
    wish = {"due_on": day(10), "reason": "Data baru datang pekan depan", "submit_key": uuid.uuid4()}
    return more_time.ask(project=people.fresh(), by=people.participant, **wish | more)


def told(kind: str) -> list[Any]:
    return [one.user for one in Notice.objects.filter(cause__startswith=f"standing:{kind}:")]


def test_every_role_in_every_state():
    world = make_world("latsar-2021")
    wrong = []
    for state in world.project.version.all_states:
        for name, rules in ORACLE["more-time"].items():
            asked = (timezone.now(), day(20)) if name == "waiting" else (None, None)
            Project.objects.filter(pk=world.project.pk).update(
                state_code=state.code, time_asked_at=asked[0], time_wanted=asked[1], due_on=day(1)
            )
            for action in ("ask", "take-back", "decline", "extend"):
                for role in ROLES:

                    def do(actor, action=action):
                        how = {"project": world.project, "by": actor, "submit_key": uuid.uuid4()}
                        wish = how | {"due_on": day(20), "reason": "x"}
                        acts = {
                            "ask": lambda: more_time.ask(**wish),
                            "take-back": lambda: more_time.take_back(**how),
                            "decline": lambda: more_time.decline(**how, reason="x"),
                            "extend": lambda: coordination.extend(**wish),
                        }
                        try:
                            acts[action]()
                        except GuardsUnmet as error:
                            raise NotAllowed(action) from error

                    right = role in rules.get(action, []) and not state.is_end
                    if allowed(world, role, do) != right:
                        wrong.append((state.code, name, action, role))
    assert wrong == []


def test_asked_on_the_page_and_granted_by_the_prefilled_form(people):
    client = signed_in(people.participant)
    assert page(people) in client.get(f"/id/training/projects/{people.project.key}/").content.decode()
    sent = hidden(client.get(page(people))) | {"due_on": day(10).isoformat(), "reason": "Data belum datang"}
    assert [client.post(page(people), sent).status_code for _twice in range(2)] == [302, 302]
    assert Event.objects.filter(code="ask-more-time").count() == 1
    assert told("ask-more-time") == [people.coordinator]
    assert people.fresh().due_on == day(3)
    assert "menunggu jawaban" in client.get(f"/id/training/projects/{people.project.key}/").content.decode()
    [task] = todo.tasks(people.coordinator)
    assert (task.asks, todo.count(people.coordinator)) == ("time", 1)
    leads = signed_in(people.coordinator)
    assert f'href="{of_person(people)}#extend"' in leads.get("/id/training/").content.decode()
    form = leads.get(of_person(people)).context["forms"]["extend"]
    assert (form.initial["due_on"], form.initial["reason"]) == (day(10), "Data belum datang")
    given = {f"extend-{name}": str(value) for name, value in form.initial.items()}
    assert leads.post(of_person(people, "extend"), given).status_code == 302
    assert people.fresh().due_on == day(10)
    assert told("give-more-time") == [people.participant]
    assert todo.count(people.coordinator) == 0
    assert "Anda meminta waktu" not in client.get(page(people)).content.decode()


def test_declined_with_a_reason_the_participant_reads(people):
    ask(people)
    leads = signed_in(people.coordinator)
    key = str(uuid.uuid4())
    empty = leads.post(of_person(people, "decline"), {"decline-submit_key": key, "decline-reason": " "})
    assert empty.status_code == 422
    sent = {"decline-submit_key": key, "decline-reason": "Seminar tidak bisa digeser"}
    assert [leads.post(of_person(people, "decline"), sent).status_code for _twice in range(2)] == [302, 302]
    assert told("decline-more-time") == [people.participant]
    shown = signed_in(people.participant).get(page(people)).content.decode()
    assert "Seminar tidak bisa digeser" in shown
    assert people.fresh().due_on == day(3)
    ask(people)
    assert todo.count(people.coordinator) == 1


def test_it_is_answered_once(people):
    ask(people)
    form = signed_in(people.coordinator).get(of_person(people)).context["forms"]["extend"]
    people.batch.coordinators.add(other := person("pic"))
    more_time.decline(project=people.fresh(), reason="Tidak", by=other, submit_key=uuid.uuid4())
    given = {f"extend-{name}": str(value) for name, value in form.initial.items()}
    late = signed_in(people.coordinator).post(of_person(people, "extend"), given)
    assert late.status_code == 422
    assert "tidak lagi menunggu jawaban" in late.content.decode()
    assert "Data baru datang pekan depan" in late.content.decode()
    assert people.fresh().due_on == day(3)
    with pytest.raises(GuardsUnmet):
        more_time.decline(
            project=people.fresh(), reason="Tidak", by=people.coordinator, submit_key=uuid.uuid4()
        )
    assert told("decline-more-time") == [people.participant]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"reason": " "}, "Tulis alasannya"),
        ({"due_on": ""}, "Pilih hari"),
        ({"due_on": "kapan-kapan"}, "Pilih hari"),
        ({"due_on": "2020-01-01"}, "harus lebih lambat"),
        ({"due_on": "2999-01-01"}, "lebih dari satu tahun"),
        ({"reason": "x" * 1001}, "terlalu panjang"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(people, wish, says):
    client = signed_in(people.participant)
    typed = {"due_on": day(9).isoformat(), "reason": "Alasan saya"} | wish
    answer = client.post(page(people), hidden(client.get(page(people))) | typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert says in html
    assert typed["reason"].strip() in html
    assert f'value="{typed["due_on"]}"' in html
    assert not Event.objects.filter(code="ask-more-time").exists()


def test_taken_back_and_asked_once_at_a_time(people):
    ask(people)
    with pytest.raises(GuardsUnmet, match="sudah meminta"):
        ask(people)
    client = signed_in(people.participant)
    sent = hidden(client.get(page(people)))
    assert sent["act"] == "take-back"
    assert client.post(page(people), sent).status_code == 302
    assert todo.count(people.coordinator) == 0
    assert not more_time.waits(people.fresh())


def test_a_request_ends_with_its_state_and_rests_while_the_project_does(people):
    ask(people)
    Project.objects.filter(pk=people.project.pk).update(standing="postponed")
    assert todo.count(people.coordinator) == 0
    Project.objects.filter(pk=people.project.pk).update(standing="active")
    assert todo.count(people.coordinator) == 1
    people.answer_all()
    people.walk_to("idea")
    assert todo.count(people.coordinator) == 0
    with pytest.raises(GuardsUnmet):
        more_time.decline(project=people.fresh(), reason="x", by=people.coordinator, submit_key=uuid.uuid4())
    ask(people, due_on=day(300))
    assert todo.count(people.coordinator) == 1


def test_everybody_else_meets_what_is_not_there(people):
    missing = signed_in(people.participant).get(reverse("training:more-time", args=[uuid.uuid4()]))
    other = cast().participant
    for user in (other, people.mentor, people.coach, people.examiner, people.coordinator, person("lain")):
        for answer in (signed_in(user).get(page(people)), signed_in(user).post(page(people), {})):
            assert (answer.status_code, answer.content) == (404, missing.content)
    changed = signed_in(people.participant).post(
        page(people), {"submit_key": str(uuid.uuid4()), "standing": "stopped"}
    )
    assert changed.status_code == 400


def test_the_mail_says_what_was_asked(people):
    ask(people)
    notice = Notice.objects.get(cause__startswith="standing:ask-more-time:")
    body = mails.message(notice).body
    assert "Peserta meminta tambahan waktu" in body
    assert "The participant asked for more time" in body


def test_more_time_that_nobody_asked_for_is_told_once_and_given_once(people):
    key = uuid.uuid4()
    wish = {"project": people.fresh(), "reason": "Banjir", "by": people.coordinator, "submit_key": key}
    first = coordination.extend(due_on=day(10), **wish)
    assert coordination.extend(due_on=day(12), **wish) == first
    assert people.fresh().due_on == day(10)
    assert told("extend") == [people.participant]
    assert told("give-more-time") == []
    [notice] = Notice.objects.filter(cause__startswith="standing:extend:")
    page_of_notices = signed_in(people.participant).get("/id/training/notices/").content.decode()
    assert "Tenggat diperpanjang." in page_of_notices
    assert notice.mail == Notice.Mail.WAITING
    assert mails.send_waiting() > 0
    [mail_sent] = [one for one in mail.outbox if "Tenggat diperpanjang" in one.body]
    assert mail_sent.to == [people.participant.email]


def test_what_was_asked_for_is_told_as_granted_alone(people):
    ask(people)
    coordination.extend(
        project=people.fresh(), due_on=day(10), reason="Ya", by=people.coordinator, submit_key=uuid.uuid4()
    )
    assert told("give-more-time") == [people.participant]
    assert told("extend") == []


def test_a_key_that_was_used_for_something_else_gives_no_time(people):
    ask(people, submit_key=(key := uuid.uuid4()))
    with pytest.raises(NotAllowed):
        coordination.extend(
            project=people.fresh(), due_on=day(10), reason="Ya", by=people.coordinator, submit_key=key
        )
    assert people.fresh().due_on == day(3)
