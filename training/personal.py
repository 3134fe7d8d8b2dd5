"""What training holds about a person; see ``accounts.privacy``."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.privacy import Holding
from training.models import (
    Assignment,
    Certificate,
    Event,
    Invitation,
    Notice,
    OriginalityCheck,
    Project,
    Revision,
)
from training.models.certificates import private_storage
from training.personal_rooms import erase_rooms, export_rooms


def export(user: User) -> dict[str, Any]:
    """Projects with all that was written, parts in projects of others, what the person decided and noted."""
    return {
        "projects": [_project(project) for project in Project.objects.filter(owner=user)],
        "assignments": [
            {"role": row.role, "since": row.since.isoformat(), "until": _moment(row.until)}
            for row in Assignment.objects.filter(user=user)
        ],
        "decisions": [_event(event) for event in Event.objects.filter(actor=user)],
        "notices": [
            {"kind": row.kind, "at": row.created_at.isoformat()} for row in Notice.objects.filter(user=user)
        ],
        "invitations": [
            {"role": row.role, "at": row.created_at.isoformat(), "accepted": _moment(row.accepted_at)}
            for row in Invitation.objects.filter(user=user)
        ],
        "certificates": [
            {
                "number": row.number,
                "state": row.state,
                "name": row.holder,
                "title": row.title,
                "issued_at": _moment(row.issued_at),
            }
            for row in Certificate.objects.filter(project__owner=user)
        ],
        **export_rooms(user),
    }


def erase(user: User) -> None:
    """Unpublished work goes with all its revisions; decisions stay, without the words that went with them.

    What is in the catalogue was handed over with consent and names nobody, so it stays. Of a certificate the
    name and the site's copy of the file go, while number and digest stay: the file in its holder's hands
    still verifies. One that was not signed yet goes as a whole.
    """
    own = Project.objects.filter(owner=user)
    drafts = own.filter(record_key=None)
    Revision.objects.filter(project__in=drafts).update(title="", answers={})
    Event.objects.filter(project__in=drafts).update(note="", field_notes={})
    OriginalityCheck.objects.filter(project__in=drafts).delete()
    _forget_certificates(user)
    erase_rooms(user)
    drafts.update(title="", answers={})
    Event.objects.filter(actor=user).update(note="", field_notes={})
    Notice.objects.filter(user=user).delete()
    Invitation.objects.filter(user=user).delete()


def _forget_certificates(user: User) -> None:
    own = Certificate.objects.filter(project__owner=user)
    own.filter(state=Certificate.State.WAITING).delete()
    for name in own.exclude(file="").values_list("file", flat=True):
        # The file can't be brought back, so it goes only once the rest is certain.
        transaction.on_commit(partial(private_storage().delete, name))
    own.update(holder="", file="", reason="")


HOLDING = Holding("training", export, erase)


def _project(project: Project) -> dict[str, Any]:
    return {
        "key": str(project.key),
        "programme": project.version.label_id,
        "batch": project.batch.name if project.batch else None,
        "state": project.state_code,
        "title": project.title,
        "answers": project.answers,
        "revisions": [
            {"number": row.number, "made_at": row.made_at.isoformat(), "answers": row.answers}
            for row in project.revisions.all()
        ],
        "originality_checks": [
            {"made_at": row.made_at.isoformat(), "text": row.text, "found": row.found}
            for row in project.originality_checks.all()
        ],
        "history": [_event(event) for event in project.events.all()],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "move": event.code,
        "from": event.source,
        "to": event.target,
        "note": event.note,
        "notes": event.field_notes,
    }
