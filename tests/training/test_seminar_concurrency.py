"""Many who book at once, on a database that processes share: nobody and no room is ever at two seminars."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.training import slots
from tests.training.people import cast
from tests.training.test_concurrency import at_once, shared
from training.models import Assignment, Consultation, Holder

pytestmark = pytest.mark.django_db(transaction=True)

TWICE = """
    SELECT count(*) FROM training_seminarattendee a
    JOIN training_seminarattendee b ON a.user_id = b.user_id AND a.seminar_id < b.seminar_id
    JOIN training_seminar s ON s.id = a.seminar_id JOIN training_seminar t ON t.id = b.seminar_id
    WHERE a.attends AND b.attends AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at
"""
"""How many people are expected at two seminars at the same time."""


def one_coach(first, number):
    """Casts of other batches with the coach of ``first``, each with a slot."""
    others = [cast() for _n in range(number)]
    Assignment.objects.filter(project__in=[one.project for one in others], role=Holder.COACH).update(
        user=first.coach
    )
    return others


def test_of_twenty_who_want_one_room_one_gets_it(tmp_path):
    people = cast()
    room = slots.room(people.batch)
    database = shared(tmp_path)
    call = ("set_up_same", "10", str(people.batch.pk), str(room.pk), str(people.coordinator.pk))
    answers = at_once(database, call, call)
    assert sorted(map(str, answers))[1:] == ["GuardsUnmet"] * 19
    assert database.rows("SELECT count(*) FROM training_seminar") == [(1,)]


def test_a_coach_of_ten_batches_is_placed_in_one_of_ten_slots_at_one_time(tmp_path):
    first = cast()
    people = [first, *one_coach(first, 9)]
    bookings = []
    for number, one in enumerate(people):
        slot = slots.slot(one, hour=9 + number / 10)
        bookings.append(f"{slot.pk}:{one.project.pk}:{one.coordinator.pk}")
    database = shared(tmp_path)
    answers = at_once(database, ("book", "place", *bookings[:5]), ("book", "place", *bookings[5:]))
    assert sorted(answers) == ["GuardsUnmet"] * 9 + ["None"]
    assert database.rows("SELECT count(*) FROM training_seminarplace") == [(1,)]
    assert database.rows(TWICE) == [(0,)]


def test_slots_that_move_to_one_time_at_once_do_not_share_a_coach(tmp_path):
    first = cast()
    people = [first, *one_coach(first, 5)]
    bookings = []
    for number, one in enumerate(people):
        slot = slots.slot(one, days=12 + number)
        slots.put(one, slot)
        bookings.append(f"{slot.pk}:{one.project.pk}:{one.coordinator.pk}")
    database = shared(tmp_path)
    answers = at_once(database, ("book", "move", *bookings[:3]), ("book", "move", *bookings[3:]))
    assert sorted(answers) == ["GuardsUnmet"] * 5 + ["None"]
    assert database.rows(TWICE) == [(0,)]
    moved = "SELECT count(*) FROM training_event WHERE code = 'seminar-moved'"
    assert database.rows(moved) == [(1,)]


def test_a_project_has_one_place_and_its_people_are_told_once(tmp_path):
    people = cast()
    bookings = [
        f"{slots.slot(people, hour=8 + number * 2).pk}:{people.project.pk}:{people.coordinator.pk}"
        for number in range(6)
    ]
    database = shared(tmp_path)
    call = ("book", "place", *bookings)
    answers = at_once(database, call, call)
    placed = answers.count("None")
    assert sorted(answers) == ["GuardsUnmet"] * (12 - placed) + ["None"] * placed
    assert placed == 2  # the one that won, and the same wish again
    assert database.rows("SELECT count(*) FROM training_seminarplace") == [(1,)]
    told = "SELECT count(*) FROM training_notice WHERE kind = 'seminar'"
    assert database.rows(told) == [(4,)]


def test_words_that_change_are_not_confirmed_unread(tmp_path):
    people = cast()
    entry = Consultation.objects.create(
        project=people.project, role=Holder.COACH, supporter=people.coach, written_by=people.participant,
        held_on=timezone.localdate(), discussed="Asli", agreed="Asli",
    )  # fmt: skip
    database = shared(tmp_path)
    work = [f"change:{people.participant.pk}", f"confirm:{people.coach.pk}", f"decline:{people.coach.pk}"]
    answers = at_once(database, ("talk", str(entry.pk), *work * 3))
    state, words, round_ = database.rows("SELECT state, discussed, round FROM training_consultation")[0]
    if state == "confirmed":
        assert (words, round_) == ("Asli", 1)
    elif state == "waiting":
        assert (words, round_) == ("Kata lain", 2)
    won = [answer for answer in answers if answer in {"waiting", "confirmed", "declined"}]
    events = database.rows("SELECT count(*) FROM training_event WHERE code LIKE 'consultation-%'")
    assert events == [(len(won),)]
    assert len(won) in (1, 2)  # a refusal may be mended right away
    assert set(answers) - set(won) <= {"GuardsUnmet", "SavedElsewhere"}
