"""Locking marks: what is locked is what the coordinator saw, whatever happened since the page was opened."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from tests.training.people import Cast, cast
from tests.training.scenes import as_user, hidden, in_state
from tests.training.scoring import score_all, sheet
from training import results
from training.errors import GuardsUnmet
from training.models import Project, Result, ScoreSheet
from training.services import locking

pytestmark = pytest.mark.django_db


def ready(batch: Any = None) -> Cast:
    people = cast()
    people.answer_all()
    in_state(people, "graduation")
    score_all(people, 4)
    if batch is not None:
        Project.objects.filter(pk=people.project.pk).update(batch=batch)
    return people


def rescored(people: Cast, level: int) -> None:
    """The seminar's scores are replaced meanwhile."""
    rows = ScoreSheet.objects.filter(project=people.project, occasion="seminar-2", replaced_at=None)
    rows.update(replaced_at=timezone.now())
    sheet(people.fresh(), "seminar-2", people.examiner, level)


def of_batch(people: Cast, rest: str = "") -> str:
    return f"/id/training/batches/{people.batch.key}/results/{rest}"


def test_a_result_that_changed_in_between_is_shown_and_not_locked():
    people = ready()
    client, url = as_user(people.coordinator), of_batch(people, f"{people.project.key}/")
    opened = hidden(client.get(url))
    rescored(people, 5)
    answer = client.post(f"{url}lock/", opened)
    assert answer.status_code == 422
    assert "86,00" in answer.content.decode()
    assert "berubah" in answer.content.decode()
    assert not Result.objects.exists()
    again = hidden(answer)
    assert client.post(f"{url}lock/", again).status_code == 302
    assert Result.objects.get().total == 86


def test_other_scores_with_the_same_total_are_other_scores():
    people = ready()
    seen = results.standing(people.fresh()).digest
    rescored(people, 4)
    with pytest.raises(GuardsUnmet, match="80,00"):
        locking.lock(project=people.fresh(), by=people.coordinator, submit_key=uuid.uuid4(), seen=seen)
    assert results.standing(people.fresh()).digest == results.standing(people.fresh()).digest != seen


def test_a_form_that_does_not_say_what_was_seen_locks_nothing():
    people = ready()
    client, url = as_user(people.coordinator), of_batch(people, f"{people.project.key}/")
    opened = hidden(client.get(url))
    assert client.post(f"{url}lock/", opened | {"lock-seen": ""}).status_code == 422
    client.post(of_batch(people, "lock/"), {"submit_key": opened["lock-submit_key"], "seen": ""})
    assert not Result.objects.exists()


def test_the_whole_batch_is_locked_but_for_what_changed():
    people = ready()
    other, late = ready(people.batch), ready(people.batch)
    ScoreSheet.objects.filter(project=late.project, occasion="mentor").delete()
    client = as_user(people.coordinator)
    opened = hidden(client.get(of_batch(people)))
    rescored(other, 5)
    sheet(late.fresh(), "mentor", late.mentor, 4)
    answer = client.post(of_batch(people, "lock/"), opened)
    assert answer.status_code == 409
    assert [row.project for row in Result.objects.all()] == [people.project]
    page = answer.content.decode()
    notice = page[page.index('role="alert"') :].partition("</div>")[0]
    assert str(other.participant) in notice
    assert "86,00" in notice
    assert str(late.participant) not in notice
    assert "1 lagi sudah lengkap" in page
    assert client.post(of_batch(people, "lock/"), hidden(answer)).status_code == 302
    assert Result.objects.get(project=other.project).total == 86
    assert Result.objects.count() == 3
