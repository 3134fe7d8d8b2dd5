"""What must be true before a move. A version names guards by code, some with a value after a colon.

| guard | holds when |
|---|---|
| ``people`` | mentor and coach are named and both accepted |
| ``step:<code>`` | every question of the step is answered within its limits |
| ``answer:<question>=<value>`` | that is the answer |
| ``published`` | the project's record is live in the catalogue |
| ``sessions`` | the learner marked every session of the programme as done |
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from catalogue.services import intake
from training import answers
from training.errors import Reason
from training.models import Assignment, Holder, Project
from training.services import learning

Guard = Callable[[Project, str], list[str]]


def unmet(project: Project, guards: str) -> list[str]:
    """Why ``guards`` don't hold for ``project``, each with the remedy; nothing when they do.

    Raises ``LookupError`` for a guard that is not in the list above.
    """
    reasons = []
    for code in guards.split():
        name, _colon, value = code.partition(":")
        if name not in GUARDS:
            raise LookupError(f"no such guard: {code}")
        reasons += GUARDS[name](project, value)
    return reasons


def _people(project: Project, _value: str) -> list[str]:
    accepted = set(
        Assignment.objects.filter(project=project, until=None, accepted_at__isnull=False).values_list(
            "role", flat=True
        )
    )
    labels = {Holder.MENTOR: _("The mentor"), Holder.COACH: _("The coach")}
    return [
        _("%(who)s has not accepted yet.") % {"who": label}
        for role, label in labels.items()
        if role not in accepted
    ]


def _step(project: Project, value: str) -> list[str]:
    step = next((step for step in project.version.all_steps if step.code == value), None)
    if step is None:
        raise LookupError(f"no such step: {value}")
    return [
        Reason(
            f"{step.label} – {problem.question.label}: {problem.text}",
            step=step.code,
            question=problem.question.code,
        )
        for problem in answers.problems(step, project.answers)
    ]


def _answer(project: Project, value: str) -> list[str]:
    code, _equals, wanted = value.partition("=")
    if project.answers.get(code) == wanted:
        return []
    question = next(
        (found for step in project.version.all_steps for found in step.all_questions if found.code == code),
        None,
    )
    if question is None:
        raise LookupError(f"no such question: {code}")
    options = {
        option["code"]: answers.option_label(option) for option in answers.choices_of(question.options)
    }
    text = _("“%(question)s” must be answered with “%(answer)s”.")
    values = {"question": question.label, "answer": options.get(wanted, wanted)}
    return [Reason(text % values, step=question.step, question=code)]


def _published(project: Project, _value: str) -> list[str]:
    live = project.record_key is not None and intake.is_live(project.record_key)
    return [] if live else [_("The record is not published yet.")]


def _sessions(project: Project, _value: str) -> list[str]:
    return [
        _("“%(session)s” is not done yet.") % {"session": session.label} for session in learning.left(project)
    ]


GUARDS: dict[str, Guard] = {
    "people": _people,
    "step": _step,
    "answer": _answer,
    "published": _published,
    "sessions": _sessions,
}
