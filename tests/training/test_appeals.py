"""Appeals within seven days, and how severe examiners are beside each other."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.training.people import cast, person
from tests.training.scenes import in_state, people, shared_cast
from tests.training.scoring import lock, sheet
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.guards import unmet
from training.models import Appeal, Event, Notice, Project, Result
from training.services import appeals, locking, todo
from training.severity import LEAST, severities

__all__ = ["people", "shared_cast"]
pytestmark = pytest.mark.django_db


def key() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def locked(people):
    in_state(people, "graduation")
    lock(people, 4)
    return people


def appeal(people, actor=None, reason="Nilai seminar hasil tidak sesuai bukti.", submit_key=None):
    appeals.appeal(
        project=people.fresh(),
        reason=reason,
        actor=actor or people.participant,
        submit_key=submit_key or key(),
    )


def answer(people, *, upheld, words="Bukti sudah dinilai.", by=None, submit_key=None):
    appeals.answer(
        project=people.fresh(),
        upheld=upheld,
        words=words,
        by=by or people.coordinator,
        submit_key=submit_key or key(),
    )


def test_the_participant_appeals_and_the_coordinator_has_it_to_do(locked):
    for who in (locked.mentor, locked.coach, locked.examiner, locked.coordinator):
        with pytest.raises(NotAllowed):
            appeal(locked, who)
    with pytest.raises(GuardsUnmet):
        appeal(locked, reason="  ")
    before, once = todo.count(locked.coordinator), key()
    for _again in range(2):
        appeal(locked, submit_key=once)
    assert Appeal.objects.get().state == "waiting"
    tasks = todo.tasks(locked.coordinator)
    assert len(tasks) == todo.count(locked.coordinator) == before + 1
    assert [task.project for task in tasks if task.asks == "appeal"] == [locked.project]
    assert locked.coordinator.notices.filter(kind=Notice.Kind.APPEAL).count() == 1
    assert unmet(locked.fresh(), "locked") != []
    with pytest.raises(GuardsUnmet, match="sudah"):
        appeal(locked)
    with pytest.raises(GuardsUnmet, match="banding"):
        locking.unlock(project=locked.fresh(), reason="x", by=locked.coordinator, submit_key=key())


def test_what_the_participant_wrote_is_not_in_the_history(locked):
    appeal(locked)
    answer(locked, upheld=True, words="Bukti lampiran 3 terlewat.")
    notes = Event.objects.filter(project=locked.project).values_list("note", flat=True)
    assert not any("bukti" in note.lower() for note in notes)


def test_a_rejected_appeal_leaves_the_result(locked):
    appeal(locked)
    with pytest.raises(NotAllowed):
        answer(locked, upheld=True, by=locked.mentor)
    with pytest.raises(GuardsUnmet):
        answer(locked, upheld=False, words=" ")
    once = key()
    for _again in range(2):
        answer(locked, upheld=False, submit_key=once)
    with pytest.raises(Moved):
        answer(locked, upheld=True)
    assert unmet(locked.fresh(), "locked") == []
    assert locked.participant.notices.filter(kind=Notice.Kind.ANSWERED).count() == 1


def test_an_upheld_appeal_opens_the_result_and_a_new_one_can_be_appealed_against(locked):
    appeal(locked)
    answer(locked, upheld=True)
    assert not Result.objects.filter(project=locked.project, unlocked_at=None).exists()
    locking.lock(project=locked.fresh(), by=locked.coordinator, submit_key=key())
    appeal(locked)
    assert Appeal.objects.filter(result__project=locked.project).count() == 2


def test_seven_days_and_not_a_moment_longer(locked):
    result = Result.objects.get(project=locked.project)
    Result.objects.filter(pk=result.pk).update(locked_at=timezone.now() - timedelta(days=7, seconds=5))
    with pytest.raises(GuardsUnmet, match="berakhir pada"):
        appeal(locked)
    Result.objects.filter(pk=result.pk).update(locked_at=timezone.now() - timedelta(days=6, hours=23))
    appeal(locked)


def test_who_did_not_pass_is_decided_on_again_after_an_appeal(locked):
    locked.move("fail", note="Tidak memenuhi syarat kehadiran")
    appeal(locked)
    answer(locked, upheld=True)
    locked.move("decide-again", locked.coordinator, note="Banding dikabulkan")
    assert locked.fresh().state_code == "graduation"
    with pytest.raises(GuardsUnmet):
        locked.move("pass", note="Memenuhi syarat")
    locking.lock(project=locked.fresh(), by=locked.coordinator, submit_key=key())


def test_severity_is_told_from_five_shared_seminars_on(db):
    people = cast()
    other, alone = person("examiner"), person("examiner")
    projects = [people.project]
    for number in range(LEAST):
        owner = person(f"owner{number}")
        projects.append(
            Project.objects.create(
                version=people.batch.version, batch=people.batch, owner=owner, state_code="improvement"
            )
        )
    for number, project in enumerate(projects):
        sheet(project, "seminar-1", people.examiner, 3)
        if number < LEAST - 1:
            sheet(project, "seminar-1", other, 4)
    sheet(people.project, "seminar-2", alone, 5)

    def found():
        return {row.examiner: (row.shared, row.deviation) for row in severities(people.batch)}

    assert found() == {
        people.examiner: (LEAST - 1, None),
        other: (LEAST - 1, None),
        alone: (0, None),
    }
    sheet(projects[LEAST - 1], "seminar-1", other, 5)
    assert found()[people.examiner] == (LEAST, Decimal("-24.00"))
    assert found()[other] == (LEAST, Decimal("24.00"))
