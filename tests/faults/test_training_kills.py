"""``kill -9`` of web and worker at random points, while five projects go through training.

Both are the real processes on a database of their own, mails go to a mail server, and people at their
browsers send a form that was not answered again. The moments are random and come of the seed in a test's
name. ``invariants.assert_whole`` says what must hold in the end.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from catalogue.services.access import ensure_access
from tests.faults.invariants import assert_reminded_once, assert_whole, unreferenced
from tests.faults.journeys import Journeys, journeys
from tests.faults.persistent import People
from tests.faults.served import HEALED, Served, served
from tests.faults.site import until
from tests.mail_server import MailServer, mail_server
from tests.search.processes import SharedDatabase
from training import health
from training.models import Notice
from training.models.certificates import private_storage
from training.services import evidence, mails

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="gunicorn needs a system with fork"),
]
SEEDS = {"sqlite": (5,), "postgresql": (17,)}
"""Each database has its own: a run takes most of a minute."""
KILLS = 6
"""Of web and of the worker, each."""
WEB_DELAY, WORKER_DELAY = 0.25, 2.0
"""Longest a process lives after a form was sent to it, or after it began to work; in seconds."""
ONE_OF_WEB = 0.3
"""How often only one of web's processes is killed, as a share."""
A_MAIL = 0.03
"""Seconds the mail server takes for one, so that a worker can be killed meanwhile."""
WAITING = """
    SELECT (SELECT count(*) FROM training_notice WHERE mail = 'waiting')
         + (SELECT count(*) FROM training_certificate WHERE state = 'waiting')
         + (SELECT count(*) FROM training_document WHERE state = 'waiting')
"""


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journeys:
    """Projects in this test's own folder, which is the processes' too."""
    for name in ("location", "base_location"):
        monkeypatch.setitem(private_storage().__dict__, name, str(tmp_path / "private"))
    monkeypatch.setattr(django_settings, "VAR_DIR", tmp_path)
    ensure_access()
    return journeys()


@dataclass
class Office:
    """The site, its mail server, and the people who are going to use it."""

    site: Served
    post: MailServer
    people: People
    journeys: Journeys

    def kill_web(self, moments: random.Random, deeds: int) -> None:
        """Each time after a form was sent, in whatever it is doing with it; ``deeds`` go on in between."""
        for number in range(KILLS):
            until(self.site.answers, HEALED)
            assert self.people.begin(deeds, HEALED)
            time.sleep(moments.uniform(0, WEB_DELAY) if number else 0)
            if number and moments.random() < ONE_OF_WEB:
                self.site.kill_one_of_web()
            else:
                self.site.kill("web")
                self.site.start_web()

    def kill_worker(self, moments: random.Random) -> None:
        """Each time soon after it began to work, when mails, papers and reminders are due."""
        try:
            for _number in range(KILLS):
                self.site.start_worker()
                time.sleep(moments.uniform(0, WORKER_DELAY))
                self.site.kill("worker")
        finally:
            connection.close()  # of this thread

    def work_while_killed(self, seed: int) -> None:
        """Everybody does all they came for, and web and worker are killed meanwhile."""
        self.site.start_web()
        with ThreadPoolExecutor(len(self.journeys.deeds) + 1) as pool:
            work = [pool.submit(self.people.carry_out, deeds) for deeds in self.journeys.deeds]
            work.append(pool.submit(self.kill_worker, random.Random(f"worker {seed}")))
            try:
                self.kill_web(random.Random(f"web {seed}"), len(self.journeys.all_deeds) // KILLS)
                self.people.let_through(len(self.journeys.all_deeds))
                for one in work:
                    one.result()
            finally:
                self.people.give_up()

    def come_to_rest(self) -> None:
        """A worker that nobody kills does what is left; then all ends, and the test sees what there is."""
        self.site.start_worker()
        until(self._nothing_waits, HEALED)
        self.site.close()
        self.site.database.read_back()

    def _nothing_waits(self) -> bool:
        self.site.end_turns()
        return self.site.database.rows(WAITING) == [(0,)]


@pytest.fixture
def office(world: Journeys, tmp_path: Path) -> Iterator[Office]:
    people = People(world.people)
    with mail_server(takes=A_MAIL) as post, served(SharedDatabase(tmp_path), post.url) as site:
        people.url = site.url
        yield Office(site, post, people, world)


@pytest.mark.parametrize("seed", SEEDS[connection.vendor])
def test_nothing_is_half_done_lost_or_done_twice(office: Office, tmp_path: Path, seed: int) -> None:
    office.work_while_killed(seed)
    office.come_to_rest()
    people, private = office.people, tmp_path / "private"
    answered = [deed for deed, _leads_to in people.acknowledged]
    stuck, left = Notice.objects.filter(mail=Notice.Mail.SENDING).count(), unreferenced(private)
    print(f"seed {seed}: {len(answered)} forms answered, {len(people.unanswered)} times sent again")
    print(f"{stuck} mails stuck, {len(left)} files left behind")
    assert sorted(map(str, answered)) == sorted(map(str, office.journeys.all_deeds))
    assert people.unanswered
    assert_whole(private, answered, office.post.mails)
    assert_reminded_once(office.journeys.reminded)
    assert_stuck_mails_are_shown()
    assert_left_files_are_swept(private)


def assert_stuck_mails_are_shown() -> None:
    """Staff see how many mails may not have left (docs/adr/0030), and may send them again."""
    sending = Notice.objects.filter(mail=Notice.Mail.SENDING)
    keys = list(sending.values_list("pk", flat=True))
    sending.update(created_at=timezone.now() - health.LATE - timedelta(minutes=1))
    assert health.mail()["stuck"] == len(keys)
    assert mails.send_again(keys=keys, state=Notice.Mail.SENDING) == len(keys)


def assert_left_files_are_swept(folder: Path) -> None:
    """What killed processes left behind in storage, and nothing else, is gone a day later."""
    old = time.time() - evidence.LEFT_FOR - 60
    for name in unreferenced(folder):
        os.utime(folder / name, (old, old))
    evidence.sweep()
    assert unreferenced(folder) == []
