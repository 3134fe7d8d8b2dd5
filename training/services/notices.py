"""Who is told of what, and the mails that follow."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from training.models import Assignment, Event, Holder, Notice, Project

logger = logging.getLogger(__name__)

AT_ONCE = 50
ATTEMPTS = 8


def holders(project: Project, holder: str) -> set[int]:
    """Keys of the people who have ``holder``'s part in ``project``; curators have a queue of their own."""
    if holder == Holder.PARTICIPANT:
        return {project.owner_id}
    if holder == Holder.COORDINATOR:
        return set(project.batch.coordinators.values_list("pk", flat=True)) if project.batch else set()
    assigned = Assignment.objects.filter(project=project, role=holder, until=None, accepted_at__isnull=False)
    return set(assigned.values_list("user_id", flat=True))


def tell_of_move(*, project: Project, event: Event, returned: bool) -> None:
    """Tell whoever has the project now, and its participant; never the person who made the move."""
    told = holders(project, project.state.holder) | {project.owner_id}
    kind = Notice.Kind.RETURNED if returned else Notice.Kind.MOVED
    tell(
        people=told - {event.actor_id or 0},
        project=project,
        kind=kind,
        cause=f"event:{event.pk}",
        state_code=project.state_code,
    )


def tell(
    *, people: Iterable[int], project: Project, kind: Notice.Kind, cause: str, state_code: str = ""
) -> None:
    """Make the notice for each of ``people`` that has not got it for this ``cause``."""
    rows = [
        Notice(user_id=key, project=project, kind=kind, cause=cause, state_code=state_code)
        for key in sorted(people)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def send_waiting() -> int:
    """Send the mails that wait; how many were sent.

    A notice is taken before its mail is sent, so a worker that is killed in between never sends it twice;
    what it says stands in the workspace either way. A mail server that is away leaves it waiting.
    """
    sent = 0
    for notice in Notice.objects.filter(mail=Notice.Mail.WAITING).select_related("user", "project")[:AT_ONCE]:
        taken = Notice.objects.filter(pk=notice.pk, mail=Notice.Mail.WAITING).update(
            mail=Notice.Mail.SENT, attempts=F("attempts") + 1
        )
        if not taken:
            continue
        try:
            message(notice).send()
        except OSError as error:
            again = Notice.Mail.WAITING if notice.attempts + 1 < ATTEMPTS else Notice.Mail.FAILED
            Notice.objects.filter(pk=notice.pk).update(mail=again)
            logger.warning("A mail to a participant waits: %s", type(error).__name__)
            break
        sent += 1
    return sent


def message(notice: Notice) -> EmailMessage:
    """The mail of a notice, in Indonesian first and English below. It names no person but its reader."""
    parts = []
    subject = ""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            context = {
                "notice": notice,
                "project": notice.project,
                "state": notice.project.version.state(notice.state_code or notice.project.state_code),
                "address": address_of(notice, language),
            }
            text = render_to_string("training/mail/notice.txt", context).strip()
            subject = subject or text.partition("\n")[0]
            parts.append(text.partition("\n")[2].strip())
    return EmailMessage(subject=subject, body="\n\n---\n\n".join(parts), to=[recipient(notice.user)])


def address_of(notice: Notice, language: str) -> str:
    """Where the mail leads."""
    from training.services.invitations import address

    if notice.kind == Notice.Kind.INVITED:
        return address(cause=notice.cause, language=language)
    return f"{settings.SITE_URL.rstrip('/')}/{language}/training/projects/{notice.project.key}/"


def recipient(user: User) -> str:
    return user.email
