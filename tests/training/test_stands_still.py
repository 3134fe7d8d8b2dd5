"""Nothing of a project changes while it is postponed, locked, withdrawn or stopped, but what is free then."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests.training import logs, scoring, slots
from tests.training.roomers import Beside, asked, beside, key, member, with_design
from tests.training.scenes import as_user
from training import guards, logbooks, uploads
from training.answers import fingerprint
from training.errors import GuardsUnmet, ScoresClosed
from training.models import (
    Appeal,
    Assignment,
    Consultation,
    Event,
    EvidenceFile,
    FollowUp,
    Notice,
    Occasion,
    PeerReview,
    Project,
    SeminarAttendee,
    SeminarPlace,
    TeamMember,
)
from training.permissions import Right
from training.services import (
    appeals,
    certificates,
    consultations,
    coordination,
    documents,
    evidence,
    examiners,
    follow_ups,
    locking,
    logbook,
    logbook_reminders,
    peers,
    scores,
    seminar_places,
    settling,
    standing,
    team,
    todo,
    writing,
)
from training.services.enrolment import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
own_storage = logs.own_storage
Do = Callable[[], Any]
STILL = ("postponed", "locked", "withdrawn", "stopped")


def _talk(made: Beside) -> Consultation:
    return consultations.write(
        project=made.project, by=made.participant, role="coach", submit_key=key(),
        talk=consultations.Talk(timezone.localdate(), "Matriks", "Bukti"),
    )  # fmt: skip


def _write_talk(made: Beside) -> Do:
    return lambda: _talk(made)


def _change_talk(made: Beside) -> Do:
    row = _talk(made)
    talk = consultations.Talk(timezone.localdate(), "Lain", "Lain")
    return lambda: consultations.change(
        consultation=row, by=made.participant, seen=row.round, talk=talk, submit_key=key()
    )


def _answer_talk(made: Beside) -> Do:
    row = _talk(made)
    return lambda: consultations.answer(
        consultation=row, by=made.coach, seen=row.round, agrees=True, reason="", submit_key=key()
    )


def _attach(made: Beside) -> Do:
    def do() -> None:
        with uploads.checked([logs.photo()]) as files:
            evidence.attach(
                project=made.project, actor=made.participant, files=files, row="", submit_key=key()
            )

    Project.objects.filter(pk=made.project.pk).update(state_code="implementation")
    return do


def _remove_file(made: Beside) -> Do:
    _attach(made)()
    file = EvidenceFile.objects.get()
    return lambda: evidence.remove(file=file, actor=made.participant, submit_key=key())


def _log(made: Beside) -> Do:
    logs.implementing(made.cast)
    return lambda: logs.entry(made.cast)


def _change_entry(made: Beside) -> Do:
    logs.implementing(made.cast)
    entry = logs.entry(made.cast)
    return lambda: logbook.change(
        entry=entry, actor=made.participant, draft=logs.draft("Lain"), changes=0, submit_key=key()
    )


def _remark(made: Beside) -> Do:
    logs.implementing(made.cast)
    entry = logs.entry(made.cast)
    return lambda: logbook.remark(entry=entry, actor=made.mentor, text="Mengapa?", submit_key=key())


def _explain(made: Beside) -> Do:
    logs.implementing(made.cast)
    row = logbooks.rows(made.project)[0].code
    return lambda: logbook.explain(
        project=made.project, actor=made.participant, reasons={row: "Masih berjalan"}, submit_key=key()
    )


def _scored(made: Beside, state: str = "design-seminar") -> dict[str, Any]:
    Project.objects.filter(pk=made.project.pk).update(state_code=state)
    given = scoring.given(made.project, Occasion.DESIGN_SEMINAR)
    return {
        "project": made.project, "occasion": Occasion.DESIGN_SEMINAR, "actor": made.examiner,
        "given": given, "saved": 0,
    }  # fmt: skip


def _draft(made: Beside) -> Do:
    wish = _scored(made)
    return lambda: scores.save_draft(**wish)


def _submit(made: Beside) -> Do:
    wish = _scored(made)
    return lambda: scores.submit(**wish, submit_key=key())


def _settle(made: Beside) -> Do:
    _scored(made)
    second = made.people["stranger"]
    Assignment.objects.create(project=made.project, user=second, role="examiner", accepted_at=timezone.now())
    scoring.sheet(made.project, Occasion.DESIGN_SEMINAR, made.examiner, 5)
    scoring.sheet(made.project, Occasion.DESIGN_SEMINAR, second, 1)
    marks = {one.code: Decimal(60) for one in scoring.results.occasions(made.project.version)["seminar-1"]}
    return lambda: settling.propose(
        project=made.project, occasion=Occasion.DESIGN_SEMINAR, actor=made.coordinator, submit_key=key(),
        meeting=settling.Meeting(marks, timezone.localdate(), "Rapat"),
    )  # fmt: skip


def _lock(made: Beside) -> Do:
    Project.objects.filter(pk=made.project.pk).update(state_code="graduation")
    scoring.score_all(made.cast)
    return lambda: locking.lock(project=made.project, by=made.coordinator, submit_key=key())


def _unlock(made: Beside) -> Do:
    scoring.lock(made.cast)
    return lambda: locking.unlock(
        project=made.project, reason="Salah hitung", by=made.coordinator, submit_key=key()
    )


def _appeal(made: Beside) -> Do:
    scoring.lock(made.cast)
    return lambda: appeals.appeal(
        project=made.project, reason="Keliru", actor=made.participant, submit_key=key()
    )


def _answer_appeal(made: Beside) -> Do:
    Appeal.objects.create(result=scoring.lock(made.cast), reason="Keliru")
    return lambda: appeals.answer(
        project=made.project, upheld=False, words="Tetap", by=made.coordinator, submit_key=key()
    )


def _place(made: Beside) -> Do:
    seminar = slots.slot(made.cast)
    return lambda: slots.put(made.cast, seminar)


def _ask_peer(made: Beside) -> Do:
    with_design(made)
    return lambda: asked(made, made.other_participant, accepted=False)


def _accept_peer(made: Beside) -> Do:
    with_design(made)
    review = asked(made, made.other_participant, accepted=False)
    return lambda: peers.accept(review=review, by=made.other_participant)


def _give_review(made: Beside) -> Do:
    with_design(made)
    review = asked(made, made.other_participant)
    texts = dict.fromkeys(peers.PARTS, "Jelas")
    return lambda: peers.give(review=review, by=made.other_participant, texts=texts)


def _thank(made: Beside) -> Do:
    review = PeerReview.objects.create(
        project=made.project, reviewer=made.other_participant, asked_by=made.participant,
        accepted_at=timezone.now(), given_at=timezone.now(),
    )  # fmt: skip
    return lambda: peers.thank(review=review, by=made.participant, words="Terima kasih")


def _invite(made: Beside) -> Do:
    return lambda: member(made, Right.VIEW, accepted=False)


def _change_right(made: Beside) -> Do:
    user = member(made, Right.VIEW)
    row = TeamMember.objects.get(user=user)
    return lambda: team.change(
        project=made.project, member=row, right=Right.EDIT, by=made.participant, submit_key=key()
    )


def _join_team(made: Beside) -> Do:
    user = member(made, Right.VIEW, accepted=False)
    row = TeamMember.objects.get(user=user)
    return lambda: team.accept(member=row, user=user)


def _steps(made: Beside) -> Any:
    made.cast.move("begin")
    return next(step for step in made.project.version.all_steps if step.code == "issue")


def _write(made: Beside) -> Do:
    step = _steps(made)
    return lambda: writing.save_answers(
        project=made.project, step=step, actor=made.participant, given={"causes": "x"},
        saved=made.project.saved,
    )  # fmt: skip


def _offline(made: Beside) -> Do:
    step = _steps(made)
    seen = fingerprint(step, made.project.answers)
    return lambda: writing.save_steps(
        project=made.project, actor=made.participant, given=[(step, {"causes": "x"}, seen)]
    )


def _move(made: Beside) -> Do:
    return lambda: made.cast.move("begin")


def _follow_up(made: Beside) -> Do:
    FollowUp.objects.create(project=made.project, months=6)
    given = follow_ups.Given(FollowUp.Answer.RUNNING)
    return lambda: follow_ups.answer(
        project=made.project, months=6, given=given, by=made.participant, submit_key=key()
    )


ACTIONS = {
    one.__name__.strip("_"): one
    for one in (
        _write_talk, _change_talk, _answer_talk, _attach, _remove_file, _log, _change_entry, _remark,
        _explain, _draft, _submit, _settle, _lock, _unlock, _appeal, _answer_appeal, _place, _ask_peer,
        _accept_peer, _give_review, _thank, _invite, _change_right, _join_team, _write, _offline, _move,
        _follow_up,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIONS)
def test_it_is_refused_in_the_words_of_the_standing_and_works_otherwise(name):
    made = beside()
    do = ACTIONS[name](made)
    for value in STILL:
        Project.objects.filter(pk=made.project.pk).update(standing=value)
        before = Event.objects.count()
        with transaction.atomic(), pytest.raises((GuardsUnmet, ScoresClosed)) as refused:
            do()
        assert str(refused.value) == standing.why_not(made.project), value
        assert Event.objects.count() == before
    Project.objects.filter(pk=made.project.pk).update(standing="active")
    do()


@pytest.mark.parametrize("value", STILL)
def test_nobody_new_comes_to_a_project_that_was_given_up(value):
    made = beside()
    Project.objects.filter(pk=made.project.pk).update(standing=value)
    wish = {"project": made.project, "by": made.coordinator, "submit_key": key()}
    chosen = examiners.choose(
        batch=made.cast.batch, person=Person(made.stranger.email), agency_id=None, by=made.coordinator
    )
    for do in (
        lambda: examiners.assign(examiner=chosen, **wish),
        lambda: coordination.change_supporter(
            role="mentor", person=Person(made.other_participant.email), reason="Cuti", **wish
        ),
    ):
        if value in Project.LEFT:
            with pytest.raises(GuardsUnmet):
                do()
        else:
            do()
            wish["submit_key"] = key()


def test_the_mentor_confirms_what_was_written_before_it_was_postponed():
    made = beside()
    logs.implementing(made.cast)
    first, second = logs.entry(made.cast), logs.entry(made.cast, "Lain")
    Project.objects.filter(pk=made.project.pk).update(standing="postponed")
    assert logbook.confirm(entry=first, actor=made.mentor, submit_key=key()).confirmed_at
    Project.objects.filter(pk=made.project.pk).update(standing="locked")
    with pytest.raises(GuardsUnmet):
        logbook.confirm(entry=second, actor=made.mentor, submit_key=key())


def test_going_and_taking_back_are_free():
    made = beside()
    user = member(made, Right.VIEW)
    with_design(made)
    review = asked(made, made.other_participant, accepted=False)
    Project.objects.filter(pk=made.project.pk).update(standing="postponed")
    team.leave(project=made.project, user=user, submit_key=key())
    peers.take_back(review=review, by=made.participant)
    assert not TeamMember.objects.filter(ended_at=None).exists()
    assert not PeerReview.objects.filter(ended_at=None).exists()


def test_a_logbook_asks_for_no_week_in_which_the_project_was_postponed():
    made = beside()
    made.cast.answer_all()
    made.cast.walk_to("implementation")
    project, now = made.project, timezone.now()

    def act(code: str, days_ago: int) -> None:
        event = standing.act(
            project=made.project, code=code, by=made.coordinator, reason="Cuti", submit_key=key()
        )
        Event.objects.filter(pk=event.pk).update(at=now - timedelta(days=days_ago))

    began = now - timedelta(days=60)
    Event.objects.filter(project=project, target="implementation").update(at=began)
    Project.objects.filter(pk=project.pk).update(entered_at=began, due_on=None)
    assert len(logbooks.weeks(made.project, today=timezone.localdate())) == 8
    act("postpone", 50)
    assert logbooks.weeks(made.project, today=timezone.localdate())[-1].last < timezone.localdate(
        now - timedelta(days=50)
    )
    logbook_reminders.remind(today=timezone.localdate())
    assert not Notice.objects.filter(kind="logbook").exists()
    act("resume", 10)
    weeks = logbooks.weeks(made.project, today=timezone.localdate())
    assert [week.number for week in weeks] == [1, 2]
    assert weeks[1].first == timezone.localdate(now - timedelta(days=10))
    assert len(guards.GUARDS["logbook"](made.project, "")) == 2
    logbook_reminders.remind(today=timezone.localdate() - timedelta(days=4))
    assert not Notice.objects.filter(kind="logbook").exists()
    logbook_reminders.remind(today=timezone.localdate())
    logbook_reminders.remind(today=timezone.localdate())
    assert Notice.objects.filter(kind="logbook").count() == 1


def test_a_withdrawn_project_gives_back_its_places_and_its_examiners_are_free():
    made = beside()
    with_design(made)
    seminar = slots.slot(made.cast)
    slots.put(made.cast, seminar)
    asked(made, made.other_participant)
    member(made, Right.VIEW, accepted=False)
    standing.act(
        project=made.project, code="withdraw", by=made.coordinator, reason="Pindah", submit_key=key()
    )
    assert not SeminarPlace.objects.exists()
    assert not SeminarAttendee.objects.filter(attends=True).exists()
    off = Notice.objects.filter(kind=Notice.Kind.SEMINAR_OFF)
    people = (made.participant, made.mentor, made.coach, made.examiner)
    assert set(off.values_list("user", flat=True)) == {one.pk for one in people}
    assert not PeerReview.objects.filter(ended_at=None).exists()
    assert not TeamMember.objects.filter(ended_at=None).exists()
    other = slots.another(made.cast, examiner=made.examiner)
    again = slots.slot(made.cast)
    slots.put(made.cast, again, other)
    assert [one.pk for one in seminar_places.waiting(made.cast.batch, "design")] == list(
        Project.objects.filter(batch=made.cast.batch, standing="active")
        .exclude(pk=other.pk)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@pytest.mark.parametrize("value", STILL)
def test_nothing_of_it_is_in_a_to_do_list_and_nobody_is_reminded(value):
    made = beside()
    _talk(made)
    FollowUp.objects.create(project=made.project, months=6)
    Appeal.objects.create(result=scoring.lock(made.cast), reason="Keliru")
    FollowUp.objects.update(asked_at=timezone.now() - timedelta(days=20))
    Project.objects.filter(pk=made.project.pk).update(standing=value)
    for who in ("participant", "mentor", "coach", "examiner", "coordinator"):
        left = [task for task in todo.tasks(made.people[who]) if task.project == made.project]
        assert all(task.decides for task in left), who
        assert len(todo.tasks(made.people[who])) == todo.count(made.people[who])
    before = Notice.objects.count()
    follow_ups.ask_due()
    assert Notice.objects.count() == before


def test_a_due_date_does_not_come_back_with_a_seminar_that_moves():
    made = beside()
    with_design(made)
    seminar = slots.slot(made.cast)
    slots.put(made.cast, seminar)
    standing.act(project=made.project, code="postpone", by=made.coordinator, reason="Cuti", submit_key=key())
    slots.shift(made.cast, seminar, days=9)
    assert made.project.due_on is None


@pytest.mark.parametrize("value", ["locked", "stopped"])
def test_nobody_signs_for_a_project_in_doubt(value, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    made = beside()
    made.cast.answer_all()
    made.cast.walk_to("design-seminar")
    Project.objects.filter(pk=made.project.pk).update(standing=value)
    assert documents.issue_waiting() == certificates.issue_waiting() == 0
    Project.objects.filter(pk=made.project.pk).update(standing="active")
    assert documents.issue_waiting() == 1


def test_a_button_leads_back_with_the_reason_and_a_form_keeps_what_was_typed():
    made = beside()
    logs.implementing(made.cast)
    user = member(made, Right.VIEW)
    row = TeamMember.objects.get(user=user)
    Project.objects.filter(pk=made.project.pk).update(standing="postponed")
    client = as_user(made.participant)
    why = standing.why_not(made.project)
    path = reverse("training:team-change", args=[made.project.key, row.pk])
    answer = client.post(path, {"right": "edit", "submit_key": str(uuid.uuid4())}, follow=True)
    assert why in answer.content.decode()
    path = reverse("training:log-new", args=[made.project.key])
    sent = {
        "on": str(timezone.localdate()),
        "activity": "Rapat di balai desa",
        "submit_key": str(uuid.uuid4()),
    }
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert "Rapat di balai desa" in answer.content.decode()
