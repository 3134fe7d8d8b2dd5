"""When people of a slot change, and what they say: who comes, who leaves, recording, due dates, erasure."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.training import slots
from tests.training.people import cast, person
from tests.training.slots import keys, people, sequence, told
from training import personal
from training.errors import GuardsUnmet, NotAllowed
from training.models import (
    Assignment,
    Consultation,
    Holder,
    Notice,
    Seminar,
    SeminarAttendee,
)  # fmt: skip
from training.services import (
    attendance,
    consultations,
    coordination,
    examiners,
    invitations,
)
from training.services.enrolment import Person

__all__ = ["people"]
pytestmark = pytest.mark.django_db


def test_another_coach_comes_into_the_slot_and_the_old_one_leaves(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    attendance.consent(seminar=seminar, by=people.coach, yes=True)
    Notice.objects.all().delete()
    new = person("coach-baru")
    coordination.change_supporter(
        project=people.fresh(), role=Holder.COACH, person=Person(new.email), reason="Pindah tugas",
        by=people.coordinator, submit_key=uuid.uuid4(),
    )  # fmt: skip
    assert told("seminar-off") == keys(people.coach)
    assert sequence(seminar, people.coach) == (1, False)
    assert sequence(seminar, new) == (0, True)
    assert told() == Counter()  # has not accepted yet
    with pytest.raises(NotAllowed):
        attendance.consent(seminar=seminar, by=new, yes=True)
    invitations.accept(invitation=people.project.invitations.get(user=new), user=new)
    assert told() == keys(new)
    attendance.consent(seminar=seminar, by=new, yes=True)


def test_who_is_elsewhere_does_not_become_coach_or_examiner(people):
    other = cast()
    slots.put(people, slots.slot(people))
    slots.put(other, slots.slot(other))
    with pytest.raises(GuardsUnmet, match="WIB"):
        coordination.change_supporter(
            project=people.fresh(), role=Holder.COACH, person=Person(other.coach.email), reason="Pindah",
            by=people.coordinator, submit_key=uuid.uuid4(),
        )  # fmt: skip
    assert Assignment.objects.filter(project=people.project, user=people.coach, until=None).exists()
    busy = examiners.choose(
        batch=people.batch,
        person=Person(other.examiner.email),
        agency_id=None,
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    with pytest.raises(GuardsUnmet, match="WIB"):
        examiners.assign(
            project=people.fresh(), examiner=busy, by=people.coordinator, submit_key=uuid.uuid4()
        )
    Assignment.objects.filter(project=people.project, role=Holder.EXAMINER).delete()
    assert (
        examiners.assign_balanced(batch=people.batch, by=people.coordinator, submit_key=uuid.uuid4()).assigned
        == 0
    )
    free = person("penguji")
    examiners.choose(
        batch=people.batch,
        person=Person(free.email),
        agency_id=None,
        by=people.coordinator,
        submit_key=uuid.uuid4(),
    )
    assert (
        examiners.assign_balanced(batch=people.batch, by=people.coordinator, submit_key=uuid.uuid4()).assigned
        == 1
    )
    assert free.pk in attendance.attendees(Seminar.objects.get(batch=people.batch))


def test_recording_needs_everybodys_yes(people):
    seminar = slots.slot(people)
    assert not attendance.may_be_recorded(seminar)
    slots.put(people, seminar)
    persons = (people.participant, people.mentor, people.coach, people.examiner)
    for user in persons:
        assert not attendance.may_be_recorded(seminar)
        attendance.consent(seminar=seminar, by=user, yes=True)
    assert attendance.may_be_recorded(seminar)
    attendance.consent(seminar=seminar, by=people.mentor, yes=False)
    assert not attendance.may_be_recorded(seminar)
    for stranger in (people.coordinator, person("lain")):
        with pytest.raises(NotAllowed):
            attendance.consent(seminar=seminar, by=stranger, yes=True)
    attendance.consent(seminar=seminar, by=people.mentor, yes=True)
    slots.put(people, seminar, slots.another(people))
    assert not attendance.may_be_recorded(seminar)


def test_a_person_s_words_and_consent_are_given_out_and_erased(people):
    talk = consultations.Talk(timezone.localdate(), "Rahasia peserta", "Kesepakatan")
    for role in (Holder.COACH, Holder.MENTOR):
        consultations.write(
            project=people.project, by=people.participant, role=role, talk=talk, submit_key=uuid.uuid4()
        )
    other = cast()
    Assignment.objects.filter(project=other.project, role=Holder.COACH).update(user=people.coach)
    consultations.write(
        project=other.project, by=people.coach, role=Holder.COACH, talk=talk, submit_key=uuid.uuid4()
    )
    seminar = slots.slot(people)
    slots.put(people, seminar)
    attendance.consent(seminar=seminar, by=people.participant, yes=True)
    given = personal.export(people.participant)
    assert [row["discussed"] for row in given["consultations"]] == ["Rahasia peserta"] * 2
    assert [row["may_be_recorded"] for row in given["seminars"]] == [True]
    assert len(personal.export(people.coach)["consultations"]) == 2
    personal.erase(people.participant)
    assert set(Consultation.objects.filter(project=people.project).values_list("discussed", "agreed")) == {
        ("", "")
    }
    assert Consultation.objects.get(project=other.project).discussed == "Rahasia peserta"
    assert not SeminarAttendee.objects.filter(user=people.participant, may_record=True).exists()
    personal.erase(people.coach)
    assert not Consultation.objects.exclude(discussed="").exists()


def test_the_slot_says_when_what_counts_from_the_seminar_is_due(people):
    people.answer_all()
    people.walk_to("design")
    assert people.fresh().due_on == date(2026, 3, 23)
    seminar = slots.slot(people, days=20)
    slots.put(people, seminar)
    day = timezone.localdate()
    assert people.fresh().due_on == day + timedelta(days=15)
    slots.shift(people, seminar, days=30)
    assert people.fresh().due_on == day + timedelta(days=25)
    coordination.extend(
        project=people.fresh(), due_on=day + timedelta(days=28), reason="Sakit", by=people.coordinator,
        submit_key=uuid.uuid4(),
    )  # fmt: skip
    slots.shift(people, seminar, days=31)
    assert people.fresh().due_on == day + timedelta(days=28)
    slots.shift(people, seminar, days=40)
    assert people.fresh().due_on == day + timedelta(days=35)
    slots.put(people, slots.slot(people, "result", days=60))
    assert people.fresh().due_on == day + timedelta(days=35)
