"""Saving what a participant writes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from accounts.models import User
from training import answers, cites
from training.errors import NotAllowed, SavedElsewhere, TooLong
from training.models import Project, Question, Step
from training.permissions import is_writer, may_write, roles_in, team_right
from training.services.audit import held
from training.services.standing import must_go_on

TITLE = "title"
"""The question whose answer is the project's title."""
TITLE_LENGTH = 255
_NEVER = -1
"""The number of no save: then only the fingerprint says whether others were saved meanwhile."""


def save_answers(
    *, project: Project, step: Step, actor: User, given: answers.Answers, saved: int, seen: str = ""
) -> int:
    """Keep the answers of one step as a draft; the number of the last save.

    ``saved`` is the number the form was opened with, ``seen`` the fingerprint of the step's answers then:
    with it, what was saved in another step meanwhile is no conflict. The same answers again change nothing.
    Raises ``SavedElsewhere`` when others were saved since, ``NotAllowed`` when the step is not the actor's
    to write now, ``TooLong`` for answers that can't be kept. Nothing is written then.
    """
    if long := answers.too_long(given):
        raise TooLong(long)
    with transaction.atomic():
        current = held(project)
        roles, right = roles_in(current, actor), team_right(current, actor)
        if is_writer(roles, right):
            must_go_on(current)
        if not may_write(current, roles, step.states, right):
            raise NotAllowed(step.code)
        merged = {**current.answers, **given, **looked_up(step, current, given)}
        if merged == current.answers:
            return current.saved
        unchanged = bool(seen) and seen == answers.fingerprint(step, current.answers)
        if current.saved != saved and not unchanged:
            raise SavedElsewhere(step.code)
        title = str(merged.get(TITLE, ""))[:TITLE_LENGTH]
        Project.objects.filter(pk=current.pk).update(
            answers=merged, title=title, saved=F("saved") + 1, last_step=step.code
        )
    return current.saved + 1


def looked_up(step: Step, project: Project, given: answers.Answers) -> dict[str, str]:
    """The answers of ``given`` that cite records, with what was typed or ticked found in the catalogue.

    One that is too long to be kept is not looked at.
    """
    long = answers.too_long(given)
    return {
        question.code: cites.settled(
            str(given[question.code] or ""), str(project.answers.get(question.code) or "")
        )
        for question in step.all_questions
        if question.kind == Question.Kind.RECORDS and question.code in given and question.code not in long
    }


def save_steps(*, project: Project, actor: User, given: Sequence[tuple[Step, answers.Answers, str]]) -> int:
    """Keep answers of several steps together, or none of them; the number of the last save.

    Each step comes with its answers and the fingerprint it had when the person saw it. Raises as
    ``save_answers`` does.
    """
    saved = project.saved
    with transaction.atomic():
        for step, found, seen in given:
            saved = save_answers(
                project=project, step=step, actor=actor, given=found, saved=_NEVER, seen=seen
            )
    return saved
