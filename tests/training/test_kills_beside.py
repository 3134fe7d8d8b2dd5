"""``kill -9`` in the middle of coming into a batch, of writing in the logbook, in a discussion and in a team.

Nothing is half there, nothing that was acknowledged is lost, the same request once more changes nothing, and
no mail leaves twice. Compared is every row of every table of people and training.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tests.search.processes import Actor, SharedDatabase
from tests.training import logs
from tests.training.people import cast
from training.services import evidence

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
]
Rows = dict[str, list[tuple]]


class Office:
    """The database, and a process whose children are killed."""

    def __init__(self, folder: Path) -> None:
        self.tables = [
            name
            for name in connection.introspection.table_names()
            if name.startswith(("training_", "account"))
        ]
        self.database = SharedDatabase(folder, "tests.training.killed")
        self.process: Actor

    def order(self, moment: str, work: str, *arguments: object) -> str:
        answer = self.process.asked("|".join([moment, work, *map(str, arguments)]))
        assert answer not in {"failed", ""}, self.process.process.communicate()[1]
        return answer

    def rows(self) -> Rows:
        found = {name: self.database.rows(f'SELECT * FROM "{name}"') for name in self.tables}  # noqa: S608
        return {name: sorted(rows, key=repr) for name, rows in found.items()}

    def killed(self, work: str, *arguments: object) -> dict[str, int]:
        """Do it with a kill before, at and after the commit; how many rows more there are in which table."""
        before = self.rows()
        assert self.order("before", work, *arguments) == "written"
        assert self.rows() == before
        assert self.order("after", work, *arguments) == "committed"
        after = self.rows()
        assert after != before
        return {name: grown for name in after if (grown := len(after[name]) - len(before[name]))}

    def once_more(self, work: str, *arguments: object) -> str:
        """What a browser that got no answer sends again; changes nothing."""
        before = self.rows()
        answer = self.order("never", work, *arguments)
        assert self.rows() == before
        return answer


@pytest.fixture
def people():
    found = cast()
    logs.implementing(found, days=2)
    return found


@pytest.fixture
def office(people, tmp_path) -> Iterator[Office]:
    made = Office(tmp_path)
    with made.database.actor() as process:
        assert process.says() == "ready"
        made.process = process
        yield made


def mails_leave_once(office: Office) -> None:
    """Also when the worker is killed that has just given the first to the server: that one never again."""
    waiting = office.database.rows("SELECT count(*) FROM training_notice WHERE mail = 'waiting'")[0][0]
    assert waiting > 1
    assert office.order("never", "send_first") == "accepted"
    assert office.order("never", "send") == str(waiting - 1)
    assert office.order("never", "send") == "0"
    found = dict(office.database.rows("SELECT mail, count(*) FROM training_notice GROUP BY mail"))
    assert found == {"sending": 1, "sent": waiting - 1}


def test_the_logbook(office, people, tmp_path):
    key, day = uuid.uuid4(), timezone.localdate()
    sent = ("log", people.project.pk, people.participant.pk, key, day)
    assert office.killed(*sent) == {"training_logentry": 1, "training_evidencefile": 1, "training_event": 1}
    entry = office.once_more(*sent)
    another = office.order("never", "log", people.project.pk, people.participant.pk, uuid.uuid4(), day)
    assert another != entry
    assert len(office.rows()["training_logentry"]) == 2
    confirmed = ("confirm", entry, people.mentor.pk, uuid.uuid4())
    assert office.killed(*confirmed) == {"training_event": 1, "training_logbook": 1}
    assert office.once_more(*confirmed) == entry
    seals = office.database.rows("SELECT id, place, digest FROM training_logentry ORDER BY id")
    [(head,)] = office.database.rows("SELECT head FROM training_logbook WHERE sealed = 1")
    assert [(str(row), place, digest) for row, place, digest in seals] == [
        (entry, 1, head),
        (another, None, ""),
    ]
    asked = ("remark", another, people.coach.pk, uuid.uuid4())
    assert office.killed(*asked) == {"training_logremark": 1, "training_event": 1, "training_notice": 1}
    assert office.once_more(*asked) == "remarked"
    mails_leave_once(office)


def test_files_of_an_entry_that_was_killed_are_swept_and_no_other(office, people, tmp_path, settings):
    sent = ("log", people.project.pk, people.participant.pk, uuid.uuid4(), timezone.localdate())
    office.killed(*sent)
    [(kept,)] = office.database.rows("SELECT file FROM training_evidencefile")
    folder = tmp_path / "private"
    stored = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert kept in stored
    assert len([name for name in stored if name.startswith("evidence")]) == 2
    old = time.time() - evidence.LEFT_FOR - 60
    for name in stored:
        os.utime(folder / name, (old, old))
    assert office.order("never", "sweep") == str(len(stored) - 1)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {kept}


def test_a_discussion(office, people):
    sent = ("topic", people.project.pk, people.participant.pk, uuid.uuid4(), people.mentor.pk)
    grown = office.killed(*sent)
    assert grown == {"training_thread": 1, "training_post": 1, "training_mention": 1, "training_notice": 1}
    first = office.once_more(*sent)
    answered = ("reply", first, people.coach.pk, uuid.uuid4())
    assert office.killed(*answered) == {"training_post": 1, "training_notice": 1}
    answer = office.once_more(*answered)
    office.order("never", "reply", first, people.coach.pk, uuid.uuid4())
    assert len(office.rows()["training_post"]) == 3
    hidden = ("hide", answer, people.coordinator.pk)
    assert office.killed(*hidden) == {"training_moderation": 1, "training_notice": 1}
    assert office.once_more(*hidden) == "hidden"
    mails_leave_once(office)


def test_a_team(office, people):
    address = "rekan-baru@dinas.go.id"
    sent = ("invite", people.project.pk, people.participant.pk, uuid.uuid4(), address)
    grown = office.killed(*sent)
    assert grown == {"accounts_user": 1, "training_teammember": 1, "training_event": 1, "training_notice": 1}
    member = office.once_more(*sent)
    assert office.killed("join", member) == {"training_event": 1}
    assert office.once_more("join", member) == "joined"
    changed = ("change", member, uuid.uuid4())
    assert office.killed(*changed) == {"training_event": 1}
    assert office.once_more(*changed) == "changed"
    assert office.killed("leave", member, uuid.uuid4()) == {"training_event": 1}
    ended = office.database.rows("SELECT ended_at IS NULL FROM training_teammember")
    assert [bool(row[0]) for row in ended] == [False]
    mails_leave_once(office)


def test_coming_into_a_batch(office, people):
    sent = ("enter", people.batch.pk, people.coordinator.pk, "baru@dinas.go.id")
    assert office.killed(*sent) == {
        "accounts_user": 3, "training_project": 1, "training_assignment": 2, "training_invitation": 3,
        "training_notice": 3, "training_event": 1,
    }  # fmt: skip
    project = office.once_more(*sent)
    for role in ("participant", "mentor"):
        assert office.killed("accept", project, role) == {"training_event": 1}
        assert office.once_more("accept", project, role) == "accepted"
    chosen = ("choose", people.batch.pk, people.coordinator.pk, uuid.uuid4(), "penguji-baru@lan.go.id")
    assert office.killed(*chosen) == {
        "accounts_user": 1, "training_batchexaminer": 1, "training_batchevent": 1,
    }  # fmt: skip
    examiner = office.once_more(*chosen)
    assigned = ("assign", people.project.pk, examiner, people.coordinator.pk, uuid.uuid4())
    assert office.killed(*assigned) == {
        "training_assignment": 1, "training_invitation": 1, "training_notice": 1, "training_event": 1,
    }  # fmt: skip
    assert office.once_more(*assigned) == "assigned"
    mails_leave_once(office)
