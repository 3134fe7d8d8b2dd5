"""A mail that the server may have is not sent again by itself; one that it can't have is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.mail_server import GONE, NOISE, RESET, SILENT, MailServer, mail_server
from tests.training.people import Cast
from tests.training.scenes import shared_cast
from tests.training.test_preferences import choose, tell
from training import health
from training.models import Notice, Preference
from training.services import digests, mails, notices

__all__ = ["shared_cast"]
pytestmark = pytest.mark.django_db
LOST = [GONE, RESET, SILENT, NOISE]
BEFORE = ["EHLO", "MAIL", "RCPT", "DATA"]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "home.mail.Transport"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 1
        yield server


@pytest.fixture
def people(shared_cast: Cast, db: None) -> Cast:
    """With a mail each for participant, mentor and coach, in this order."""
    found = shared_cast
    Notice.objects.all().delete()
    for number, user in enumerate((found.participant, found.mentor, found.coach)):
        notices.tell(
            people=[user.pk], project=found.project, kind=Notice.Kind.MOVED, cause=f"event:{number}",
            state_code="issue",
        )  # fmt: skip
    return found


def turns(number: int) -> int:
    """Turns of the worker, so far apart that whatever waits is due again; how many mails it calls sent."""
    sent = 0
    for _turn in range(number):
        sent += mails.send_waiting()
        Notice.objects.update(created_at=timezone.now() - timedelta(days=30))
    return sent


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("mail", flat=True))


def addressees(server: MailServer) -> list[str]:
    return [mail["To"] for mail in server.mails]


def everybody(people: Cast) -> list[str]:
    return sorted(one.email for one in (people.participant, people.mentor, people.coach))


@pytest.mark.parametrize("how", LOST)
def test_a_mail_that_was_given_whole_and_not_answered_is_never_given_again(server, people, how):
    server.answers, server.times = {".": how}, 1
    assert turns(mails.ATTEMPTS) == 2
    assert sorted(addressees(server)) == everybody(people)  # one each
    assert states() == ["sending", "sent", "sent"]
    assert health.mail()["stuck"] == 1


def test_a_server_that_never_answers_holds_each_once(server, people):
    server.answers = {".": GONE}
    assert turns(mails.ATTEMPTS) == 0
    assert sorted(addressees(server)) == everybody(people)
    assert states() == ["sending"] * 3


@pytest.mark.parametrize("how", [GONE, RESET, SILENT])
@pytest.mark.parametrize("verb", BEFORE)
def test_what_was_lost_before_the_text_was_given_waits_and_leaves_later(server, people, verb, how):
    server.answers, server.times = {verb: how}, 2 if verb == "EHLO" else 1
    assert mails.send_waiting() == 0
    assert server.held == []
    assert states() == ["waiting"] * 3
    assert turns(mails.ATTEMPTS) == 3
    assert sorted(addressees(server)) == everybody(people)


def test_a_server_that_refuses_connections_takes_no_attempt(settings, people):
    settings.EMAIL_BACKEND = "home.mail.Transport"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    assert turns(2 * mails.ATTEMPTS) == 0
    assert states() == ["waiting"] * 3
    assert set(Notice.objects.values_list("attempts", flat=True)) == {0}


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_an_answer_of_the_server_is_no_doubt(server, people, verb):
    server.answers, server.times = {verb: "451 later"}, 1
    assert mails.send_waiting() == 2
    assert states() == ["waiting", "sent", "sent"]
    assert turns(2) == 1
    assert sorted(addressees(server)) == everybody(people)
    server.answers, server.times = {verb: "550 no"}, None
    tell(people, Notice.Kind.MOVED)
    assert turns(mails.ATTEMPTS) == 0
    assert states() == ["sent", "sent", "sent", "failed"]
    assert len(server.held) == 3


def test_staff_send_a_stuck_one_again_on_purpose_under_the_same_name(server, people):
    server.answers, server.times = {".": GONE}, 1
    assert mails.send_waiting() + mails.send_waiting() == 2
    call_command("mails_again", "--stuck", "--seconds=0")
    assert mails.send_waiting() == 1
    assert states() == ["sent"] * 3
    assert len(server.held) == 4
    names = [mail["Message-ID"] for mail in server.mails]
    assert names.count(names[0]) == 2
    assert len(set(names)) == 3


class TestDailyMails:
    """One mail with two notices."""

    @pytest.fixture
    def waits(self, server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch) -> MailServer:
        choose(people, "daily")
        Notice.objects.update(mail=Notice.Mail.SENT)
        tell(people, Notice.Kind.MOVED, Notice.Kind.REMINDER)
        mails._sort_out()
        monkeypatch.setattr(digests, "HOUR", 0)
        return server

    def days(self, number: int) -> int:
        """Days on which the worker sends them twice."""
        sent = 0
        for _day in range(number):
            sent += digests.send_due() + digests.send_due()
            Preference.objects.update(digested_on=timezone.localdate() - timedelta(days=1))
        return sent

    def left(self) -> set[str]:
        return set(Notice.objects.exclude(mail=Notice.Mail.SENT).values_list("mail", flat=True))

    @pytest.mark.parametrize("how", LOST)
    def test_it_is_given_once(self, waits, how):
        waits.answers = {".": how}
        assert self.days(3) == 0
        assert len(waits.held) == 1
        assert self.left() == {"sending"}

    @pytest.mark.parametrize("verb", ["EHLO", "RCPT", "DATA"])
    def test_before_it_was_given_it_waits(self, waits, verb):
        waits.answers, waits.times = {verb: GONE}, 2 if verb == "EHLO" else 1
        assert digests.send_due() == 0
        assert self.left() == {"digest"}
        assert self.days(1) == 1
        assert len(waits.held) == 1
        assert self.left() == set()

    def test_an_answer_is_no_doubt(self, waits):
        waits.answers, waits.times = {".": "451 later"}, 1
        assert digests.send_due() == 0
        assert self.left() == {"digest"}
        waits.answers, waits.times = {".": "550 no"}, None
        assert self.days(2) == 0
        assert self.left() == {"failed"}
        assert waits.held == []
