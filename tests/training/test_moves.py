"""A project goes the way its programme's version says, and no other."""

from __future__ import annotations

import uuid

import pytest

from tests.training.people import cast, later_events
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Notice
from training.services import moves

pytestmark = pytest.mark.django_db


def test_a_project_starts_registered_and_waits_for_its_people():
    people = cast(accepted=False)
    with pytest.raises(GuardsUnmet) as refused:
        people.move("begin")
    assert len(refused.value.reasons) == 2
    assert people.fresh().state_code == "registered"
    assert not later_events().exists()


@pytest.mark.parametrize("programme", ["latsar-2021", "pkp-2020", "pka-2020"])
def test_every_programme_can_be_walked_to_the_curators(programme):
    people = cast(programme)
    people.answer_all()
    project = people.walk_to("curation")
    assert project.record_key is not None
    assert [event.number for event in project.events.all()] == list(range(1, project.events.count() + 1))
    assert {event.role for event in project.events.all()} == {
        "participant", "mentor", "coach", "examiner", "coordinator",
    }  # fmt: skip


def test_nothing_moves_while_answers_are_missing():
    people = cast()
    people.move("begin")
    with pytest.raises(GuardsUnmet) as refused:
        people.move("submit-issue")
    assert any("Isu di unit kerja" in reason for reason in refused.value.reasons)


def test_no_seminar_without_the_mentor():
    people = cast()
    people.answer_all()
    people.walk_to("design-approval")
    for other in (people.participant, people.coach, people.examiner, people.coordinator):
        with pytest.raises(NotAllowed):
            people.move("approve-design", who=other) if other != people.coach else people.move(
                "close-design-seminar", who=other
            )
    assert people.fresh().state_code == "design-approval"
    people.move("approve-design")
    assert people.fresh().state_code == "design-seminar"


def test_the_same_request_twice_is_one_move():
    people = cast()
    key = uuid.uuid4()
    first = moves.move(project=people.project, code="begin", actor=people.coordinator, submit_key=key)
    again = moves.move(project=people.project, code="begin", actor=people.coordinator, submit_key=key)
    assert first == again
    assert later_events(people.project).count() == 1


def test_who_comes_second_is_told_where_it_is_now():
    people = cast()
    people.move("begin")
    with pytest.raises(Moved):
        people.move("begin", who=people.coordinator)


def test_a_return_carries_its_notes_and_is_tied_to_what_was_handed_in():
    people = cast()
    people.answer_all()
    people.walk_to("design-review")
    event = people.move("return-design", note="Matriks belum lengkap", field_notes={"matrix": "Tambah bukti"})
    assert event.revision == people.fresh().revisions.last()
    assert event.field_notes == {"matrix": "Tambah bukti"}
    assert people.fresh().state_code == "design-revision"
    told = Notice.objects.filter(cause=f"event:{event.pk}")
    assert [(notice.user, notice.kind) for notice in told] == [(people.participant, "returned")]


def test_due_dates_count_from_what_the_version_says():
    people = cast()
    people.answer_all()
    assert str(people.fresh().due_on) == "2026-03-10"
    people.walk_to("design")
    assert str(people.fresh().due_on) == "2026-03-23"
