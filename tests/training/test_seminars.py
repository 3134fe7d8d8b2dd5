"""Slots of seminars: nobody and no room twice, everybody told once, calendars and due dates follow."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.training import slots
from tests.training.people import cast, later_events
from tests.training.scoring import meet_scores
from tests.training.slots import everybody, people, sequence, told
from training.errors import GuardsUnmet, NotAllowed
from training.guards import unmet
from training.models import (
    Assignment,
    Event,
    Notice,
    Project,
    Seminar,
    SeminarAttendee,
    SeminarPlace,
)  # fmt: skip
from training.services import (
    attendance,
    seminar_places,
    seminars,
)

__all__ = ["people"]
pytestmark = pytest.mark.django_db


def cancel(people, seminar, reason="Ruang banjir"):
    seminars.cancel(seminar=seminar, reason=reason, by=people.coordinator, submit_key=uuid.uuid4())


def take_out(people, seminar, project=None, reason="Peserta sakit"):
    seminar_places.take_out(
        seminar=seminar, project=project or people.project, reason=reason, by=people.coordinator,
        submit_key=uuid.uuid4(),
    )  # fmt: skip


def test_who_is_in_a_slot_is_told_once_and_it_is_in_the_history(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    slots.put(people, seminar)
    assert told() == everybody(people)
    assert [event.code for event in later_events(people.project)] == ["seminar-placed"]
    assert sequence(seminar, people.coach) == (0, True)


def test_an_examiner_of_three_projects_is_told_once_when_the_slot_moves(people):
    seminar = slots.slot(people)
    for project in (people.project, *[slots.another(people, examiner=people.examiner) for _n in range(2)]):
        slots.put(people, seminar, project)
    Notice.objects.all().delete()
    slots.shift(people, seminar, hour=13)
    assert set(told().values()) == {1}
    assert len(told()) == 10
    assert told()[people.examiner.pk] == 1
    assert sequence(seminar, people.examiner) == (3, True)
    assert sequence(seminar, people.coach) == (1, True)
    assert Event.objects.filter(code="seminar-moved").count() == 3
    slots.shift(people, seminar, hour=13)
    assert sequence(seminar, people.coach) == (1, True)


def test_called_off_everybody_is_told_and_the_project_waits_again(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    cancel(people, seminar)
    cancel(people, seminar)
    assert told("seminar-off") == everybody(people)
    assert sequence(seminar, people.participant) == (1, False)
    assert list(seminar_places.waiting(people.batch, "design")) == [people.project]
    slots.put(people, slots.slot(people))
    with pytest.raises(GuardsUnmet):
        slots.put(people, Seminar.objects.get(pk=seminar.pk), slots.another(people))


def test_a_room_has_one_slot_at_a_time(people):
    room = slots.room(people.batch)
    slots.slot(people, room=room, hour=9, hours=2)
    slots.slot(people, room=room, hour=11, hours=1)
    with pytest.raises(GuardsUnmet) as refused:
        slots.slot(people, "result", room=room, hour=10.5, hours=2)
    assert len(refused.value.reasons) == 2
    assert all("Ruang Anggrek" in text and people.batch.name in text for text in refused.value.reasons)
    assert "09:00–11:00 WIB" in refused.value.reasons[0]
    other = cast()  # of the same institution
    with pytest.raises(GuardsUnmet):
        slots.slot(other, room=room, hour=9)
    cancel(people, Seminar.objects.first())
    slots.slot(other, room=room, hour=9)


@pytest.mark.parametrize("who", ["mentor", "coach", "examiner", "participant"])
def test_nobody_is_at_two_seminars_at_once_whatever_the_batch(people, who):
    other = cast()
    if who == "participant":
        Project.objects.filter(pk=other.project.pk).update(owner=people.participant, asked_as="")
    else:
        own = Assignment.objects.filter(project=other.project, role=who)
        own.update(user=people.of(who), asked_as="")
    slots.put(people, slots.slot(people, hour=9))
    clashing = slots.slot(other, hour=10)
    with pytest.raises(GuardsUnmet) as refused:
        slots.put(other, clashing)
    [text] = refused.value.reasons
    assert str(people.of(who)) in text
    assert "09:00–11:00 WIB" in text
    after = slots.slot(other, hour=11)
    slots.put(other, after)
    with pytest.raises(GuardsUnmet):
        slots.shift(other, after, hour=8.5)
    assert Seminar.objects.get(pk=after.pk).starts_at == slots.at(11)


def test_the_seats_are_for_people(people):
    seminar = slots.slot(people, room=slots.room(people.batch, capacity=7))
    slots.put(people, seminar)
    more = slots.another(people, coach=people.coach)
    slots.put(people, seminar, more)
    with pytest.raises(GuardsUnmet, match="7"):
        slots.put(people, seminar, slots.another(people, coach=people.coach))
    with pytest.raises(GuardsUnmet):
        slots.shift(people, seminar, room=slots.room(people.batch, "Ruang Kecil", 5))


@pytest.mark.parametrize("wrong", [
    {"hours": -1},
    {"days": -1},
    {"hours": 30},
])  # fmt: skip
def test_times_that_can_not_be(people, wrong):
    with pytest.raises(GuardsUnmet):
        slots.slot(people, **wrong)


@pytest.mark.parametrize("link", ["", "http://rapat.example/a", "javascript:alert(1)"])
def test_a_link_is_https_or_there_is_a_room(people, link):
    begins = slots.at(9)
    with pytest.raises(GuardsUnmet):
        seminars.set_up(
            batch=people.batch, kind="design", by=people.coordinator, submit_key=uuid.uuid4(),
            plan=seminars.Plan(begins, begins + timedelta(hours=1), None, link),
        )  # fmt: skip


def test_rooms_of_other_institutions_are_not_to_be_had(people):
    room = slots.room(people.batch)
    room.institution = type(room.institution).objects.create(code="lain", label_id="Lain")
    room.save()
    with pytest.raises(NotAllowed):
        slots.slot(people, room=room)


def test_what_has_begun_stays_as_it_was(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    slots.begun(seminar)
    for act in (
        lambda: slots.shift(people, seminar, hour=13),
        lambda: cancel(people, seminar),
        lambda: take_out(people, seminar),
        lambda: seminar_places.put_at(
            seminar=seminar, project=people.project, position=2, by=people.coordinator
        ),
        lambda: attendance.consent(seminar=seminar, by=people.mentor, yes=True),
    ):
        with pytest.raises(GuardsUnmet):
            act()


def test_a_reason_is_asked_for(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    for act in (
        lambda: slots.shift(people, seminar, reason=" ", hour=13),
        lambda: cancel(people, seminar, ""),
        lambda: take_out(people, seminar, reason=""),
    ):
        with pytest.raises(GuardsUnmet):
            act()
    assert not later_events().exclude(code="seminar-placed").exists()


def test_closing_waits_until_the_seminar_has_begun(people):
    people.answer_all()
    people.walk_to("design-seminar")
    [reason] = unmet(people.fresh(), "seminar:design")
    assert reason.room == "seminars"
    seminar = slots.slot(people)
    slots.put(people, seminar)
    with pytest.raises(GuardsUnmet):
        people.move("close-design-seminar")
    slots.begun(seminar)
    meet_scores(people, "seminar-1")
    people.move("close-design-seminar")
    assert people.fresh().state_code == "improvement"


def test_the_order_is_what_was_asked_for(people):
    seminar = slots.slot(people)
    rows = [people.project, *[slots.another(people) for _n in range(3)]]
    for project in rows:
        slots.put(people, seminar, project)
    for _twice in range(2):
        seminar_places.put_at(seminar=seminar, project=rows[3], position=1, by=people.coordinator)
    assert attendance.projects_of(seminar) == [rows[3], rows[0], rows[1], rows[2]]
    take_out(people, seminar, rows[0])
    assert attendance.projects_of(seminar) == [rows[3], rows[1], rows[2]]
    assert told("seminar-off") == everybody(people)


def test_sharing_out_is_even_the_same_each_time_and_skips_who_is_elsewhere(people):
    rows = [people.project, *[slots.another(people, coach=people.coach) for _n in range(6)]]
    first, second = slots.slot(people, hour=9), slots.slot(people, hour=13)
    parallel = slots.slot(people, hour=9, room=slots.room(people.batch))
    slots.put(people, second, rows[0])

    def share():
        return seminar_places.share_out(
            batch=people.batch, kind="design", by=people.coordinator, submit_key=uuid.uuid4()
        )

    Notice.objects.all().delete()
    shared = share()
    assert (shared.placed, shared.without) == (6, 0)
    sizes = sorted(SeminarPlace.objects.filter(seminar=one).count() for one in (first, second, parallel))
    assert sizes == [0, 3, 4]  # the coach of all is in one of the two that are at the same time
    assert told()[people.coach.pk] == 1
    assert set(told().values()) == {1}
    before = list(SeminarPlace.objects.values_list("project_id", "seminar_id"))
    SeminarPlace.objects.exclude(project=rows[0]).delete()
    SeminarAttendee.objects.all().delete()
    share()
    assert sorted(SeminarPlace.objects.values_list("project_id", "seminar_id")) == sorted(before)
    assert share().placed == 0


def test_sharing_out_leaves_out_whom_nothing_fits(people):
    slots.slot(people, room=slots.room(people.batch, "Ruang Kecil", 4))
    slots.another(people)
    shared = seminar_places.share_out(
        batch=people.batch, kind="design", by=people.coordinator, submit_key=uuid.uuid4()
    )
    assert (shared.placed, shared.without) == (1, 1)
    with pytest.raises(GuardsUnmet):
        seminar_places.share_out(
            batch=people.batch, kind="result", by=people.coordinator, submit_key=uuid.uuid4()
        )


def test_who_is_through_with_a_seminar_needs_no_place(people):
    Project.objects.filter(pk=people.project.pk).update(state_code="implementation")
    assert not seminar_places.waiting(people.batch, "design").exists()
    assert seminar_places.waiting(people.batch, "result").exists()
    with pytest.raises(GuardsUnmet):
        slots.put(people, slots.slot(people))


def test_a_project_has_one_place_of_a_kind(people):
    slots.put(people, slots.slot(people))
    with pytest.raises(GuardsUnmet, match="09:00"):
        slots.put(people, slots.slot(people, hour=14))
    slots.put(people, slots.slot(people, "result", days=20))


def test_only_who_leads_the_batch_sets_seminars(people):
    seminar = slots.slot(people)
    slots.put(people, seminar)
    for stranger in (people.participant, people.mentor, people.examiner, cast().coordinator):
        key = {"by": stranger, "submit_key": uuid.uuid4()}
        for act in (
            lambda key=key: seminars.set_up(batch=people.batch, kind="design", plan=slots.plan(), **key),
            lambda key=key: seminars.move(seminar=seminar, plan=slots.plan(14), reason="x", **key),
            lambda key=key: seminars.cancel(seminar=seminar, reason="x", **key),
            lambda key=key: seminar_places.place(seminar=seminar, project=people.project, **key),
            lambda key=key: seminar_places.take_out(
                seminar=seminar, project=people.project, reason="x", **key
            ),
            lambda key=key: seminar_places.share_out(batch=people.batch, kind="design", **key),
            lambda by=stranger: seminars.add_room(batch=people.batch, name="A", capacity=3, by=by),
            lambda by=stranger: seminar_places.put_at(
                seminar=seminar, project=people.project, position=1, by=by
            ),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_project_of_another_batch_is_not_placed(people):
    with pytest.raises(NotAllowed):
        slots.put(people, slots.slot(people), cast().project)


def test_the_same_request_again_has_one_effect(people):
    keys = [uuid.uuid4() for _n in range(4)]
    by = people.coordinator

    def ask():
        found = seminars.set_up(
            batch=people.batch, kind="design", plan=slots.plan(9), by=by, submit_key=keys[0]
        )
        seminar_places.place(seminar=found, project=people.fresh(), by=by, submit_key=keys[1])
        seminars.move(seminar=found, plan=slots.plan(13), reason="Ruang", by=by, submit_key=keys[2])
        seminar_places.take_out(
            seminar=found, project=people.fresh(), reason="Sakit", by=by, submit_key=keys[3]
        )
        return found

    assert ask() == ask()
    assert [event.code for event in later_events(people.project)] == [
        "seminar-placed", "seminar-moved", "seminar-taken-out",
    ]  # fmt: skip
    assert not SeminarPlace.objects.exists()
