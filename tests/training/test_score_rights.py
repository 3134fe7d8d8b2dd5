"""A coordinator with another part in the project: what they read of its scores, and what they are offered."""

from __future__ import annotations

import io
import re
import uuid
import zipfile

import pytest
from django.utils import timezone

from tests.training import logs
from tests.training.people import Cast, cast, joined, person
from tests.training.scenes import address, as_user, in_state
from tests.training.scoring import lock, score_all, sheet
from training.errors import GuardsUnmet, NotAllowed
from training.models import Appeal, Assignment, Holder, Occasion, Result
from training.services import locking, settling, todo

pytestmark = pytest.mark.django_db
own_storage = logs.own_storage
OTHERS = "rahasia penguji lain"


def key() -> uuid.UUID:
    return uuid.uuid4()


def scored_by_another(state: str = "result-seminar") -> Cast:
    """Two seminars scored by an examiner who said something of their own."""
    people = cast()
    people.answer_all()
    in_state(people, state)
    for occasion in ("seminar-1", "seminar-2"):
        given = sheet(people.fresh(), occasion, people.examiner, 2)
        given.strengths = OTHERS
        given.save()
    return people


def part(people: Cast, role: Holder, **more: object) -> Assignment:
    """The coordinator's other part in the project."""
    parts = Assignment.objects.filter(project=people.project, role=role)
    if role != Holder.EXAMINER:
        parts.update(until=timezone.now())
    given = {"accepted_at": timezone.now(), **more}
    return Assignment.objects.create(project=people.project, user=people.coordinator, role=role, **given)


def dossier(people: Cast) -> dict[str, str]:
    client = as_user(people.coordinator)
    answer = client.post(address(people, "dossier/"), {"submit_key": str(key())})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def scores_page(people: Cast) -> str:
    return as_user(people.coordinator).get(address(people, "scores/")).content.decode()


@pytest.mark.parametrize("part_of", [
    {}, {"accepted_at": None}, {"until": "2026-03-09T01:00:00Z"},
], ids=["examines", "is asked to", "examined"])  # fmt: skip
def test_a_coordinator_who_examines_reads_no_other_marks_before_their_own_are_in(part_of, own_storage):
    people = scored_by_another()
    assert OTHERS in dossier(people)["08-scores.txt"]
    assert OTHERS in scores_page(people)
    part(people, Holder.EXAMINER, **part_of)
    assert not any(OTHERS in text for text in dossier(people).values())
    assert OTHERS not in scores_page(people)


def test_the_dossier_gives_what_the_page_gives_once_their_own_are_in(own_storage):
    people = scored_by_another()
    part(people, Holder.EXAMINER)
    sheet(people.fresh(), "seminar-1", people.coordinator, 2)
    text = dossier(people)["08-scores.txt"]
    assert text.count(OTHERS) == 1
    assert str(people.coordinator) in text


def test_nobody_settles_marks_as_a_coordinator_that_they_are_to_give():
    people = scored_by_another("design-seminar")
    other = person("examiner")
    joined(people.project, other, Holder.EXAMINER)
    sheet(people.fresh(), "seminar-1", other, 5)
    url = address(people, "scores/seminar-1/settle/")
    assert as_user(people.coordinator).get(url).status_code == 200
    assert "scores/seminar-1/settle/" in scores_page(people)
    part(people, Holder.EXAMINER)
    assert as_user(people.coordinator).get(url).status_code == 404
    assert "scores/seminar-1/settle/" not in scores_page(people)
    with pytest.raises(NotAllowed):
        settling.propose(
            project=people.fresh(), occasion=Occasion.DESIGN_SEMINAR, actor=people.coordinator,
            meeting=settling.Meeting({}, timezone.localdate(), "Sepakat"), submit_key=key(),
        )  # fmt: skip


@pytest.mark.parametrize("gone", [{}, {"until": "2026-03-09T01:00:00Z"}], ids=["now", "before"])
def test_who_supports_a_project_is_offered_neither_lock_nor_its_opening(gone):
    people = cast()
    people.answer_all()
    in_state(people, "graduation")
    score_all(people, 4)
    client = as_user(people.coordinator)
    listed, one = (f"/id/training/batches/{people.batch.key}/results/{more}"
                   for more in ("", f"{people.project.key}/"))  # fmt: skip
    assert "Kunci hasil" in client.get(one).content.decode()
    assert "1 hasil menunggu dikunci" in client.get(listed).content.decode()
    part(people, Holder.MENTOR, **gone)
    shown = client.get(one).content.decode()
    assert f"{one}lock/" not in shown
    assert "penyelenggara lain" in shown
    assert "Tidak ada hasil yang menunggu dikunci" in client.get(listed).content.decode()
    done = locking.lock_batch(batch=people.batch, by=people.coordinator, submit_key=key())
    assert (done.done, done.left) == (0, 0)
    with pytest.raises(GuardsUnmet):
        locking.lock(project=people.fresh(), by=people.coordinator, submit_key=key())
    result = lock(people)
    assert f"{one}unlock/" not in client.get(one).content.decode()
    Appeal.objects.create(result=result, reason="Bukti terlewat")
    assert not re.search(r"<form[^>]*answer/", client.get(one).content.decode())
    assert not [task for task in todo.tasks(people.coordinator) if task.asks == "appeal"]
    assert len(todo.tasks(people.coordinator)) == todo.count(people.coordinator)


def test_a_hundred_projects_of_ones_own_mentees_keep_nobody_from_the_lock(monkeypatch):
    """What somebody may not lock takes no place among those that one request locks."""
    monkeypatch.setattr(locking, "AT_ONCE", 1)
    people = cast()
    people.answer_all()
    in_state(people, "graduation")
    score_all(people, 4)
    part(people, Holder.COACH)
    other = cast()
    other.answer_all()
    in_state(other, "graduation")
    score_all(other, 4)
    type(other.project).objects.filter(pk=other.project.pk).update(batch=people.batch)
    done = locking.lock_batch(batch=people.batch, by=people.coordinator, submit_key=key())
    assert (done.done, done.left) == (1, 0)
    assert Result.objects.get().project_id == other.project.pk
