"""The log of consultations: who writes, who confirms, and that what both confirmed stays as it is."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.training.people import later_events, person
from tests.training.slots import people
from training.errors import GuardsUnmet, NotAllowed, SavedElsewhere
from training.guards import unmet
from training.models import Assignment, Consultation, Holder, Notice
from training.services import consultations, todo
from training.services.consultations import Talk

__all__ = ["people"]
pytestmark = pytest.mark.django_db


def talk(text="Matriks kegiatan", day=None):
    return Talk(day or timezone.localdate(), text, "Bukti ditambahkan")


def write(people, by=None, role=Holder.COACH, text="Matriks kegiatan", key=None):
    return consultations.write(
        project=people.fresh(), by=by or people.participant, role=role, talk=talk(text),
        submit_key=key or uuid.uuid4(),
    )  # fmt: skip


def answer(entry, by, agrees=True, reason="", seen=None, key=None):
    return consultations.answer(
        consultation=entry, by=by, seen=seen or entry.round, agrees=agrees, reason=reason,
        submit_key=key or uuid.uuid4(),
    )  # fmt: skip


def change(entry, by, text, seen=None):
    return consultations.change(
        consultation=entry, by=by, seen=seen or entry.round, talk=talk(text), submit_key=uuid.uuid4()
    )


@pytest.mark.parametrize(("writer", "role", "other"), [
    ("participant", Holder.COACH, "coach"),
    ("participant", Holder.MENTOR, "mentor"),
    ("coach", Holder.COACH, "participant"),
    ("mentor", Holder.MENTOR, "participant"),
])  # fmt: skip
def test_the_other_side_is_asked_and_confirms(people, writer, role, other):
    writing, reading = people.of(writer), people.of(other)
    before = {user: todo.count(user) for user in (writing, reading)}
    entry = write(people, writing, role)
    assert todo.count(reading) == len(todo.tasks(reading)) == before[reading] + 1
    assert todo.count(writing) == before[writing]
    [task] = [task for task in todo.tasks(reading) if task.consultation]
    assert (task.consultation, task.due_on) == (entry, None)
    assert [notice.user for notice in Notice.objects.filter(kind="consultation")] == [reading]
    entry = answer(entry, reading)
    assert entry.state == Consultation.State.CONFIRMED
    assert todo.count(reading) == before[reading]
    codes = list(later_events(people.project).values_list("code", flat=True))
    assert codes == ["consultation-written", "consultation-confirmed"]


def test_nobody_else_writes_or_confirms(people):
    entry = write(people)
    for stranger in (people.examiner, people.coordinator, people.mentor, person("lain"), people.participant):
        with pytest.raises(NotAllowed):
            answer(entry, stranger)
    for stranger in (people.examiner, people.coordinator, person("lain")):
        with pytest.raises(NotAllowed):
            write(people, stranger)
    with pytest.raises(NotAllowed):
        write(people, people.mentor, Holder.COACH)
    with pytest.raises(NotAllowed):
        change(entry, people.coach, "Lain")


def test_what_both_confirmed_never_changes(people):
    entry = answer(write(people), people.coach)
    for again in (
        lambda: change(entry, people.participant, "Lain sama sekali"),
        lambda: answer(entry, people.coach, agrees=False, reason="Keliru"),
    ):
        with pytest.raises(GuardsUnmet):
            again()
    entry.refresh_from_db()
    assert (entry.discussed, entry.state) == ("Matriks kegiatan", "confirmed")


def test_a_refusal_has_a_reason_and_the_writer_can_mend_it(people):
    entry = write(people)
    with pytest.raises(GuardsUnmet, match="Tulis"):
        answer(entry, people.coach, agrees=False, reason="  ")
    answer(entry, people.coach, agrees=False, reason="Tanggalnya keliru")
    assert [notice.user for notice in Notice.objects.filter(kind="declined")] == [people.participant]
    entry.refresh_from_db()
    entry = change(entry, people.participant, "Matriks dan bukti")
    assert (entry.state, entry.round, entry.reason) == ("waiting", 2, "")
    answer(entry, people.coach)
    assert Notice.objects.filter(kind="consultation", user=people.coach).count() == 2


def test_nobody_confirms_what_they_have_not_read(people):
    entry = write(people)
    change(entry, people.participant, "Lain")
    with pytest.raises(SavedElsewhere):
        answer(entry, people.coach, seen=1)


def test_the_same_request_again_has_one_effect(people):
    key = uuid.uuid4()
    first = write(people, key=key)
    assert write(people, key=key, text="Lain") == first
    again = uuid.uuid4()
    answer(first, people.coach, key=again)
    answer(first, people.coach, key=again)
    assert Consultation.objects.count() == 1
    assert later_events(people.project).count() == 2
    assert write(people, people.coach, key=key) != first


@pytest.mark.parametrize("wrong", [
    Talk(timezone.localdate() + timedelta(days=2), "a", "b"),
    Talk(timezone.localdate(), " ", "b"),
    Talk(timezone.localdate(), "a", ""),
    Talk(timezone.localdate(), "a" * 20_001, "b"),
])  # fmt: skip
def test_what_can_not_be_kept_is_refused(people, wrong):
    with pytest.raises(GuardsUnmet):
        consultations.write(
            project=people.project, by=people.participant, role=Holder.COACH, talk=wrong,
            submit_key=uuid.uuid4(),
        )  # fmt: skip
    assert not Consultation.objects.exists()


def test_a_coach_who_left_has_nothing_to_do_and_can_do_nothing(people):
    entry = write(people)
    Assignment.objects.filter(user=people.coach).update(until=timezone.now())
    assert todo.count(people.coach) == len(todo.tasks(people.coach)) == 0
    with pytest.raises(NotAllowed):
        answer(entry, people.coach)
    with pytest.raises(GuardsUnmet, match="menerima"):
        write(people)


def test_the_guard_counts_what_the_coach_and_the_participant_confirmed_since_the_design_began(people):
    def missing():
        return unmet(people.fresh(), "consultations:2")

    people.answer_all()
    people.walk_to("design")
    answer(write(people), people.coach)
    answer(write(people, role=Holder.MENTOR), people.mentor)
    waiting = write(people)
    early = answer(write(people), people.coach)
    Consultation.objects.filter(pk=early.pk).update(held_on=timezone.localdate() - timedelta(days=1))
    [reason] = missing()
    assert "1" in reason
    assert reason.room == "consultations"
    with pytest.raises(GuardsUnmet):
        people.move("submit-design")
    answer(waiting, people.coach)
    assert missing() == []
    people.move("submit-design")
    people.move("return-design", note="Lengkapi")
    assert missing() == []


def test_nothing_is_written_once_the_project_has_ended(people):
    entry = write(people)
    type(people.project).objects.filter(pk=people.project.pk).update(state_code="passed")
    with pytest.raises(GuardsUnmet):
        write(people)
    assert answer(entry, people.coach).state == "confirmed"
