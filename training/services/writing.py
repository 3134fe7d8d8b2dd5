"""Saving what a participant writes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import User
from training import answers
from training.errors import NotAllowed, SavedElsewhere
from training.models import Project, Step
from training.permissions import may_write, roles_in

TITLE = "title"
"""The question whose answer is the project's title."""
TITLE_LENGTH = 255


def save_answers(*, project: Project, step: Step, actor: User, given: answers.Answers, saved: int) -> int:
    """Keep the answers of one step as a draft; the new number of the save.

    ``saved`` is the number the form was opened with. Raises ``SavedElsewhere`` when it is not the last one,
    ``NotAllowed`` when the step is not the actor's to write now. Nothing is written then.
    """
    with transaction.atomic():
        current = Project.objects.select_for_update().get(pk=project.pk)
        if not may_write(current, roles_in(current, actor), step.states):
            raise NotAllowed(step.code)
        if current.saved != saved:
            raise SavedElsewhere(step.code)
        merged = {**current.answers, **given}
        if merged == current.answers:
            return saved
        title = str(merged.get(TITLE, ""))[:TITLE_LENGTH]
        Project.objects.filter(pk=current.pk).update(answers=merged, title=title, saved=F("saved") + 1)
    return saved + 1
