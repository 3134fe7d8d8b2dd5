"""Writing in a logbook: entries by the participant, and what mentor and coach say to them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sealing import Unreadable, seal, unseal
from training import logbooks, uploads
from training.errors import GuardsUnmet, Moved, NotAllowed, SavedElsewhere
from training.models import EvidenceReason, Holder, LogEntry, LogPrivate, LogRemark, Notice, Project
from training.models.logbook import PRIVATE_DAYS
from training.permissions import may_attach, may_log, roles_in
from training.services import evidence, notices, seals, traces
from training.services.audit import done_before, held, record, request_key
from training.services.standing import must_go_on

LONGEST = 2_000
"""Characters of an activity, a remark or a reason."""
_PURPOSE = "logbook-private"
_KINDS = {
    Holder.MENTOR: LogRemark.Kind.QUESTION,
    Holder.COACH: LogRemark.Kind.COMMENT,
    Holder.PARTICIPANT: LogRemark.Kind.ANSWER,
}


@dataclass(frozen=True, slots=True)
class Private:
    """Where somebody worked (``office``, ``home``, ``field``), a village they chose to name, and how they
    were (``fit``, ``unwell``); each may be empty."""

    place: str = ""
    village: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry is to say. ``row`` and ``value`` are codes, empty for none."""

    on: date
    activity: str
    row: str = ""
    value: str = ""
    link: str = ""
    private: Private = Private()


def add(
    *,
    project: Project,
    actor: User,
    draft: Draft,
    files: Sequence[uploads.Checked] = (),
    adds_to: LogEntry | None = None,
    submit_key: uuid.UUID,
) -> LogEntry:
    """Write an entry; ``adds_to`` is an older one it says more about.

    The same ``submit_key`` again gives the same entry. Raises ``NotAllowed`` when the logbook is not the
    actor's to write now, ``GuardsUnmet`` for a day or a row that can't be, ``UnusableFile`` where there is no
    room.
    """
    with evidence.storing(files) as stored, transaction.atomic():
        current = held(project)
        key = request_key(submit_key, f"{traces.ENTRY_ADDED} {current.pk}", actor)
        if done_before(current, code=traces.ENTRY_ADDED, by=actor, submit_key=submit_key):
            return _made(current, key)
        _must_go_on(current, roles := roles_in(current, actor))
        if not may_log(current, roles):
            raise NotAllowed(str(project.key))
        _check(current, draft)
        last = LogEntry.objects.filter(project=current).aggregate(last=Max("number"))["last"]
        entry = LogEntry.objects.create(
            key=key, project=current, number=(last or 0) + 1, written_by=actor, adds_to=adds_to,
            **_fields(draft),
        )  # fmt: skip
        _keep_private(entry, draft.private)
        evidence.keep(current, entry, actor, stored)
        _trace(current, traces.ENTRY_ADDED, actor, Holder.PARTICIPANT, submit_key, entry)
    return entry


def change(
    *,
    entry: LogEntry,
    actor: User,
    draft: Draft,
    files: Sequence[uploads.Checked] = (),
    changes: int,
    submit_key: uuid.UUID,
) -> LogEntry:
    """Write an entry anew while it is open. ``changes`` is the number its form was opened with.

    The same ``submit_key`` again changes nothing. Raises as ``add`` does, ``Moved`` for one that is closed,
    ``SavedElsewhere`` for one that was changed since.
    """
    with evidence.storing(files) as stored, transaction.atomic():
        project, current = _locked(entry)
        if done_before(project, code=traces.ENTRY_CHANGED, by=actor, submit_key=submit_key):
            return current
        _must_go_on(project, roles := roles_in(project, actor))
        if not may_log(project, roles) or current.written_by_id != actor.pk:
            raise NotAllowed(str(entry.key))
        if not current.is_open:
            raise Moved(str(entry.number))
        if current.changes != changes:
            raise SavedElsewhere(str(entry.number))
        _check(project, draft)
        for name, value in _fields(draft).items():
            setattr(current, name, value)
        current.changes += 1
        current.save()
        _keep_private(current, draft.private)
        evidence.keep(project, current, actor, stored)
        _trace(project, traces.ENTRY_CHANGED, actor, Holder.PARTICIPANT, submit_key, current)
    return current


def confirm(*, entry: LogEntry, actor: User, changes: int, submit_key: uuid.UUID) -> LogEntry:
    """The mentor confirms an entry, which closes and seals it, and is sealed too. Again changes nothing.

    ``changes`` is the number that the entry was read with, so that nobody confirms what they have not read.
    While the project is postponed they may: it says that something was done, and does nothing. Raises
    ``NotAllowed``, ``StandsStill``, ``SavedElsewhere`` for an entry that was changed since.
    """
    with transaction.atomic():
        project, current = _locked(entry)
        if Holder.MENTOR not in roles_in(project, actor):
            raise NotAllowed(str(entry.key))
        done = done_before(project, code=traces.ENTRY_CONFIRMED, by=actor, submit_key=submit_key)
        if done or current.confirmed_at is not None:
            return current
        if project.standing != Project.Standing.POSTPONED:
            must_go_on(project)
        if current.changes != changes:
            raise SavedElsewhere(str(entry.number))
        current.confirmed_at, current.confirmed_by = timezone.now(), actor
        current.save(update_fields=["confirmed_at", "confirmed_by"])
        seals.seal(project, [current])
        seals.seal_confirmation(project, current)
        _trace(project, traces.ENTRY_CONFIRMED, actor, Holder.MENTOR, submit_key, current)
    return current


def remark(*, entry: LogEntry, actor: User, text: str, submit_key: uuid.UUID) -> LogRemark | None:
    """Write beside an entry: the mentor asks, the coach comments, the participant answers.

    The others in the conversation are told. The same ``submit_key`` again changes nothing and gives ``None``.
    Raises ``NotAllowed``, ``GuardsUnmet`` for an empty or an endless text.
    """
    with transaction.atomic():
        project, current = _locked(entry)
        role = remarks_as(roles_in(project, actor))
        if role is None:
            raise NotAllowed(str(entry.key))
        if done_before(project, code=traces.REMARKED, by=actor, submit_key=submit_key):
            return None
        must_go_on(project)
        words = text.strip()
        if not words:
            raise GuardsUnmet([_("Write what you want to ask or say.")])
        _check_length(words)
        made = LogRemark.objects.create(entry=current, kind=_KINDS[role], author=actor, text=words)
        _trace(project, traces.REMARKED, actor, role, submit_key, current)
        spoke = set(LogRemark.objects.filter(entry=current).values_list("author_id", flat=True))
        notices.tell(
            people=(spoke | {project.owner_id}) & _present(project) - {actor.pk},
            project=project,
            kind=Notice.Kind.LOG_QUESTION,
            cause=f"remark:{made.pk}",
        )
    return made


def remarks_as(roles: frozenset[Holder]) -> Holder | None:
    """In which part somebody with ``roles`` writes beside an entry."""
    return next((role for role in _KINDS if role in roles), None)


def explain(*, project: Project, actor: User, reasons: Mapping[str, str], submit_key: uuid.UUID) -> None:
    """Say why rows of the plan have no evidence; an empty reason takes one back.

    Raises ``NotAllowed``, ``GuardsUnmet`` for an endless one. Rows that are not in the plan are refused as
    ``NotAllowed``: no form shows them.
    """
    with transaction.atomic():
        current = held(project)
        if done_before(current, code=traces.REASON_GIVEN, by=actor, submit_key=submit_key):
            return
        _must_go_on(current, roles := roles_in(current, actor))
        if not may_attach(current, roles):
            raise NotAllowed(str(project.key))
        if reasons.keys() - {row.code for row in logbooks.rows(current)}:
            raise NotAllowed(str(project.key))
        for row, text in reasons.items():
            _check_length(text)
            found = EvidenceReason.objects.filter(project=current, row=row)
            if not text.strip():
                found.delete()
            elif not found.exists():
                EvidenceReason.objects.create(project=current, row=row, text=text.strip())
            else:  # the mentor agreed to other words
                changed = found.exclude(text=text.strip())
                changed.update(text=text.strip(), made_at=timezone.now(), agreed_at=None, agreed_by=None)
        record(
            project=current, code=traces.REASON_GIVEN, by=actor, role=Holder.PARTICIPANT,
            submit_key=submit_key, note="",
        )  # fmt: skip


def agree(*, project: Project, actor: User, row: str, text: str, submit_key: uuid.UUID) -> None:
    """The mentor agrees that ``row`` of the plan has a reason instead of evidence. Again changes nothing.

    ``text`` is the reason as it was read. While the project is postponed they may, as with entries. Raises
    ``NotAllowed``, ``StandsStill``, ``SavedElsewhere`` for a reason that was changed or taken back since.
    """
    with transaction.atomic():
        current = held(project)
        if Holder.MENTOR not in roles_in(current, actor):
            raise NotAllowed(str(project.key))
        if done_before(current, code=traces.REASON_AGREED, by=actor, submit_key=submit_key):
            return
        if current.standing != Project.Standing.POSTPONED:
            must_go_on(current)
        found = EvidenceReason.objects.filter(project=current, row=row).first()
        if found is None or found.text.split() != text.split():
            raise SavedElsewhere(row)
        if found.agreed_at is None:
            found.agreed_at, found.agreed_by = timezone.now(), actor
            found.save(update_fields=["agreed_at", "agreed_by"])
            record(
                project=current, code=traces.REASON_AGREED, by=actor, role=Holder.MENTOR,
                submit_key=submit_key, note="",
            )  # fmt: skip


def private_of(entry: LogEntry) -> Private | None:
    """What is kept of place and condition; only for whom ``permissions.sees_private`` lets read it.

    ``None`` when there is nothing, or nothing that the keys in use can open.
    """
    try:
        found = json.loads(unseal(entry.private.sealed, purpose=_PURPOSE))
    except (LogPrivate.DoesNotExist, Unreadable):
        return None
    return Private(**found)


def forget_private(*, now: datetime | None = None) -> int:
    """Delete place and condition after ``PRIVATE_DAYS``; how many."""
    before = (now or timezone.now()) - timedelta(days=PRIVATE_DAYS)
    return LogPrivate.objects.filter(created_at__lt=before).delete()[0]


def _must_go_on(project: Project, roles: frozenset[Holder]) -> None:
    """Tell the participant, and nobody else, that nothing is written now."""
    if Holder.PARTICIPANT in roles:
        must_go_on(project)


def _fields(draft: Draft) -> dict[str, object]:
    return {
        "on": draft.on,
        "activity": draft.activity.strip(),
        "row": draft.row,
        "value": draft.value,
        "link": draft.link,
    }


def _check(project: Project, draft: Draft) -> None:
    begun, today = logbooks.begun_on(project), timezone.localdate()
    if draft.on > today:
        raise GuardsUnmet([_("The date is in the future. Write an entry when it has been done.")])
    if begun is None or draft.on < begun:
        text = _("The date is before the implementation began, on %(day)s. Choose a later one.")
        raise GuardsUnmet([text % {"day": date_format(begun or today, "j F Y")}])
    if draft.row and draft.row not in {row.code for row in logbooks.rows(project)}:
        raise GuardsUnmet([_("Choose one of the rows of your plan.")])
    if not draft.activity.strip():
        raise GuardsUnmet([_("Write what was done.")])
    _check_length(draft.activity)


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        words = _("The text is too long: at most %(limit)d characters can be kept.")
        raise GuardsUnmet([words % {"limit": LONGEST}])


def _made(project: Project, key: uuid.UUID) -> LogEntry:
    found = LogEntry.objects.filter(project=project, key=key).first()
    if found is None:  # it was erased since
        raise NotAllowed(str(key))
    return found


def _keep_private(entry: LogEntry, private: Private) -> None:
    said = {"place": private.place, "village": private.village, "condition": private.condition}
    if not any(said.values()):
        LogPrivate.objects.filter(entry=entry).delete()
        return
    sealed = seal(json.dumps(said), purpose=_PURPOSE)
    if not LogPrivate.objects.filter(entry=entry).update(sealed=sealed):
        LogPrivate.objects.create(entry=entry, sealed=sealed)


def _locked(entry: LogEntry) -> tuple[Project, LogEntry]:
    """The entry's project and the entry as they are now, nobody else's until the transaction ends."""
    project = held(entry.project)
    return project, LogEntry.objects.select_related("adds_to").prefetch_related("files").get(pk=entry.pk)


def _present(project: Project) -> set[int]:
    """Who still has a part in which they write beside entries."""
    return {person for role in _KINDS for person in notices.holders(project, role)}


def _trace(
    project: Project, code: str, by: User, role: Holder, submit_key: uuid.UUID, entry: LogEntry
) -> None:
    record(project=project, code=code, by=by, role=role, submit_key=submit_key, note=f"#{entry.number}")
