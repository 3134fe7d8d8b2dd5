"""A process whose children each do one thing in the training workspace, and are killed while they do it.

Run as ``python -m tests.training.killed``. It reads orders, one a line: ``<moment>|<work>|<argument>|…``. A
child is forked for each, so that the project is loaded once. It says ``written`` with everything written and
nothing committed (moment ``before``), ``committed`` before anybody was told (``after``), ``here`` right
before its n-th statement or commit (moment n), or what came of it (``never``, or when it took less than n);
then it gets a SIGKILL, and the order is answered by its word.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
import traceback
import uuid
from datetime import date
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from search.worker import periodic  # noqa: E402
from tests.training import made_files  # noqa: E402
from training import forums, uploads  # noqa: E402
from training.models import Batch, BatchExaminer, Invitation, LogEntry, Post, Project, TeamMember  # noqa: E402
from training.permissions import Right  # noqa: E402
from training.services import (  # noqa: E402
    discussions,
    evidence,
    examiners,
    invitations,
    logbook,
    mails,
    moderation,
    team,
)
from training.services.enrolment import Person, enrol  # noqa: E402

ANSWER = 200
"""Bytes of an answer, at most."""


def log(project: str, actor: str, key: str, day: str) -> str:
    """An entry of the logbook with a file."""
    with uploads.checked([SimpleUploadedFile("bukti.jpg", made_files.photo())]) as checked:
        made = logbook.add(
            project=Project.objects.get(pk=project), actor=_user(actor), files=checked,
            draft=logbook.Draft(on=date.fromisoformat(day), activity="Uji coba"), submit_key=uuid.UUID(key),
        )  # fmt: skip
    return str(made.pk)


def confirm(entry: str, actor: str, key: str) -> str:
    """The mentor confirms it, which seals it."""
    found = LogEntry.objects.get(pk=entry)
    return str(logbook.confirm(entry=found, actor=_user(actor), changes=0, submit_key=uuid.UUID(key)).pk)


def remark(entry: str, actor: str, key: str) -> str:
    """A question beside an entry, of which people are told."""
    found = LogEntry.objects.get(pk=entry)
    logbook.remark(entry=found, actor=_user(actor), text="Berapa lama?", submit_key=uuid.UUID(key))
    return "remarked"


def topic(project: str, actor: str, key: str, named: str) -> str:
    """A topic whose first message names somebody."""
    draft = discussions.Draft("Bagaimana mengukurnya?", frozenset({int(named)}), uuid.UUID(key))
    author = _user(actor)
    return str(
        discussions.begin(forum=_forum(project, author), author=author, title="Ukuran", draft=draft).pk
    )


def reply(message: str, actor: str, key: str) -> str:
    """An answer in the topic."""
    first, author = Post.objects.select_related("thread").get(pk=message), _user(actor)
    made = discussions.post(
        forum=_forum(str(first.thread.project_id), author), thread=first.thread, author=author, parent=first,
        draft=discussions.Draft("Catat jam datang.", submit_key=uuid.UUID(key)),
    )  # fmt: skip
    return str(made.pk)


def hide(message: str, actor: str) -> str:
    """A moderator hides a message."""
    found, by = Post.objects.select_related("thread").get(pk=message), _user(actor)
    moderation.hide(forum=_forum(str(found.thread.project_id), by), message=found, by=by, reason="Menyimpang")
    return "hidden"


def invite(project: str, actor: str, key: str, address: str) -> str:
    """Somebody without an account is asked into the team."""
    found = Project.objects.get(pk=project)
    sent = {"address": address, "right": Right.EDIT, "submit_key": uuid.UUID(key)}
    team.invite(project=found, by=_user(actor), **sent)
    return str(TeamMember.objects.get(project=found).pk)


def join(member: str) -> str:
    found = TeamMember.objects.select_related("user").get(pk=member)
    team.accept(member=found, user=found.user)
    return "joined"


def change(member: str, key: str) -> str:
    found = TeamMember.objects.select_related("project__owner").get(pk=member)
    owner, sent = found.project.owner, {"right": Right.VIEW, "submit_key": uuid.UUID(key)}
    team.change(project=found.project, member=found, by=owner, **sent)
    return "changed"


def leave(member: str, key: str) -> str:
    found = TeamMember.objects.select_related("project", "user").get(pk=member)
    team.leave(project=found.project, user=found.user, submit_key=uuid.UUID(key))
    return "left"


def enter(batch: str, actor: str, address: str) -> str:
    """Somebody is enrolled, with mentor and coach who have no account yet."""
    people = {part: Person(f"{part}.{address}") for part in ("participant", "mentor", "coach")}
    made = enrol(batch=Batch.objects.get(pk=batch), agency_id=None, by=_user(actor), **people)
    return str(made.project.pk)


def accept(project: str, role: str) -> str:
    found = Invitation.objects.get(project=project, role=role)
    invitations.accept(invitation=found, user=found.user)
    return "accepted"


def choose(batch: str, actor: str, key: str, address: str) -> str:
    """Somebody without an account may examine in the batch."""
    made = examiners.choose(
        batch=Batch.objects.get(pk=batch), person=Person(address), agency_id=None, by=_user(actor),
        submit_key=uuid.UUID(key),
    )  # fmt: skip
    return str(made.pk)


def assign(project: str, examiner: str, actor: str, key: str) -> str:
    found, chosen = Project.objects.get(pk=project), BatchExaminer.objects.get(pk=examiner)
    examiners.assign(project=found, examiner=chosen, by=_user(actor), submit_key=uuid.UUID(key))
    return "assigned"


def sweep() -> str:
    """How many files that no row names were removed."""
    return str(evidence.sweep())


def send() -> str:
    """How many mails left."""
    return str(mails.send_waiting())


def send_first() -> str:
    """The mail server has the first mail, and its notice does not know yet."""
    mails._settle = lambda *_given: _hang("accepted")
    return str(mails.send_waiting())


def by_clock(name: str) -> str:
    """What the worker does under this name when its turn comes."""
    periodic.ScheduleJob()._run(periodic._registered[name])
    return "done"


def _user(key: str) -> User:
    return User.objects.get(pk=key)


def _forum(project: str, user: User) -> forums.Forum:
    found = forums.forum(Project.objects.get(pk=project), user)
    assert found is not None
    return found


def _hang(word: str) -> None:
    _say(word)
    time.sleep(60)


_pipe = -1


def _say(word: str) -> None:
    os.write(_pipe, word.encode()[:ANSWER])


def _hang_at(number: int) -> None:
    """Wait to be killed right before the ``number``-th statement or commit."""
    steps, commit = itertools.count(1), connection.commit

    def step() -> None:
        if next(steps) == number:
            _hang("here")

    def statement(execute: Any, *given: Any) -> Any:
        step()
        return execute(*given)

    def committed() -> None:
        step()
        commit()

    connection.execute_wrappers.append(statement)
    connection.commit = committed


def _work(moment: str, work: str, arguments: list[str]) -> None:
    connection.ensure_connection()
    commit = connection.commit
    if moment.isdigit():
        _hang_at(int(moment))

    def interrupted() -> None:
        if moment == "after":
            commit()
        _hang({"before": "written", "after": "committed"}[moment])

    if moment in {"before", "after"}:
        connection.commit = interrupted
    _say(globals()[work](*arguments))
    time.sleep(60)


def _obey(moment: str, work: str, *arguments: str) -> str:
    global _pipe
    reads, _pipe = os.pipe()
    child = os.fork()
    if not child:
        try:
            _work(moment, work, list(arguments))
        finally:  # it waits to be killed, so it comes here only when it failed
            traceback.print_exc()
            _say("failed")
            os._exit(1)
    os.close(_pipe)
    word = os.read(reads, ANSWER).decode()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reads)
    return word


def main() -> Any:
    connection.close()
    print("ready", flush=True)
    for line in sys.stdin:
        print(_obey(*line.rstrip("\n").split("|")), flush=True)


if __name__ == "__main__":
    main()
