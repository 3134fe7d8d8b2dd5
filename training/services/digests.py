"""One mail a day with all that its reader wants to be told together."""

from __future__ import annotations

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from training import wording
from training.models import Notice, Preference
from training.services import mails, preferences, todo

logger = logging.getLogger(__name__)

HOUR = 6
"""From this hour on, where the site is."""
MOST = 100
"""Notices that one mail lists; the workspace has them all."""
Mail = Notice.Mail


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one mail is about, and the day of the one before it."""

    preference: Preference
    notices: list[Notice]
    before: date | None


def send_due() -> int:
    """Send today's daily mails; how many were sent.

    A person's day and notices are taken in one transaction before the mail is sent, so that a worker which is
    killed, or is not answered any more, never sends it twice; the notices stand in the workspace. A server
    that is away leaves all waiting.
    """
    now = timezone.localtime()
    people = list(_people(now.date())) if now.hour >= HOUR else []
    if not people:
        return 0
    connection, until, sent = get_connection(), time.monotonic() + mails.SECONDS, 0
    try:
        connection.open()
        for preference in people:
            if time.monotonic() > until:
                break
            taken = _take(preference, now.date())
            sent += taken is not None and _send(taken, now.date(), connection)
    except OSError as error:
        logger.warning("Daily mails wait: the mail server does not answer (%s)", type(error).__name__)
    finally:
        connection.close()
    return sent


def _open(today: date) -> Q:
    return Q(digested_on=None) | Q(digested_on__lt=today)


def _people(today: date) -> Any:
    waits = Notice.objects.filter(user=OuterRef("user"), mail=Mail.DIGEST)
    return Preference.objects.filter(_open(today), Exists(waits)).select_related("user").order_by("pk")


def _take(preference: Preference, today: date) -> _Taken | None:
    """The person's notices, nobody else's to send; ``None`` where another worker was first."""
    with transaction.atomic():
        if not Preference.objects.filter(_open(today), pk=preference.pk).update(digested_on=today):
            return None
        waiting = Notice.objects.filter(user=preference.user, mail=Mail.DIGEST).select_related("project")
        notices = list(waiting.order_by("-pk"))
        state = Mail.SENDING if preference.user.is_active else Mail.NONE
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
            mail=state, attempts=F("attempts") + 1
        )
    return _Taken(preference, notices, preference.digested_on) if state == Mail.SENDING else None


def _send(taken: _Taken, today: date, connection: Any) -> bool:
    """Whether it was sent. Raises ``OSError`` when the server went away; it then waits again.

    Unless the server may have it: see ``mails``.
    """
    try:
        message(taken.preference, taken.notices, today, connection).send()
    except mails.Unanswered:
        logger.error("The daily mail of preference %d is stuck: not answered", taken.preference.pk)
        raise
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        codes = mails.reply_codes(error)
        logger.warning("A daily mail was refused by the mail server: %s", codes)
        _put_back(taken, for_good=all(code >= 500 for code in codes))
        return False
    except OSError:
        _put_back(taken)
        raise
    except Exception:  # one that can't be written must not keep the others back; staff see it as failed
        logger.exception("The daily mail of preference %d can't be written", taken.preference.pk)
        _put_back(taken, for_good=True)
        return False
    _settle(taken, Mail.SENT)
    return True


def _put_back(taken: _Taken, *, for_good: bool = False) -> None:
    worn_out = any(notice.attempts + 1 >= mails.ATTEMPTS for notice in taken.notices)
    with transaction.atomic():
        _settle(taken, Mail.FAILED if for_good or worn_out else Mail.DIGEST)
        Preference.objects.filter(pk=taken.preference.pk).update(digested_on=taken.before)


def _settle(taken: _Taken, mail: str) -> None:
    keys = [notice.pk for notice in taken.notices]
    Notice.objects.filter(pk__in=keys, mail=Mail.SENDING).update(mail=mail)


def message(
    preference: Preference, notices: list[Notice], today: date, connection: Any = None
) -> EmailMessage:
    """The daily mail, in the languages its reader chose. It names no person but its reader."""
    texts = [_text(notices, language) for language in preferences.languages(preference)]
    return EmailMessage(
        subject=" ".join(texts[0].partition("\n")[0].split()),
        body="\n\n---\n\n".join(text.partition("\n")[2].strip() for text in texts),
        to=[preference.user.email],
        headers={"Message-ID": f"<digest-{preference.pk}-{today:%Y%m%d}@{settings.SITE_HOST}>"},
        connection=connection,
    )


def _text(notices: list[Notice], language: str) -> str:
    with translation.override(language):
        context = {
            "told": wording.told(notices[:MOST], todo.Versions()),
            "more": max(len(notices) - MOST, 0),
            "count": len(notices),
            "site": settings.SITE_URL.rstrip("/"),
        }
        return render_to_string("training/mail/digest.txt", context).strip()
