"""Certificates and documents are reserved and issued once, whatever happens at the same moment."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.faults.invariants import assert_papers_are_issued
from tests.search.processes import SharedDatabase
from tests.training.meeting import meet_all
from tests.training.people import Cast, cast, person
from tests.training.scoring import lock
from tests.training.test_concurrency import at_once
from tests.training.test_documents import named
from training.models import Certificate, Project, Result

pytestmark = pytest.mark.django_db(transaction=True)


def shared(tmp_path: Path) -> SharedDatabase:
    return SharedDatabase(tmp_path, "tests.training.actor")


ROWS = {
    "certificate": "SELECT state, file, sha256 FROM training_certificate",
    "document": "SELECT state, file, sha256 FROM training_document ORDER BY id",
}
TOLD = "SELECT kind, count(*) FROM training_notice WHERE kind IN ('certificate', 'document') GROUP BY kind"


@pytest.mark.parametrize(("state", "code", "what"), [
    ("design-approval", "approve-design", "document"),
    ("graduation", "pass", "certificate"),
])  # fmt: skip
def test_twenty_identical_moves_reserve_one(tmp_path, state, code, what):
    people = named(state)
    meet_all(people)
    database = shared(tmp_path)
    before = len(database.rows(ROWS[what]))
    actor = people.mentor if what == "document" else people.coordinator
    call = ("move", "10", str(people.project.pk), code, str(actor.pk), str(uuid.uuid4()), "Lulus")
    answers = at_once(database, call, call)
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert isinstance(answers[0], int)
    assert len(database.rows(ROWS[what])) == before + 1


def test_of_many_workers_each_paper_is_issued_by_one(tmp_path):
    named("passed")
    database = shared(tmp_path)
    answers = at_once(database, ("issue", "5"), ("issue", "5"))
    assert sum(answers) == 7  # six documents and the certificate
    rows = database.rows(ROWS["certificate"]) + database.rows(ROWS["document"])
    assert {row[0] for row in rows} == {"issued"}
    files = {f"{path.parent.name}/{path.name}" for path in (tmp_path / "private").rglob("*.pdf")}
    assert files == {row[1] for row in rows}
    assert sorted(database.rows(TOLD)) == [("certificate", 1), ("document", 15)]


@pytest.mark.parametrize("what", ["certificate", "document"])
def test_a_killed_worker_issues_nothing_by_halves_and_the_next_one_once(tmp_path, what):
    named("passed")
    database = shared(tmp_path)
    with database.actor("issue_and_hang", what) as worker:
        assert worker.says() == "signed"
        worker.kill()
    assert {row[0] for row in database.rows(ROWS[what])} == {"waiting"}
    assert database.rows(TOLD) == []
    assert sum(at_once(database, ("issue", "1"), ("issue", "1"))) == 7
    rows = database.rows(ROWS[what])
    assert all(state == "issued" and file and len(digest) == 64 for state, file, digest in rows)
    assert sorted(database.rows(TOLD)) == [("certificate", 1), ("document", 15)]


MANY = 12


def about_to_pass(people: Cast, number: int) -> str:
    """Another project of the batch, with a locked result; its key."""
    owner = person(f"peserta-{number}")
    owner.first_name = f"Peserta {number}"
    owner.save()
    project = Project.objects.create(
        version=people.batch.version, batch=people.batch, owner=owner, state_code="graduation",
        title=f"Inovasi {number}",
    )  # fmt: skip
    result = Result.objects.get(project=people.project)
    Result.objects.create(
        project=project, marks=result.marks, total=result.total, predicate=result.predicate,
        locked_by=people.coordinator,
    )  # fmt: skip
    return str(project.pk)


def test_many_who_pass_at_once_have_a_number_each_and_none_is_left_out(tmp_path):
    people = cast()
    lock(people)
    keys = [about_to_pass(people, number) for number in range(MANY)]
    database, leader = shared(tmp_path), str(people.coordinator.pk)
    passing = at_once(
        database, ("pass_many", leader, *keys[: MANY // 2]), ("pass_many", leader, *keys[MANY // 2 :])
    )
    assert len({answer for answer in passing if isinstance(answer, int)}) == MANY, passing
    assert sum(at_once(database, ("issue", "3"), ("issue", "3"))) == MANY
    database.read_back()
    found = Certificate.objects.values_list("project", "number", "code", "sha256")
    assert [len(set(column)) for column in zip(*found, strict=True)] == [MANY] * 4
    assert {str(project) for project, *_rest in found} == set(keys)
    assert_papers_are_issued(tmp_path / "private")
