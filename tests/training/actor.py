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
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import django

django.setup()

from django.db import DatabaseError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from tests.training.scoring import given  # noqa: E402
from training import forums  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.models import (  # noqa: E402
    Batch,
    Consultation,
    Document,
    Invitation,
    Occasion,
    ProgrammeVersion,
    Project,
    Room,
    Seminar,
)
from training.permissions import Right  # noqa: E402
from training.services import (  # noqa: E402
    certificates,
    consultations,
    digests,
    discussions,
    documents,
    invitations,
    issuing,
    learning,
    locking,
    mails,
    moves,
    notices,
    queue,
    scores,
    seminar_places,
    seminars,
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


def move(times: str, project: str, code: str, actor: str, key: str, note: str = "") -> None:
    """The same request many times."""
    together(*[_move(project, code, actor, key, note)] * int(times))


def decide(project: str, *decisions: str) -> None:
    """Different requests at once, each given as ``<code>:<actor>``."""
    works = []
    for decision in decisions:
        code, actor = decision.split(":")
        works.append(_move(project, code, actor, str(uuid.uuid4()), "Lengkapi matriks"))
    together(*works)


def submit_scores(project: str, occasion: str, *wishes: str) -> None:
    """Scores at once, each given as ``<user>:<submit key>:<level>``."""
    found = Project.objects.get(pk=project)

    def work(wish: str) -> Callable[[], Any]:
        user, key, level = wish.split(":")
        sent = {"given": given(found, occasion, int(level)), "saved": 0, "submit_key": uuid.UUID(key)}
        actor = User.objects.get(pk=user)
        return lambda: scores.submit(project=found, occasion=Occasion(occasion), actor=actor, **sent).pk

    together(*[work(wish) for wish in wishes])


def lock_or_submit(project: str, leader: str, occasion: str, user: str) -> None:
    """Three lock, and three submit marks, at once."""
    found, by = Project.objects.get(pk=project), User.objects.get(pk=leader)
    actor, filled = User.objects.get(pk=user), given(found, occasion, 5)

    def lock() -> Any:
        return str(locking.lock(project=found, by=by, submit_key=uuid.uuid4()).total)

    def submit() -> Any:
        return scores.submit(
            project=found,
            occasion=Occasion(occasion),
            actor=actor,
            given=filled,
            saved=0,
            submit_key=uuid.uuid4(),
        ).code

    together(*[lock, submit] * 3)


def hand_over_many(*projects: str) -> None:
    """Different projects at once, by their owners."""
    found = [Project.objects.get(pk=key) for key in projects]
    together(*[_move(str(each.pk), "propose", str(each.owner_id), str(uuid.uuid4())) for each in found])


def pass_many(leader: str, *projects: str) -> None:
    """Different projects at once, by one coordinator."""
    together(*[_move(each, "pass", leader, str(uuid.uuid4()), "Memenuhi syarat") for each in projects])


def enrol_same(times: str, batch: str, by: str, agency: str, email: str) -> None:
    group, leader = Batch.objects.get(pk=batch), User.objects.get(pk=by)

    def work() -> int:
        people = {name: Person(f"{name}.{email}") for name in ("participant", "mentor", "coach")}
        return enrol(batch=group, agency_id=int(agency), by=leader, **people).project.pk

    together(*[work] * int(times))


def accept(times: str, invitation: str) -> None:
    """The same yes many times."""
    found = Invitation.objects.select_related("user", "project").get(pk=invitation)
    together(*[lambda: invitations.accept(invitation=found, user=found.user) or "yes"] * int(times))


def book(kind: str, *bookings: str) -> None:
    """Seminars by many at once, each ``<slot>:<project>:<coordinator>`` to place, or to move to one time."""
    begins = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=9)

    def work(given: str) -> Callable[[], Any]:
        slot, project, leader = given.split(":")
        found, by = Seminar.objects.select_related("batch", "room").get(pk=slot), User.objects.get(pk=leader)
        key = {"seminar": found, "by": by, "submit_key": uuid.uuid4()}
        if kind == "place":
            chosen = Project.objects.get(pk=project)
            return lambda: str(seminar_places.place(project=chosen, **key))
        plan = seminars.Plan(begins, begins + timedelta(hours=2), found.room, found.link)
        return lambda: str(seminars.move(plan=plan, reason="Ruang", **key))

    together(*[work(given) for given in bookings])


def set_up_same(times: str, batch: str, room: str, by: str) -> None:
    """Slots in one room at one time, each by a form of its own."""
    group, leader, place = Batch.objects.get(pk=batch), User.objects.get(pk=by), Room.objects.get(pk=room)
    begins = timezone.now() + timedelta(days=9)
    plan = seminars.Plan(begins, begins + timedelta(hours=2), place)

    def work() -> int:
        return seminars.set_up(batch=group, kind="design", plan=plan, by=leader, submit_key=uuid.uuid4()).pk

    together(*[work] * int(times))


def talk(entry: str, *answers: str) -> None:
    """One consultation: its writer changes it while the other side answers, each ``<what>:<person>``."""
    found = Consultation.objects.get(pk=entry)

    def work(given: str) -> Callable[[], Any]:
        what, person = given.split(":")
        by, key = User.objects.get(pk=person), uuid.uuid4()
        if what == "change":
            words = consultations.Talk(found.held_on, "Kata lain", "Lain")
            return lambda: (
                consultations.change(consultation=found, by=by, seen=1, talk=words, submit_key=key).state
            )
        return lambda: (
            consultations.answer(
                consultation=found, by=by, seen=1, agrees=what == "confirm", reason="Keliru", submit_key=key
            ).state
        )

    together(*[work(given) for given in answers])


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
    forum = forums.forum(found, person)
    draft = discussions.Draft("Bagaimana mengukurnya?", submit_key=uuid.UUID(key))

    def talk() -> int:
        assert forum is not None
        return discussions.begin(forum=forum, author=person, title="Ukuran", draft=draft).pk

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


def hand_over_by_mail(port: str, project: str, actor: str) -> None:
    """A hand-over to the curators, whose mails go to a server on loopback; says that it came back."""
    from django.test import override_settings

    with override_settings(
        EMAIL_BACKEND="home.mail.AfterCommit",
        MAIL_TRANSPORT="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(port),
        EMAIL_TIMEOUT=8,
    ):
        _move(project, "propose", actor, str(uuid.uuid4()))()
    say("done")


def send_and_hang() -> None:
    """Be there to be killed when the mail server has the first mail and the notice does not know yet."""

    def hang(*args: Any) -> None:
        say("accepted")
        time.sleep(60)

    mails._settle = hang
    mails.send_waiting()


def send() -> None:
    say(json.dumps(mails.send_waiting()))


def digest_and_hang() -> None:
    """Be there to be killed when the mail server has the daily mail and the notices don't know yet."""

    def hang(*args: Any) -> None:
        say("accepted")
        time.sleep(60)

    digests.HOUR = 0
    digests._settle = hang
    digests.send_due()


def digest() -> None:
    digests.HOUR = 0
    say(json.dumps(digests.send_due()))


def issue_and_hang(what: str) -> None:
    """Be there to be killed with a paper signed and stored, and its row not changed yet."""
    kind = {"certificate": certificates.KIND, "document": documents.KIND}[what]

    def hang(paper: Any) -> None:
        say("signed")
        time.sleep(60)

    issuing.issue_waiting(replace(kind, told=hang))


def issue(times: str) -> None:
    """Workers that sign whatever waits, all at once; how many each of them issued."""
    together(*[lambda: certificates.issue_waiting() + documents.issue_waiting()] * int(times))


def reissue(times: str, document: str, leader: str, key: str) -> None:
    """A revoked document issued again many times by the same form."""
    found, by = Document.objects.get(pk=document), User.objects.get(pk=leader)
    sent = {"document": found, "by": by, "reason": "Nama", "submit_key": uuid.UUID(key)}
    together(*[lambda: documents.reissue(**sent).pk] * int(times))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
