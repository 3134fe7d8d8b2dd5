"""Whether an idea is new: the nearest records of the catalogue, shown to participant and reviewers alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from catalogue.services import citing, similar
from training import cites
from training.models import OriginalityCheck, Project, Question, Step

QUESTION = "originality"
"""The step that asks this question shows the nearest records."""
COMPARED = ("title", "abstract")
"""Questions whose answers are compared with the catalogue."""
KEPT = 20
"""Checks of a project that are kept, the latest ones: whoever rewrites an idea all day fills no table."""


def asked_in(step: Step) -> bool:
    """Whether the step is where originality is looked at."""
    return any(question.code == QUESTION for question in step.all_questions)


def compared(project: Project) -> str:
    """The words of the idea that are compared; empty while there are none."""
    return "\n".join(str(project.answers.get(code) or "") for code in COMPARED).strip()


def is_checked(project: Project) -> bool:
    """Whether the idea, in its present words, was held against the catalogue, or search was asked in vain."""
    text, made = compared(project), last(project)
    return made is not None and made.text == text


def check(*, project: Project, again: bool = False) -> OriginalityCheck | None:
    """Compare the idea with the catalogue, unless these very words were; ``again`` asks in any case.

    Never fails: while search is down the check says so, and nobody has to wait for it.
    """
    text = compared(project)
    before = last(project)
    if not text or (before and before.available and before.text == text and not again):
        return before
    try:
        found, available = similar.nearest(text, language="id"), True
    except similar.Unavailable:
        found, available = [], False
    shown = json.loads(json.dumps([near.as_json() for near in found]))
    if before and (before.text, before.available, before.found) == (text, available, shown):
        before.made_at = timezone.now()
        before.save(update_fields=["made_at"])
        return before
    made = OriginalityCheck.objects.create(project=project, text=text, available=available, found=shown)
    earlier = project.originality_checks.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    project.originality_checks.filter(pk__in=list(earlier)).delete()
    return made


def offered(check: OriginalityCheck | None) -> dict[str, citing.Cited]:
    """The records that ``check`` found, by key, for citing them."""
    return {
        near["key"]: citing.Cited(near["key"], near["title"], near["path"], near["language"])
        for near in (check.found if check else ())
    }


def cited(steps: Iterable[Step], answers: Mapping[str, Any]) -> dict[str, citing.Cited]:
    """The records that ``answers`` to ``steps`` cite and visitors see, by key; three queries or none."""
    texts = [
        str(answers.get(question.code) or "")
        for step in steps
        for question in step.all_questions
        if question.kind == Question.Kind.RECORDS
    ]
    return citing.by_key(key for text in texts for key in cites.marked(text))


def last(project: Project) -> OriginalityCheck | None:
    """What was shown last."""
    return project.originality_checks.last()
