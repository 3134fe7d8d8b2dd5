"""What training holds about a person; see ``accounts.privacy``."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.privacy import Holding
from training.models import Assignment, Event, Invitation, Notice, Project, Revision


def export(user: User) -> dict[str, Any]:
    """Projects with all that was written, parts in projects of others, what the person decided and noted."""
    return {
        "projects": [_project(project) for project in Project.objects.filter(owner=user)],
        "assignments": [
            {"role": row.role, "since": row.since.isoformat(), "until": row.until and row.until.isoformat()}
            for row in Assignment.objects.filter(user=user)
        ],
        "decisions": [_event(event) for event in Event.objects.filter(actor=user)],
        "notices": Notice.objects.filter(user=user).count(),
    }


def erase(user: User) -> None:
    """Unpublished work goes with all its revisions; decisions stay, without the words that went with them.

    What is in the catalogue was handed over with consent and names nobody, so it stays.
    """
    own = Project.objects.filter(owner=user)
    drafts = own.filter(record_key=None)
    Revision.objects.filter(project__in=drafts).update(title="", answers={})
    Event.objects.filter(project__in=drafts).update(note="", field_notes={})
    drafts.update(title="", answers={})
    Event.objects.filter(actor=user).update(note="", field_notes={})
    Notice.objects.filter(user=user).delete()
    Invitation.objects.filter(user=user).delete()


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
        "history": [_event(event) for event in project.events.all()],
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "move": event.code,
        "from": event.source,
        "to": event.target,
        "note": event.note,
        "notes": event.field_notes,
    }
