"""What is free while a project does not go on, and what becomes of its people, places, days and papers."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.training import logs, scoring, slots
from tests.training.beside import asked, beside, key, member, with_design
from tests.training.scenes import as_user
from tests.training.test_stands_still import STILL, talk
from training import guards, logbooks
from training.errors import GuardsUnmet
from training.models import (
    Appeal,
    Event,
    FollowUp,
    Notice,
    PeerReview,
    Project,
    SeminarAttendee,
    SeminarPlace,
    TeamMember,
)
from training.permissions import Right
from training.services import (
    certificates,
    coordination,
    documents,
    examiners,
    follow_ups,
    logbook,
    logbook_reminders,
    peers,
    seminar_places,
    standing,
    team,
    todo,
)
from training.services.enrolment import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
own_storage = logs.own_storage


@pytest.mark.parametrize("value", STILL)
def test_nobody_new_comes_to_a_project_that_was_given_up(value):
    made = beside()
    Project.objects.filter(pk=made.project.pk).update(standing=value)
    wish = {"project": made.project, "by": made.coordinator, "submit_key": key()}
    chosen = examiners.choose(
        batch=made.cast.batch,
        person=Person(made.stranger.email),
        agency_id=None,
        by=made.coordinator,
        submit_key=uuid.uuid4(),
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
    assert logbook.confirm(
        entry=first, actor=made.mentor, changes=first.changes, submit_key=key()
    ).confirmed_at
    Project.objects.filter(pk=made.project.pk).update(standing="locked")
    with pytest.raises(GuardsUnmet):
        logbook.confirm(entry=second, actor=made.mentor, changes=second.changes, submit_key=key())


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
    talk(made)
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
