"""No mentor approval, no seminar: one that was held before does not count, and another one can be given."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.training import slots
from tests.training.people import cast, person
from tests.training.scenes import address, as_user, hidden
from tests.training.scoring import meet_scores
from training.errors import GuardsUnmet, NotAllowed
from training.guards import unmet
from training.minuting import minutes_of
from training.models import Assignment, Notice, Occasion, Seminar, SeminarPlace
from training.services import seminar_places
from training.services.bookings import when

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    made = cast()
    made.answer_all()
    Notice.objects.all().delete()
    return made


def miss(people, seminar, reason="Peserta sakit", by=None, key=None):
    seminar_places.miss(
        seminar=seminar, project=people.fresh(), reason=reason, by=by or people.coordinator,
        submit_key=key or uuid.uuid4(),
    )  # fmt: skip


def in_a_slot(people, **options):
    seminar = slots.slot(people, **options)
    slots.put(people, seminar)
    return seminar


def test_one_that_was_held_before_the_approval_closes_nothing(people):
    people.walk_to("design-approval")
    seminar = in_a_slot(people)
    slots.begun(seminar, hours=48)
    people.walk_to("design-seminar")
    [reason] = unmet(people.fresh(), "seminar:design")
    assert when(Seminar.objects.get(pk=seminar.pk)) in reason
    meet_scores(people, "seminar-1")
    with pytest.raises(GuardsUnmet):
        people.move("close-design-seminar")
    assert people.fresh().state_code == "design-seminar"


def test_it_counts_from_when_the_project_came_there_last(people):
    people.walk_to("design-seminar")
    came = people.project.events.filter(target="design-seminar").last()
    seminar = in_a_slot(people)
    for moment, holds in ((came.at - timedelta(seconds=1), False), (came.at, True)):
        Seminar.objects.filter(pk=seminar.pk).update(starts_at=moment, ends_at=moment + timedelta(hours=2))
        assert (unmet(people.fresh(), "seminar:design") == []) == holds
    people.project.events.filter(pk=came.pk).update(at=came.at + timedelta(hours=1))
    assert unmet(people.fresh(), "seminar:design") != []


def test_after_one_in_vain_another_slot_is_given_and_the_old_place_stays(people):
    people.walk_to("design-approval")
    old = in_a_slot(people)
    slots.begun(old, hours=48)
    people.walk_to("design-seminar")
    assert list(seminar_places.waiting(people.batch, "design")) == [people.project]
    new = in_a_slot(people)
    rows = SeminarPlace.objects.filter(project=people.project).order_by("pk")
    assert [(row.seminar_id, row.missed_at is not None) for row in rows] == [(old.pk, True), (new.pk, False)]
    assert people.fresh().due_on == timezone.localdate(new.starts_at)
    assert not seminar_places.waiting(people.batch, "design").exists()


def test_sharing_out_thinks_of_those_who_came_too_early(people):
    people.walk_to("design-approval")
    slots.begun(in_a_slot(people), hours=48)
    people.walk_to("design-seminar")
    new = slots.slot(people)
    shared = seminar_places.share_out(
        batch=people.batch, kind="design", by=people.coordinator, submit_key=uuid.uuid4()
    )
    assert (shared.placed, shared.without) == (1, 0)
    assert SeminarPlace.objects.get(project=people.project, missed_at=None).seminar_id == new.pk


def test_who_was_ill_gets_another_slot_once_the_coordinator_says_why(people):
    people.walk_to("design-seminar")
    old = in_a_slot(people)
    slots.begun(old)
    new = slots.slot(people, days=9)
    with pytest.raises(GuardsUnmet):
        slots.put(people, new)
    with pytest.raises(GuardsUnmet):
        miss(people, old, reason=" ")
    key = uuid.uuid4()
    for _twice in range(2):
        miss(people, old, key=key)
    [event] = people.project.events.filter(code="seminar-missed")
    assert event.note == f"{when(Seminar.objects.get(pk=old.pk))}: Peserta sakit"
    assert unmet(people.fresh(), "seminar:design") != []
    slots.put(people, new)
    slots.begun(new)
    meet_scores(people, "seminar-1")
    people.move("close-design-seminar")
    closing = people.project.events.get(code="close-design-seminar")
    said = minutes_of(people.fresh(), Occasion.DESIGN_SEMINAR, closing)
    assert said.held_on == timezone.localdate(Seminar.objects.get(pk=new.pk).starts_at)


def test_the_minutes_take_the_slot_that_counts(people):
    people.walk_to("design-approval")
    slots.begun(in_a_slot(people, room=slots.room(people.batch)), hours=48)
    people.walk_to("design-seminar")
    slots.begun(in_a_slot(people))
    meet_scores(people, "seminar-1")
    people.move("close-design-seminar")
    closing = people.project.events.get(code="close-design-seminar")
    said = minutes_of(people.fresh(), Occasion.DESIGN_SEMINAR, closing)
    assert (said.held_on, said.place) == (timezone.localdate(), "Daring")


def test_only_what_has_begun_is_missed_and_only_by_those_still_to_be_presented(people):
    seminar = in_a_slot(people)
    with pytest.raises(GuardsUnmet):
        miss(people, seminar)
    SeminarPlace.objects.all().delete()
    people.walk_to("design-seminar")
    again = in_a_slot(people, hour=13)
    slots.begun(again)
    with pytest.raises(NotAllowed):
        miss(people, again, by=people.examiner)
    meet_scores(people, "seminar-1")
    people.move("close-design-seminar")
    with pytest.raises(GuardsUnmet):
        miss(people, again)


def test_the_slots_page_asks_for_the_reason_and_the_projects_page_shows_both(people):
    people.walk_to("design-seminar")
    seminar = in_a_slot(people)
    slots.begun(seminar)
    client = as_user(people.coordinator)
    path = f"/id/training/batches/{people.batch.key}/seminars/{seminar.key}/"
    page = client.get(path)
    form = {name: value for name, value in hidden(page).items() if name.startswith("miss-")}
    form["miss-project"] = str(people.project.key)
    refused = client.post(f"{path}miss/", form)
    assert refused.status_code == 422
    assert client.post(f"{path}miss/", form | {"miss-reason": "Sakit"}).status_code == 302
    html = client.get(path).content.decode()
    assert "Tidak disajikan" in html
    slots.put(people, slots.slot(people, days=9))
    shown = as_user(people.participant).get(address(people, "seminars/")).content.decode()
    assert when(Seminar.objects.get(pk=seminar.pk)) in shown


def test_everybody_around_a_project_that_missed_its_seminar_is_told_once(people):
    people.walk_to("design-seminar")
    seminar = in_a_slot(people)
    slots.begun(seminar)
    waiting = person("penguji-baru")
    Assignment.objects.create(project=people.project, user=waiting, role="examiner")
    key = uuid.uuid4()
    for _twice in range(2):
        miss(people, seminar, key=key)
    miss(people, seminar)  # said already
    told = Notice.objects.filter(cause__startswith="standing:seminar-missed:")
    around = {people.participant, people.mentor, people.coach, people.examiner}
    assert {notice.user for notice in told} == around
    assert told.count() == len(around)
    assert people.project.events.filter(code="seminar-missed").count() == 1
    for language, words in (
        ("id", "Proyek tidak disajikan dalam seminar"),
        ("en", "was not presented at the seminar"),
    ):
        page = as_user(people.mentor).get(f"/{language}/training/notices/").content.decode()
        assert words in page
