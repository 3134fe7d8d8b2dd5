"""Keeping and removing the files of a project."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from training import logbooks, uploads
from training.errors import GuardsUnmet, Moved, NotAllowed
from training.models import Certificate, Document, EvidenceFile, Holder, LogEntry, Project
from training.models.certificates import private_storage
from training.models.evidence import FOLDER
from training.models.logbook import EDITABLE
from training.permissions import may_attach, roles_in
from training.services import traces
from training.services.audit import done_before, held, record
from training.services.standing import must_go_on

logger = logging.getLogger(__name__)

LEFT_FOR = 24 * 3600
"""Seconds after which a file that no row names is removed: neither an upload nor signing takes that long."""
_NAMING: tuple[type[Any], ...] = (EvidenceFile, Certificate, Document)
"""Whose rows name stored files."""
_SWEPT = (FOLDER, uploads.INCOMING, Certificate.FOLDER, Document.FOLDER)
_MEGA = 1024 * 1024


def attach(
    *,
    project: Project,
    actor: User,
    files: Sequence[uploads.Checked],
    row: str,
    submit_key: uuid.UUID,
) -> list[EvidenceFile]:
    """Keep files of the project itself, as evidence of a ``row`` of its plan or of none.

    The same ``submit_key`` again keeps nothing twice. Raises ``NotAllowed``, ``UnusableFile`` where there is
    no room, ``GuardsUnmet`` for an unknown row.
    """
    with storing(files) as stored, transaction.atomic():
        current = held(project)
        if done_before(current, code=traces.FILE_ADDED, by=actor, submit_key=submit_key):
            return []
        roles = roles_in(current, actor)
        if Holder.PARTICIPANT in roles:
            must_go_on(current)
        if not may_attach(current, roles):
            raise NotAllowed(str(project.key))
        if row and row not in {known.code for known in logbooks.rows(current)}:
            raise GuardsUnmet([_("Choose one of the rows of your plan.")])
        keep(current, None, actor, stored, row=row)
        note = ", ".join(str(file.key) for file in stored)
        record(
            project=current, code=traces.FILE_ADDED, by=actor, role=Holder.PARTICIPANT,
            submit_key=submit_key, note=note,
        )  # fmt: skip
    return stored


@contextmanager
def storing(files: Sequence[uploads.Checked]) -> Iterator[list[EvidenceFile]]:
    """Rows for ``files``, not saved yet, what they name being stored already.

    What is not saved in the end, or when the block fails, is taken away again; a process that is killed
    leaves files that ``sweep`` finds. Raises ``UnusableFile`` when the disk is full.
    """
    stored: list[EvidenceFile] = []
    succeeded = False
    try:
        for checked in files:
            row = EvidenceFile(name=checked.name, kind=checked.kind, size=checked.size, sha256=checked.sha256)
            stored.append(row)
            try:
                row.file.save(checked.name, File(checked.file), save=False)
            except OSError as error:
                logger.error("An upload can't be stored below PRIVATE_ROOT: %s", type(error).__name__)
                raise uploads.UnusableFile(uploads.no_room(checked.name)) from error
        yield stored
        succeeded = True
    finally:
        for row in stored:
            if row.file and not (succeeded and row.pk):
                with suppress(OSError):
                    private_storage().delete(str(row.file.name))


def keep(
    project: Project, entry: LogEntry | None, actor: User, stored: Sequence[EvidenceFile], *, row: str = ""
) -> None:
    """Save the rows, under the project's lock. Raises ``UnusableFile`` where there is no room for them."""
    if not stored:
        return
    # Somebody may have several projects, and their room is one.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    there = EvidenceFile.objects.filter(project=project, entry=entry).count()
    if there + len(stored) > settings.UPLOAD_FILES:
        raise uploads.UnusableFile(uploads.too_many())
    left = room_left(actor)
    if sum(file.size for file in stored) > left:
        text = _(
            "All your files together may have %(most)d MB, and %(left)d MB are left. Remove some, or make"
            " these smaller."
        )
        most = settings.UPLOAD_PERSON_BYTES // _MEGA
        raise uploads.UnusableFile(text % {"most": most, "left": max(left, 0) // _MEGA})
    for file in stored:
        file.project, file.entry, file.uploaded_by, file.row = project, entry, actor, row
        file.save()


def room_left(user: User) -> int:
    """Bytes of files that ``user`` may still keep."""
    used = EvidenceFile.objects.filter(uploaded_by=user).aggregate(used=Sum("size"))["used"] or 0
    return int(settings.UPLOAD_PERSON_BYTES - used)


def may_remove(file: EvidenceFile, user: User) -> bool:
    """Whether ``user`` may still take the file away: their own, within two days, and not sealed yet."""
    if file.uploaded_by_id != user.pk or timezone.now() >= file.uploaded_at + EDITABLE:
        return False
    return file.entry is None or file.entry.is_open


def remove(*, file: EvidenceFile, actor: User, submit_key: uuid.UUID) -> None:
    """Take a file away; the same ``submit_key`` again changes nothing.

    Raises ``NotAllowed`` for somebody else's file, ``Moved`` when it is too late.
    """
    with transaction.atomic():
        project = held(file.project)
        if done_before(project, code=traces.FILE_REMOVED, by=actor, submit_key=submit_key):
            return
        current = EvidenceFile.objects.select_related("entry").filter(pk=file.pk).first()
        if current is None or current.uploaded_by_id != actor.pk:
            raise NotAllowed(str(file.key))
        if Holder.PARTICIPANT not in roles_in(project, actor):
            raise NotAllowed(str(file.key))
        must_go_on(project)
        if not may_remove(current, actor):
            raise Moved(str(file.key))
        current.delete()
        if current.entry is not None:  # whoever read the entry with the file has not read it without
            LogEntry.objects.filter(pk=current.entry.pk).update(changes=F("changes") + 1)
        record(
            project=project, code=traces.FILE_REMOVED, by=actor, role=Holder.PARTICIPANT,
            submit_key=submit_key, note=str(file.key),
        )  # fmt: skip
        forget(str(current.file.name))


def forget(name: str) -> None:
    """Delete a stored file once the transaction is certain: it can't be brought back."""
    transaction.on_commit(partial(private_storage().delete, name))


def sweep() -> int:
    """Delete what uploads and signing left behind that never came to their end; how many files."""
    before = time.time() - LEFT_FOR
    found = [path for folder in _SWEPT for path in _older(folder, before)]
    known = (
        {name for model in _NAMING for name in model.objects.values_list("file", flat=True)} if found else ()
    )
    swept = 0
    for path in found:
        if f"{path.parent.name}/{path.name}" not in known:
            path.unlink(missing_ok=True)
            swept += 1
    if swept:
        logger.info("%d files of uploads and signatures that were given up were removed", swept)
    return swept


def _older(folder: str, before: float) -> Iterator[Path]:
    place = Path(private_storage().path(folder))
    for path in place.iterdir() if place.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                yield path
