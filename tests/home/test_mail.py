"""Mails within a transaction leave after it, once, and never when it is rolled back."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from home.mail import Unanswered
from tests.mail_server import GONE, SILENT, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


class Refusing(EmailBackend):
    """A mail server that is away; counts how often it was tried."""

    tried = 0

    def send_messages(self, messages: Any) -> int:
        type(self).tried += 1
        raise smtplib.SMTPServerDisconnected("away")


@pytest.fixture(autouse=True)
def backend(settings: Any) -> None:
    settings.EMAIL_BACKEND = "home.mail.AfterCommit"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


def send(subject: str = "Uji", connection: Any = None) -> int:
    return send_mail(subject, "isi", None, ["orang@dinas.go.id"], connection=connection)


def send_and_fail() -> None:
    with transaction.atomic():
        send("Batal")
        raise ZeroDivisionError


def test_outside_of_a_transaction_it_leaves_at_once():
    assert send() == 1
    assert len(mail.outbox) == 1


def test_inside_it_leaves_when_the_outermost_is_committed():
    with transaction.atomic():
        with transaction.atomic():
            assert send() == 1
        assert mail.outbox == []
    assert len(mail.outbox) == 1


def test_what_is_rolled_back_was_never_told():
    with pytest.raises(ZeroDivisionError):
        send_and_fail()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            send_and_fail()
        send("Jadi")
    assert [one.subject for one in mail.outbox] == ["Jadi"]


def test_a_server_that_is_away_is_logged_and_tried_once_for_a_connection(settings, caplog, monkeypatch):
    settings.MAIL_TRANSPORT = "tests.home.test_mail.Refusing"
    monkeypatch.setattr(Refusing, "tried", 0)
    with transaction.atomic():
        connection = get_connection()
        assert connection.open() is None
        for number in range(3):
            send(f"Rahasia {number}", connection)
        connection.close()
    assert Refusing.tried == 1
    assert caplog.text.count("1 mails were not sent") == 3
    assert "Rahasia" not in caplog.text
    with pytest.raises(smtplib.SMTPServerDisconnected):
        EmailMessage("x", "y", None, ["orang@dinas.go.id"]).send()


def test_a_message_that_may_have_been_taken_is_told_from_one_that_was_lost_before(settings):
    settings.MAIL_TRANSPORT, settings.EMAIL_TIMEOUT = "home.mail.Transport", 1
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.answers = {".": SILENT}
        with pytest.raises(Unanswered):
            send()
        server.answers = {"RCPT": GONE}
        with pytest.raises(smtplib.SMTPServerDisconnected) as lost:
            send()
        assert not isinstance(lost.value, Unanswered)
        server.answers = {}
        assert send() == 1
        assert len(server.held) == 2
