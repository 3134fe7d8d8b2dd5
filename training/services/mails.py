"""The mails that follow notices, sent by the worker."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from email.mime.text import MIMEText
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from home.mail import Unanswered
from training import paper_words
from training.models import Notice, Preference, SeminarAttendee
from training.services import bookings, calendar, discussion_notices, preferences
from training.services.invitations import address as invitation_address
from training.services.notices import months_of, standing_of

logger = logging.getLogger(__name__)

AT_ONCE = 200
ATTEMPTS = 8
"""How often a mail is tried that the server does not want yet; the pauses double from one minute on."""
SECONDS = 20.0
"""No mail is begun later than this in one turn: other work by the clock waits meanwhile."""
Mail, Kind = Notice.Mail, Notice.Kind
_TEMPLATES = {
    Kind.CONSULTATION: "training/mail/consultation.txt",
    Kind.DECLINED: "training/mail/consultation.txt",
    Kind.SEMINAR: "training/mail/seminar.txt",
    Kind.SEMINAR_OFF: "training/mail/seminar.txt",
}
_OF_STATE = (Kind.MOVED, Kind.RETURNED, Kind.REMINDER)
"""Mails that say what is next and by when."""


def send_waiting() -> int:
    """Send the mails that wait, the oldest first; how many were sent.

    A notice is taken before its mail is sent, so a worker that is killed in between never sends it twice: it
    stays ``sending`` for good, and what it says stands in the workspace. So does one whose message was on its
    way when the server stopped answering. While the mail server is away nothing is taken and everything
    waits. Mails that people want once a day are left to ``digests``.
    """
    _sort_out()
    due = list(_due())
    if not due:
        return 0
    connection, until, sent = get_connection(), time.monotonic() + SECONDS, 0
    try:
        connection.open()
        for notice in due:
            if time.monotonic() > until:
                break
            sent += _take(notice) and _send(notice, connection)
    except OSError as error:  # smtplib's errors are of this kind, too
        logger.warning("Mails wait: the mail server does not answer (%s)", type(error).__name__)
    finally:
        connection.close()
    return sent


def _sort_out() -> None:
    """Put aside what its reader wants once a day, or not by mail."""
    waiting = Notice.objects.filter(mail=Mail.WAITING)
    if waiting.exists():
        waiting.filter(preferences.wanting(Preference.Mail.DAILY)).update(mail=Mail.DIGEST)
        waiting.filter(preferences.wanting(Preference.Mail.NONE)).update(mail=Mail.NONE)


def _due() -> Iterator[Notice]:
    now = timezone.now()
    waiting = Notice.objects.filter(mail=Mail.WAITING).select_related(
        "user__training_preference", "project__version"
    )
    for notice in waiting.order_by("attempts", "pk")[:AT_ONCE]:
        if not notice.attempts or notice.created_at + timedelta(minutes=2**notice.attempts - 1) <= now:
            yield notice


def _take(notice: Notice) -> bool:
    wanted = Mail.SENDING if notice.user.is_active else Mail.NONE
    taken = Notice.objects.filter(pk=notice.pk, mail=Mail.WAITING).update(
        mail=wanted, attempts=F("attempts") + 1
    )
    return bool(taken) and notice.user.is_active


def _send(notice: Notice, connection: Any) -> bool:
    """Whether it was sent. Raises ``OSError`` when the server went away.

    The mail then waits again, unless the server may have it (``Unanswered``): a notice twice is worse than
    one that is only on the page.
    """
    try:
        message(notice, connection).send()
    except Unanswered:
        logger.error("The mail of notice %d is stuck: the server did not say whether it took it", notice.pk)
        raise
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        refused_for_good = all(code >= 500 for code in reply_codes(error))
        _settle(notice, Mail.FAILED if refused_for_good or _worn_out(notice) else Mail.WAITING)
        logger.warning("A mail was refused by the mail server: %s", reply_codes(error))
        return False
    except OSError:
        _settle(notice, Mail.FAILED if _worn_out(notice) else Mail.WAITING)
        raise
    except Exception:  # one that can't be written must not keep the others back; staff see it as failed
        _settle(notice, Mail.FAILED)
        logger.exception("The mail of notice %d can't be written", notice.pk)
        return False
    _settle(notice, Mail.SENT)
    return True


def send_again(*, keys: Iterable[int], state: str) -> int:
    """Let the mails of the notices ``keys`` that are still ``state`` wait anew; how many they are.

    For ones that stay ``sending`` since their worker was killed or the server did not answer, and for
    ``failed`` ones: on purpose, by staff, for a mail that had left after all arrives twice.
    """
    rows = Notice.objects.filter(pk__in=list(keys), mail=state)
    return rows.update(mail=Mail.WAITING, attempts=0)


def reply_codes(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> list[int]:
    """What the server answered, as SMTP numbers."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code]


def _worn_out(notice: Notice) -> bool:
    return notice.attempts + 1 >= ATTEMPTS


def _settle(notice: Notice, mail: str) -> None:
    Notice.objects.filter(pk=notice.pk, mail=Mail.SENDING).update(mail=mail)


def message(notice: Notice, connection: Any = None) -> EmailMessage:
    """The mail of a notice, in the languages its reader chose. It names no person but its reader.

    The template's first line is the subject. The Message-ID is the notice's own, so that a mail program shows
    one that arrived twice once.
    """
    name = f"notice-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S%f}@{settings.SITE_HOST}"
    slots = calendar.of_notice(notice)
    document = paper_words.documents_of([notice]).get(notice.pk, "")
    chosen = preferences.languages(getattr(notice.user, "training_preference", None))
    texts = [_text(notice, language, slots, document) for language in chosen]
    subject = " ".join(texts[0].partition("\n")[0].split())
    mail = EmailMessage(
        subject=subject,
        body="\n\n---\n\n".join(text.partition("\n")[2].strip() for text in texts),
        to=[notice.user.email],
        headers={"Message-ID": f"<{name}>"},
        connection=connection,
    )
    with translation.override(settings.LANGUAGES[0][0]):
        for number, slot in enumerate(slots, start=1):
            mail.attach(_attachment(slot, number))
    return mail


def _attachment(slot: SeminarAttendee, number: int) -> MIMEText:
    """The calendar file; its method stands in its type, too, or mail programs don't offer to apply it."""
    part = MIMEText(calendar.invitation(slot).decode(), "calendar", "utf-8")
    part.set_param("method", calendar.method(slot))
    part.add_header("Content-Disposition", "attachment", filename=f"seminar-{number}.ics")
    return part


def _text(notice: Notice, language: str, slots: Sequence[SeminarAttendee], document: str) -> str:
    with translation.override(language):
        context = {
            "slots": [(slot, bookings.when(slot.seminar), calendar.place(slot)) for slot in slots],
            "notice": notice,
            "of_state": notice.kind in _OF_STATE,
            "project": notice.project,
            "state": notice.project.version.state(notice.state_code or notice.project.state_code),
            "address": address_of(notice, language),
            "what": standing_of(notice),
            "document": paper_words.named(document),
            "is_own": paper_words.is_own(notice),
            "part": paper_words.part_of(notice),
            **discussion_notices.mail(notice),
        }
        return render_to_string(
            _TEMPLATES.get(Kind(notice.kind), "training/mail/notice.txt"), context
        ).strip()


def address_of(notice: Notice, language: str) -> str:
    """Where the mail leads."""
    if notice.kind in discussion_notices.TEXTS:
        return discussion_notices.address_of(notice, language)
    if notice.kind == Kind.INVITED:
        return invitation_address(cause=notice.cause, language=language)
    if own := paper_words.way(notice):
        return settings.SITE_URL.rstrip("/") + own
    if notice.kind == Kind.SEMINAR_OFF:  # the reader may have no part in the project any more
        return f"{settings.SITE_URL.rstrip('/')}/{language}/training/"
    return (
        f"{settings.SITE_URL.rstrip('/')}/{language}/training/projects/{notice.project.key}/{page_of(notice)}"
    )


def page_of(notice: Notice) -> str:
    """The page below the project's that the notice speaks of, as its address ends."""
    pages = {
        Kind.CONSULTATION: "consultations/",
        Kind.DECLINED: "consultations/",
        Kind.SEMINAR: "seminars/",
        Kind.LOGBOOK: "logbook/",
        Kind.LOG_QUESTION: "logbook/",
    }
    if notice.kind in Notice.ABOUT_SCORES:
        return "scores/"
    if months := months_of(notice):
        return f"follow-up/{months}/"
    return pages.get(Kind(notice.kind), "")
