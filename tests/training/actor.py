"""What other processes do in the tests: the services of training, by many threads at once; and be killed.

Run as ``python -m tests.training.actor <action> [<argument> …]``. Most say "ready", wait for a line, act, and
prints what came of it as JSON: a list with one entry a thread.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import django

django.setup()

from django.db import DatabaseError, connection  # noqa: E402

from accounts.models import User  # noqa: E402
from training import rooms  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.models import Batch, ProgrammeVersion, Project  # noqa: E402
from training.permissions import Right  # noqa: E402
from training.services import (  # noqa: E402
    discussions,
    learning,
    mails,
    moves,
    notices,
    queue,
    team,
    writing,
)
from training.services.enrolment import Person, enrol  # noqa: E402


def say(word: str) -> None:
    print(word, flush=True)


def together(*works: Callable[[], Any]) -> None:
    """Do all works at the same moment, each in a thread with a connection of its own."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(30)
            return work()
        except (TrainingError, DatabaseError) as error:
            return type(error).__name__
        finally:
            connection.close()

    say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(len(works)) as pool:
        say(json.dumps(list(pool.map(run, works))))


def _move(project: str, code: str, actor: str, key: str, note: str = "") -> Callable[[], Any]:
    found, person = Project.objects.get(pk=project), User.objects.get(pk=actor)
    sent = {"code": code, "submit_key": uuid.UUID(key), "note": note}
    return lambda: moves.move(project=found, actor=person, **sent).pk


def move(times: str, project: str, code: str, actor: str, key: str) -> None:
    """The same request many times."""
    together(*[_move(project, code, actor, key)] * int(times))


def decide(project: str, *decisions: str) -> None:
    """Different requests at once, each given as ``<code>:<actor>``."""
    works = []
    for decision in decisions:
        code, actor = decision.split(":")
        works.append(_move(project, code, actor, str(uuid.uuid4()), "Lengkapi matriks"))
    together(*works)


def hand_over_many(*projects: str) -> None:
    """Different projects at once, by their owners."""
    found = [Project.objects.get(pk=key) for key in projects]
    together(*[_move(str(each.pk), "propose", str(each.owner_id), str(uuid.uuid4())) for each in found])


def enrol_same(times: str, batch: str, by: str, agency: str, email: str) -> None:
    group, leader = Batch.objects.get(pk=batch), User.objects.get(pk=by)

    def work() -> int:
        people = {name: Person(f"{name}.{email}") for name in ("participant", "mentor", "coach")}
        return enrol(batch=group, agency_id=int(agency), by=leader, **people).project.pk

    together(*[work] * int(times))


def save(project: str, step: str, *answers: str) -> None:
    """Two devices at once; each answer is ``<question>=<text>`` and says what was open before."""
    found = Project.objects.get(pk=project)
    asked = next(each for each in found.version.all_steps if each.code == step)

    def work(given: str) -> Callable[[], Any]:
        code, _equals, text = given.partition("=")
        return lambda: writing.save_answers(
            project=found, step=asked, actor=found.owner, given={code: text}, saved=found.saved
        )

    together(*[work(given) for given in answers])


def beside(times: str, project: str, owner: str, address: str, key: str) -> None:
    """A topic opened and a colleague invited, each many times by the same form."""
    found, person = Project.objects.get(pk=project), User.objects.get(pk=owner)
    room = rooms.room(found, person)
    draft = discussions.Draft("Bagaimana mengukurnya?", submit_key=uuid.UUID(key))

    def talk() -> int:
        assert room is not None
        return discussions.begin(room=room, author=person, title="Ukuran", draft=draft).pk

    def ask() -> str:
        team.invite(project=found, address=address, right=Right.EDIT, by=person, submit_key=uuid.UUID(key))
        return "invited"

    together(*[talk, ask] * int(times))


def join(times: str, version: str, owner: str, agency: str) -> None:
    """Open learning joined many times, each time by another form."""
    found, person = ProgrammeVersion.objects.get(pk=version), User.objects.get(pk=owner)

    def work() -> int:
        return learning.join(version=found, owner=person, agency_id=int(agency), key=uuid.uuid4()).pk

    together(*[work] * int(times))


def move_and_hang(place: str, project: str, code: str, actor: str) -> None:
    """Be there to be killed in the middle of a move: before its notices, or with its record made."""

    def hang(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        say("written")
        time.sleep(60)

    module, name = {"notices": (notices, "tell_of_move"), "record": (queue, "put")}[place]
    original = getattr(module, name)
    setattr(module, name, hang)
    _move(project, code, actor, str(uuid.uuid4()))()


def send_and_hang() -> None:
    """Be there to be killed when the mail server has the first mail and the notice does not know yet."""

    def hang(*args: Any) -> None:
        say("accepted")
        time.sleep(60)

    mails._settle = hang
    mails.send_waiting()


def send() -> None:
    say(json.dumps(mails.send_waiting()))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
