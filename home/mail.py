"""Mail that never holds a transaction open: what is sent inside one leaves after it is committed.

Wagtail mails curators while it hands a record over. A mail server that hangs would keep the database's one
write lock for as long as it is waited for; and a transaction that is rolled back would have told people of
something that never happened.

And mail whose sender knows when the server may have a message although nobody heard it say so: sending that
one again by itself would make two of it.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

logger = logging.getLogger(__name__)


class Unanswered(smtplib.SMTPServerDisconnected):
    """The message was on its way and no answer came back: the server may have taken it or not."""


class _Plain(smtplib.SMTP):
    """Tells what is lost before a message was given from what is lost after it."""

    _given = False

    def send(self, s: Any) -> None:
        """Commands come as text. What comes as bytes is a message, which the server has just asked for."""
        self._given = isinstance(s, bytes)
        with self._lost():
            super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        with self._lost():
            code, text = super().getreply()
            if self._given and code < 0:
                raise smtplib.SMTPServerDisconnected("no SMTP reply")
        return code, text

    @contextmanager
    def _lost(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # closed, reset, timed out, or no end of the line
            if self._given:
                raise Unanswered(str(error)) from error
            raise


class _Encrypted(_Plain, smtplib.SMTP_SSL):
    """The same over TLS from the first byte on."""


class Transport(EmailBackend):
    """Django's SMTP, which raises ``Unanswered`` for a message that may have been taken."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain


class AfterCommit(BaseEmailBackend):
    """Gives mails to the backend ``MAIL_TRANSPORT``: at once, or within a transaction when it is committed.

    A server that hangs is waited for once for all that one connection was given. A failure after the commit
    can't undo it: it is logged.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        options["fail_silently"] = self.fail_silently
        self._transport = get_connection(settings.MAIL_TRANSPORT, **options)
        self._failed = False

    def open(self) -> bool | None:
        """Connect, but not within a transaction: there nothing is sent yet."""
        return None if transaction.get_connection().in_atomic_block else self._transport.open()

    def close(self) -> None:
        self._transport.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were sent, or will be."""
        if not transaction.get_connection().in_atomic_block:
            return int(self._transport.send_messages(email_messages) or 0)
        transaction.on_commit(partial(self._send_committed, list(email_messages)))
        return len(email_messages)

    def _send_committed(self, messages: list[EmailMessage]) -> None:
        if self._failed:
            logger.error("%d mails were not sent: the mail server does not answer", len(messages))
            return
        try:
            self._transport.send_messages(messages)
        except OSError as error:  # smtplib's errors are of this kind, too
            self._failed = True
            logger.error("%d mails were not sent: %s", len(messages), type(error).__name__)
