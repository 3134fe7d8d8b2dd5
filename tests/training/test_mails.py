"""Mails follow notices: once each, not lost with a server that is away, not twice by a killed worker."""

from __future__ import annotations

import json
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from search.worker import periodic
from tests.search.processes import SharedDatabase
from tests.training.people import cast
from training import health
from training.models import Notice
from training.services import mails

BACKEND = "tests.training.test_mails.Server"


class Server(EmailBackend):
    """A mail server that can be away, or refuse an address."""

    away = False
    gone_after: int | None = None
    refused: dict[str, int] = {}

    def open(self):
        if self.away:
            raise ConnectionRefusedError

    def send_messages(self, messages):
        if self.gone_after is not None and len(mail.outbox) >= self.gone_after:
            raise smtplib.SMTPServerDisconnected
        for message in messages:
            if code := self.refused.get(message.to[0]):
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (code, b"no")})
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = BACKEND
    for name, value in {"away": False, "gone_after": None, "refused": {}}.items():
        monkeypatch.setattr(Server, name, value)
    return Server


def states():
    return sorted(Notice.objects.values_list("mail", flat=True))


def age(**by):
    for notice in Notice.objects.all():
        Notice.objects.filter(pk=notice.pk).update(created_at=notice.created_at - timedelta(**by))


@pytest.mark.django_db
class TestSending:
    def test_each_notice_is_mailed_once_in_both_languages(self, server):
        people = cast(accepted=False)
        assert mails.send_waiting() == 3
        assert mails.send_waiting() == 0
        assert [message.to for message in mail.outbox] == [
            [people.participant.email], [people.mentor.email], [people.coach.email],
        ]  # fmt: skip
        first = mail.outbox[0]
        for language in ("id", "en"):
            assert f"/{language}/training/invitations/" in first.body
        assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 3
        notice = Notice.objects.order_by("pk").first()
        assert mails.message(notice).extra_headers == first.extra_headers

    def test_a_mail_names_nobody_and_bears_any_title(self, server):
        people = cast()
        people.mentor.first_name = "Kenari"
        people.mentor.save()
        people.answer_all()
        people.walk_to("design-review")
        people.project.batch.projects.update(title="Baris\r\nBcc: semua@go.id <b>&</b>")
        people.move("return-design", note="Rahasia coach")
        mails.send_waiting()
        assert all("\n" not in m.subject and "\r" not in m.subject for m in mail.outbox)
        for message in mail.outbox:
            others = {people.mentor.email, people.coach.email, people.participant.email} - set(message.to)
            assert not any(other in message.body for other in others)
            assert "Kenari" not in message.body
            assert "Rahasia" not in message.body

    def test_a_server_that_is_away_leaves_everything_waiting(self, server):
        cast(accepted=False)
        server.away = True
        for _ in range(20):
            assert mails.send_waiting() == 0
        assert states() == ["waiting"] * 3
        assert health.mail() == {"ok": True, "late": False, "waiting": 3, "stuck": 0, "failed": 0}
        age(hours=1)
        assert health.mail()["late"]
        server.away = False
        assert mails.send_waiting() == 3
        assert health.mail() == {"ok": True, "late": False, "waiting": 0, "stuck": 0, "failed": 0}

    def test_a_server_that_goes_away_half_way(self, server):
        cast(accepted=False)
        server.gone_after = 1
        assert mails.send_waiting() == 1
        assert states() == ["sent", "waiting", "waiting"]
        server.gone_after = None
        age(minutes=5)
        assert mails.send_waiting() == 2

    def test_one_refused_address_keeps_nobody_back(self, server):
        people = cast(accepted=False)
        server.refused = {people.participant.email: 550, people.mentor.email: 450}
        assert mails.send_waiting() == 1
        assert states() == ["failed", "sent", "waiting"]
        assert mails.send_waiting() == 0  # not at once again
        age(minutes=2)
        server.refused = {}
        assert mails.send_waiting() == 1
        assert health.mail()["failed"] == 1

    def test_one_that_is_put_off_for_ever_fails_in_the_end(self, server):
        people = cast(accepted=False)
        server.refused = dict.fromkeys(
            (people.participant.email, people.mentor.email, people.coach.email), 451
        )
        for _ in range(mails.ATTEMPTS):
            mails.send_waiting()
            age(days=1)
        assert states() == ["failed"] * 3
        assert Notice.objects.filter(read_at=None).count() == 3

    def test_an_account_that_is_off_gets_none(self, server):
        people = cast(accepted=False)
        people.mentor.is_active = False
        people.mentor.save()
        assert mails.send_waiting() == 2
        assert states() == ["none", "sent", "sent"]

    def test_the_worker_sends_them_and_readiness_tells(self, server, client):
        assert {"training_mails", "training_reminders", "training_records"} <= periodic._registered.keys()
        assert client.get("/readyz").json()["mail"]["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_sends_nothing_twice(tmp_path):
    cast(accepted=False)
    database = SharedDatabase(tmp_path, "tests.training.actor")
    with database.actor("send_and_hang") as worker:
        assert worker.says() == "accepted"
        worker.kill()
    with database.actor("send") as next_one, database.actor("send") as other:
        sent = json.loads(next_one.says()) + json.loads(other.says())
    assert sent == 2
    found = dict(database.rows("SELECT mail, count(*) FROM training_notice GROUP BY mail"))
    assert found == {"sending": 1, "sent": 2}


def test_pauses_between_attempts_span_hours():
    assert timedelta(minutes=2 ** (mails.ATTEMPTS - 1) - 1) > timedelta(hours=2)
    assert timezone.now().tzinfo
