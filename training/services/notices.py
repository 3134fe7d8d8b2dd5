"""Who is told of what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from training.models import Assignment, Event, Holder, Notice, Project

WORDS: dict[str, Any] = {}
"""What was done beside the moves, by its code; whatever tells of it by ``tell_of_standing`` fills it."""
_ASSIGNED = (Holder.MENTOR, Holder.COACH, Holder.EXAMINER)


def holders(project: Project, holder: str) -> set[int]:
    """Keys of the people who have ``holder``'s part in ``project``; curators have a queue of their own."""
    if holder == Holder.PARTICIPANT:
        return {project.owner_id}
    if holder == Holder.COORDINATOR:
        return set(project.batch.coordinators.values_list("pk", flat=True)) if project.batch else set()
    assigned = Assignment.objects.filter(project=project, role=holder, until=None, accepted_at__isnull=False)
    return set(assigned.values_list("user_id", flat=True))


def around(project: Project) -> set[int]:
    """Keys of the participant and of everybody who accepted a part in ``project`` and has it now."""
    running = Assignment.objects.filter(project=project, until=None, accepted_at__isnull=False)
    return {project.owner_id} | set(running.values_list("user_id", flat=True))


def tell_of_standing(*, people: Iterable[int], project: Project, code: str, event: Event) -> None:
    """Tell ``people`` what ``event`` did to ``project``, in the words that ``WORDS`` has for ``code``."""
    tell(
        people=people,
        project=project,
        kind=Notice.Kind.STANDING,
        cause=f"standing:{code}:{event.pk}",
        state_code=project.state_code,
    )


def tell_of_move(*, project: Project, event: Event, returned: bool) -> None:
    """Tell whoever has the project now, and its participant; never the person who made the move.

    Where nobody has the part, such as an examiner's, the coordinators are told: they can find somebody.
    """
    holder = project.state.holder
    told = holders(project, holder) | {project.owner_id}
    if holder in _ASSIGNED and told == {project.owner_id}:
        told |= holders(project, Holder.COORDINATOR)
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
    """Make the notice for each of ``people`` that has not got it for this ``cause``.

    Mails follow by ``training.services.mails``; none leaves a demonstration batch.
    """
    mail = mail_of(project)
    rows = [
        Notice(user_id=key, project=project, kind=kind, cause=cause, state_code=state_code, mail=mail)
        for key in sorted(people)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def mail_of(project: Project) -> Notice.Mail:
    """Whether a mail follows a notice about ``project``."""
    demo = project.batch is not None and project.batch.is_demo
    return Notice.Mail.NONE if demo else Notice.Mail.WAITING


def standing_of(notice: Notice) -> str:
    """What happened to a project's standing, in the reader's language; empty for any other notice."""
    if notice.kind != Notice.Kind.STANDING:
        return ""
    return str(WORDS.get(notice.cause.split(":")[1], ""))


def months_of(notice: Notice) -> int:
    """After how many months a notice asks what became of an innovation; 0 for any other notice."""
    return int(notice.cause.split(":")[1]) if notice.kind == Notice.Kind.FOLLOW_UP else 0
