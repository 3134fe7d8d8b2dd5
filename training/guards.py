"""What must be true before a move. A version names guards by code, some with a value after a colon.

| guard | holds when |
|---|---|
| ``people`` | mentor and coach are named and both accepted |
| ``step:<code>`` | every question of the step is answered within its limits |
| ``answer:<question>=<value>`` | that is the answer |
| ``originality`` | the catalogue was searched for what is like the present title and summary |
| ``published`` | the project's record is live in the catalogue |
| ``consultations:<n>`` | at least n consultations with the coach are confirmed by both sides |
| ``seminar:<kind>`` | its seminar of that kind, ``design`` or ``result``, began after the mentor's approval |
| ``scores:<occasion or component>`` | all scores of it are submitted, and settled where they lay far apart |
| ``forms`` | mentor and coach have submitted the forms that the version asks them for |
| ``locked`` | the result is locked, and no appeal waits for an answer |
| ``passing`` | the locked total reaches the lowest mark that passes |
| ``logbook`` | the logbook has an entry in every full week that it is kept |
| ``evidence`` | every row of the plan has evidence, or a reason why not |
| ``evidence:agreed`` | the same, and the mentor agreed to each of these reasons |
| ``sessions`` | the learner marked every session of the programme as done |
| ``notes`` | every note the project came back with has a reply |

Consultations count that were held since the project first came to a state that a move with this guard leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.services import intake
from training import answers, logbooks, presented, results
from training.errors import Reason
from training.models import (
    Appeal,
    Assignment,
    Consultation,
    Holder,
    Occasion,
    Project,
    Result,
    Seminar,
)
from training.services import bookings, learning, note_replies, originality

AGREED = "agreed"
"""The value of ``evidence`` that asks for the mentor."""
Guard = Callable[[Project, str], list[str]]


def unmet(project: Project, guards: str, known: dict[str, list[str]] | None = None) -> list[str]:
    """Why ``guards`` don't hold for ``project``, each with the remedy; nothing when they do.

    ``known`` keeps what each guard said, for moves that share some. Raises ``LookupError`` for a guard that
    is not in the list above.
    """
    known = {} if known is None else known
    for code in guards.split():
        if code not in known:
            known[code] = _reasons(project, code)
    return [reason for code in guards.split() for reason in known[code]]


def _reasons(project: Project, code: str) -> list[str]:
    name, _colon, value = code.partition(":")
    if name not in GUARDS:
        raise LookupError(f"no such guard: {code}")
    page = PAGES.get(name, "")
    return [
        reason if isinstance(reason, Reason) or not page else Reason(reason, room=page)
        for reason in GUARDS[name](project, value)
    ]


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


def _originality(project: Project, _value: str) -> list[str]:
    """A search that could not answer counts: nobody waits for it, and the check says so to the reviewers."""
    if originality.is_checked(project):
        return []
    step = next((step for step in project.version.all_steps if originality.asked_in(step)), None)
    if step is None:
        raise LookupError("no step asks how new the idea is")
    text = _(
        "The catalogue was not searched for this title and summary yet: press “Save and look for similar"
        " ones”."
    )
    return [Reason(f"{step.label} – {text}", step=step.code, question=originality.QUESTION)]


def _published(project: Project, _value: str) -> list[str]:
    live = project.record_key is not None and intake.is_live(project.record_key)
    return [] if live else [_("The record is not published yet.")]


def _consultations(project: Project, value: str) -> list[str]:
    wanted = int(value)
    held = Consultation.objects.filter(
        project=project,
        role=Holder.COACH,
        state=Consultation.State.CONFIRMED,
        held_on__gte=_counted_from(project, f"consultations:{value}"),
    ).count()
    if held >= wanted:
        return []
    text = ngettext(
        "%(wanted)d consultation with the coach must be confirmed by both sides; there are %(held)d so far.",
        "%(wanted)d consultations with the coach must be confirmed by both sides; there are %(held)d so far.",
        wanted,
    )
    return [Reason(text % {"wanted": wanted, "held": held}, room="consultations")]


def _counted_from(project: Project, guard: str) -> date:
    """When the project first came to where ``guard`` is asked; when it was made, if it never did."""
    sources = {move.source for move in project.version.all_moves if guard in move.guards.split()}
    first = project.events.filter(target__in=sources).order_by("number").first()
    return timezone.localdate(first.at if first else project.created_at)


def _seminar(project: Project, value: str) -> list[str]:
    kind = Seminar.Kind(value)
    place = presented.place_of(project, kind)
    if place is None:
        text = _("There is no date yet for this seminar: %(kind)s. The coordinator sets it.")
        return [Reason(text % {"kind": kind.label}, room="seminars")]
    if presented.was_in_vain(place, project):
        text = _(
            "The seminar of %(when)s does not count: it began before the mentor's approval. The coordinator"
            " sets another date."
        )
        return [Reason(text % {"when": bookings.when(place.seminar)}, room="seminars")]
    if place.seminar.has_begun:
        return []
    begins = date_format(timezone.localtime(place.seminar.starts_at), "j F Y, H:i")
    text = _("The seminar has not been held yet: it begins on %(begins)s.")
    return [Reason(text % {"begins": begins}, room="seminars")]


def _scores(project: Project, value: str) -> list[str]:
    """Of an occasion such as ``seminar-1``, or of the one in which the component ``value`` is scored."""
    component = next((one for one in project.version.all_components if one.code == value), None)
    seat = results.standing(project).seats.get(component.occasion if component else _occasion(value))
    if seat is None:
        raise LookupError(f"nothing is scored at {value}")
    return seat.missing


def _occasion(value: str) -> Occasion:
    if value not in Occasion:
        raise LookupError(f"no such occasion: {value}")
    return Occasion(value)


def _forms(project: Project, _value: str) -> list[str]:
    texts = {
        Occasion.MENTOR: _("The mentor has not submitted the form yet."),
        Occasion.COACH: _("The coach has not submitted the form yet."),
    }
    seats = results.standing(project).seats
    return [text for occasion, text in texts.items() if occasion in seats and not seats[occasion].sheets]


def _locked(project: Project, _value: str) -> list[str]:
    if not results.is_in_force(project):
        return [_("The result is not locked yet.")]
    waiting = Appeal.objects.filter(result__project=project, state=Appeal.State.WAITING)
    return [_("An appeal is waiting for an answer.")] if waiting.exists() else []


def _passing(project: Project, _value: str) -> list[str]:
    lowest = project.version.passing_mark
    result = Result.objects.filter(project=project, unlocked_at=None).first()
    if lowest is None or result is None or result.total >= lowest:
        return []
    text = _("The total of %(total)s is below %(lowest)s, the lowest mark that passes.")
    return [text % {"total": number_format(result.total, 2), "lowest": number_format(lowest, 2)}]


def _logbook(project: Project, _value: str) -> list[str]:
    text = _("The logbook has no entry from %(first)s to %(last)s. Add one for a day of that week.")
    return [
        text % {"first": date_format(week.first, "j F Y"), "last": date_format(week.last, "j F Y")}
        for week in logbooks.weeks(project, today=timezone.localdate())
        if not week.entries
    ]


def _evidence(project: Project, value: str) -> list[str]:
    plan = logbooks.plan(project)
    text = _("“%(row)s” has neither evidence nor a reason: add one of them in the logbook.")
    found = [text % {"row": shown.row.label} for shown in plan if shown.is_missing]
    if value == AGREED:
        text = _("The mentor has not agreed yet that “%(row)s” has a reason instead of evidence.")
        found += [text % {"row": shown.row.label} for shown in plan if shown.is_open]
    return found


def _sessions(project: Project, _value: str) -> list[str]:
    return [
        _("“%(session)s” is not done yet.") % {"session": session.label} for session in learning.left(project)
    ]


def _notes(project: Project, _value: str) -> list[str]:
    text = _("The note on “%(what)s” has no reply yet: say in a few words what you did about it.")
    return [text % {"what": one.label} for one in note_replies.left(project)]


GUARDS: dict[str, Guard] = {
    "people": _people,
    "step": _step,
    "answer": _answer,
    "originality": _originality,
    "published": _published,
    "consultations": _consultations,
    "seminar": _seminar,
    "scores": _scores,
    "forms": _forms,
    "locked": _locked,
    "passing": _passing,
    "logbook": _logbook,
    "evidence": _evidence,
    "sessions": _sessions,
    "notes": _notes,
}

PAGES = {
    "scores": "scores",
    "forms": "scores",
    "locked": "scores",
    "passing": "scores",
    "logbook": "logbook",
    "evidence": "logbook",
    "sessions": "open-programme",
    "notes": "notes",
}
"""The page of the project where what a guard asks for is done or read."""
