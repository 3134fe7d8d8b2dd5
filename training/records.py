"""Projects follow their records: published, sent back or deleted by a curator, a project moves on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.signals import page_published, page_unpublished, task_rejected

from accounts.models import User
from catalogue.services import intake
from catalogue.services.holds import record_hold
from catalogue.services.links import record_link, record_sources
from training.answers import LONGEST
from training.errors import StandsStill, TrainingError
from training.models import Holder, Move, Project, State
from training.permissions import visible_projects
from training.services import moves, originality, standing
from training.services.audit import held, record
from training.services.history_labels import DECIDED

_AT_ONCE = 500
_NAMESPACE = uuid.UUID("5e0ad1c5-2f0e-4d55-9b0b-6f1b43c0a0c3")


@record_link
def own_project(key: uuid.UUID, user: User) -> tuple[str, str] | None:
    """The project that the record was made from, for whoever has a part in it; three queries."""
    project = visible_projects(user).filter(record_key=key).only("key").first()
    if project is None:
        return None
    return _("Your project of this innovation"), reverse("training:project", args=[project.key])


@record_hold
def doubted(key: uuid.UUID, *, firm: bool) -> str:
    """Why the record waits, while its project is suspected of plagiarism or was stopped over it."""
    project = Project.objects.filter(record_key=key).first()
    if project is not None and firm:
        project = held(project)
    if project is None or project.standing not in Project.DOUBTED:
        return ""
    if project.standing == Project.Standing.STOPPED:
        return _("The project of this record was stopped because of plagiarism: it is not published.")
    return _(
        "The project of this record is locked over a suspicion of plagiarism: it is neither published nor"
        " sent back before a coordinator of its batch has decided."
    )


@record_sources
def cited_records(key: uuid.UUID) -> list[tuple[str, str]]:
    """What the project of the record says it modifies or replicates, for curators; a few queries."""
    project = Project.objects.select_related("version").filter(record_key=key).first()
    if project is None:
        return []
    return [
        (record.title, record.path)
        for record in originality.cited(project.version.all_steps, project.answers).values()
    ]


@receiver(page_published)
def follow_publishing(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Move the project whose record went live. One query for every page that is published.

    A translation that goes live before its source moves nothing: the source's own publishing does.
    """
    if project := _project_of(instance):
        _follow(project, returns=False)


@receiver(task_rejected)
def follow_rejection(sender: type[Any], instance: Any, user: User | None = None, **kwargs: Any) -> None:
    """Give the project back to its participant, with the curator's comment as the note."""
    subject = instance.workflow_state.content_object
    if project := _project_of(getattr(subject, "specific", subject)):
        _follow(project, returns=True, curator=user, note=instance.comment)


@receiver(page_unpublished)
def follow_unpublishing(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Give the project back that still waited for its record when that was unpublished."""
    if intake.is_record(instance) and instance.is_source and (project := _project_of(instance)):
        _follow(project, returns=True, note=_note_of_unpublishing())


def follow_deletion(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Give the project back when its record was deleted; handing over again makes a new one."""
    if instance.is_source and (project := _project_of(instance)):
        _follow(project, returns=True, note=_note_of_deletion())


post_delete.connect(follow_deletion, sender="catalogue.InnovationPage")


def catch_up() -> int:
    """Move the projects that wait for curators though their record is decided; how many moved.

    For what no signal tells: a record that was private when it was published, one deleted in bulk.
    """
    theirs = State.objects.filter(holder=Holder.CURATOR).values("code")
    going = Project.objects.filter(standing=Project.Standing.ACTIVE, record_key__isnull=False)
    keys = going.filter(state_code__in=theirs).values_list("record_key", flat=True)
    return sum(_catch_up(chunk) for chunk in _batched(key for key in keys if key))


def follow_going_on(project: Project) -> None:
    """Let what curators decided take effect, while the project stood still, now that it goes on."""
    if project.record_key and project.state.holder == Holder.CURATOR:
        _catch_up([project.record_key])


standing.GOES_ON.append(follow_going_on)


def _catch_up(keys: Sequence[uuid.UUID]) -> int:
    """Move the projects whose records, those with ``keys``, are decided; how many moved."""
    projects = {project.record_key: project for project in Project.objects.filter(record_key__in=keys)}
    moved = 0
    for key, state in intake.decided(keys).items():
        if state == intake.RecordState.PUBLIC:
            moved += _follow(projects[key], returns=False)
        else:
            moved += _follow(projects[key], returns=True, note=_note_of_deletion())
    for key, back in intake.sent_back(keys).items():
        note = back.comment or ("" if back.by else _note_of_unpublishing())
        moved += _follow(projects[key], returns=True, curator=back.by, note=note)
    return moved


def _batched(keys: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """``keys`` in lists that fit into a query."""
    every = list(keys)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _note_of_deletion() -> str:
    with translation.override(settings.LANGUAGE_CODE):  # kept as written, whoever deleted it
        return _("The record was deleted from the catalogue. Submitting again makes a new one.")


def _note_of_unpublishing() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("The record is no longer shown in the catalogue. Submitting again asks the curators anew.")


def _project_of(page: Any) -> Project | None:
    if not intake.is_record(page):
        return None
    return Project.objects.filter(record_key=page.translation_key).first()


def _follow(project: Project, *, returns: bool, curator: User | None = None, note: str = "") -> bool:
    """Make the curators' move forward or back from where the project is; whether there was one to make.

    While the project does not go on, what they did is kept in its history, and takes effect when it does.
    """
    found = next((move for move in _moves_of_curators(project) if move.is_return == returns), None)
    if found is None:
        return False
    # The same decision seen twice is the same move.
    key = uuid.uuid5(_NAMESPACE, f"{project.key} {found.code} {project.events.count()}")
    try:
        moves.follow(project=project, code=found.code, curator=curator, submit_key=key, note=note)
    except StandsStill:
        _keep(project, found, curator, note)
        return False
    except TrainingError:  # not public after all, or moved meanwhile: catch_up looks again
        return False
    return True


def _keep(project: Project, move: Move, curator: User | None, note: str) -> None:
    """Say in the history what the curators did; the same once, however often it is seen."""
    said = f"{project.key} {DECIDED} {move.code} {project.entered_at.isoformat()} {note}"
    with transaction.atomic():
        current = held(project)
        key = uuid.uuid5(_NAMESPACE, said)
        if current.state_code != move.source or current.events.filter(submit_key=key).exists():
            return
        with translation.override(settings.LANGUAGE_CODE):
            words = "\n".join(part for part in (str(move.label), note[:LONGEST]) if part)
        record(project=current, code=DECIDED, by=curator, submit_key=key, note=words, role=Holder.CURATOR)


def _moves_of_curators(project: Project) -> list[Move]:
    return [
        move
        for move in project.version.all_moves
        if move.source == project.state_code and move.actor == Holder.CURATOR
    ]
