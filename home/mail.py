"""Mail that never holds a transaction open: what is sent inside one leaves after it is committed.

Wagtail mails curators while it hands a record over. A mail server that hangs would keep the database's one
write lock for as long as it is waited for; and a transaction that is rolled back would have told people of
something that never happened.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

logger = logging.getLogger(__name__)


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
