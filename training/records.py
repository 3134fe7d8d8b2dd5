"""Projects follow their records: published by a curator, a project moves on."""

from __future__ import annotations

import uuid
from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from training.errors import TrainingError
from training.models import Holder, Project
from training.services import moves

_NAMESPACE = uuid.UUID("5e0ad1c5-2f0e-4d55-9b0b-6f1b43c0a0c3")


@receiver(page_published)
def follow_publishing(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Move the project whose record went live. One query for every page that is published."""
    project = Project.objects.filter(record_key=instance.translation_key).first()
    if project is None:
        return
    onward = [
        move
        for move in project.version.all_moves
        if move.source == project.state_code and move.actor == Holder.CURATOR and not move.is_return
    ]
    if onward:
        # The same publishing seen twice is the same move.
        key = uuid.uuid5(_NAMESPACE, f"{project.key} {onward[0].code} {project.events.count()}")
        try:
            moves.move(project=project, code=onward[0].code, actor=None, submit_key=key)
        except TrainingError:
            # A translation that goes live before its source: the source's own publishing moves the project.
            return
