"""A daily mail leaves once, also when the worker that sends it is killed."""

from __future__ import annotations

import json

import pytest

from tests.search.processes import SharedDatabase
from tests.training.people import cast
from tests.training.test_preferences import choose, tell
from training.models import Notice
from training.services import mails

Kind, Mail = Notice.Kind, Notice.Mail


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_sends_no_daily_mail_twice(tmp_path):
    people = cast()
    choose(people, "daily")
    Notice.objects.update(mail=Mail.SENT)
    tell(people, Kind.MOVED, Kind.REMINDER)
    mails._sort_out()
    database = SharedDatabase(tmp_path, "tests.training.actor")
    with database.actor("digest_and_hang") as worker:
        assert worker.says() == "accepted"
        worker.kill()
    with database.actor("digest") as next_one, database.actor("digest") as other:
        assert json.loads(next_one.says()) + json.loads(other.says()) == 0
    found = dict(database.rows("SELECT mail, count(*) FROM training_notice GROUP BY mail"))
    assert found["sending"] == 2
    assert "digest" not in found
    assert database.rows("SELECT count(*) FROM training_preference WHERE digested_on IS NOT NULL") == [(1,)]
