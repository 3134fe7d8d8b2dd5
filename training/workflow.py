"""Whether a version's rules hold together: its states and moves are a graph that people can walk."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from training import instruments, options
from training.graph import reachable
from training.guards import AGREED, GUARDS
from training.models import DocumentKind, Holder, Move, ProgrammeVersion, Seminar, State
from training.score_rights import asked_by
from training.services import originality
from training.services.coordination import LABELS
from training.services.documents import DRAWERS


def problems(version: ProgrammeVersion) -> list[str]:
    """What is wrong with the parts of ``version``; nothing when it is sound."""
    states, moves = version.all_states, version.all_moves
    found = [*_ends(states), *_names(version), *_certificates(version), *_meanings(moves), *_open(version)]
    found += [*_documents(moves), *_minutes(version)]
    found += options.problems(version.questions.all())
    found += instruments.problems(version)
    if found:  # the walk below needs every name to lead somewhere
        return found
    return [*_walk(states, moves), *_holders(states, moves), *_seminars(version)]


def _ends(states: Iterable[State]) -> list[str]:
    starts = [state for state in states if state.is_start]
    found = []
    if len(starts) != 1:
        found.append(_("Exactly one state must be where projects begin; there are %d.") % len(starts))
    if not any(state.is_end for state in states):
        found.append(_("There is no state where a project may end."))
    return found


def _names(version: ProgrammeVersion) -> list[str]:
    states = {state.code for state in version.all_states}
    steps = {step.code for step in version.all_steps}
    questions = {question.code for step in version.all_steps for question in step.all_questions}
    scored = {name for one in version.all_components for name in (one.code, one.given_by)}
    found = []
    for move in version.all_moves:
        found += [
            _("The move “%(move)s” names the unknown state “%(state)s”.")
            % {"move": move.label, "state": code}
            for code in (move.source, move.target)
            if code not in states
        ]
        found += [
            _("The move “%(move)s” has the unknown guard “%(guard)s”.") % {"move": move.label, "guard": guard}
            for guard in move.guards.split()
            if not _guard_known(guard, steps, questions, scored)
        ]
    for step in version.all_steps:
        found += [
            _("The step “%(step)s” names the unknown state “%(state)s”.")
            % {"step": step.label, "state": code}
            for code in sorted(step.states - states)
        ]
    found += [
        _("The question “%(question)s” names the unknown step “%(step)s”.")
        % {"question": question.label, "step": question.step}
        for question in version.questions.all()
        if question.step not in steps
    ]
    return found


def _guard_known(guard: str, steps: set[str], questions: set[str], scored: set[str]) -> bool:
    name, _colon, value = guard.partition(":")
    if name == "answer":
        question, _equals, wanted = value.partition("=")
        return question in questions and bool(wanted)
    if name == "originality":
        return not value and originality.QUESTION in questions
    if name == "consultations":
        return value.isdecimal() and int(value) > 0
    if name == "seminar":
        return value in Seminar.Kind.values
    if name == "evidence":
        return value in ("", AGREED)
    if name == "scores":
        return value in scored
    if name in ("forms", "locked", "passing"):
        return not value and bool(scored)
    return name in GUARDS and (name != "step" or value in steps)


def _certificates(version: ProgrammeVersion) -> list[str]:
    """A certificate is signed for a batch's coordinators: who starts alone can't earn one."""
    if version.needs_batch:
        return []
    return [
        _("“%s” gives a certificate, which only a programme that runs in batches can.") % state.label
        for state in version.all_states
        if state.gives_certificate
    ] + [
        _("“%s” gives a document, which only a programme that runs in batches can.") % move.label
        for move in version.all_moves
        if move.document
    ]


def _minutes(version: ProgrammeVersion) -> list[str]:
    """Minutes are of a seminar: of the one whose scores the move asks for."""
    return [
        _("“%s” gives minutes, but asks for no scores of a seminar.") % move.label
        for move in version.all_moves
        if move.document == DocumentKind.MINUTES and not asked_by(version, move)
    ]


def _documents(moves: Iterable[Move]) -> list[str]:
    """What a move gives must be drawn by something, or it would wait for ever."""
    return [
        _("“%(move)s” gives “%(document)s”, which this site can't make yet.")
        % {"move": move.label, "document": move.get_document_display()}
        for move in moves
        if move.document and move.document not in DRAWERS
    ]


def _open(version: ProgrammeVersion) -> list[str]:
    """Who joins open learning is in no batch."""
    if version.is_open_learning and version.needs_batch:
        return [_("Open learning runs without batches: switch one of the two off.")]
    return []


def _meanings(moves: Iterable[Move]) -> list[str]:
    """The history tells moves from what coordinators do besides by their codes."""
    return [
        _("The code “%(code)s” of the move “%(move)s” means something else already.")
        % {"code": move.code, "move": move.label}
        for move in moves
        if move.code in LABELS
    ]


def _walk(states: list[State], moves: list[Move]) -> list[str]:
    """Every state is reached from the start, and from every state an end is reached."""
    start = next(state.code for state in states if state.is_start)
    reached = reachable({start}, moves)
    ends = {state.code for state in states if state.is_end}
    found = [_("Nothing leads to “%s”.") % state.label for state in states if state.code not in reached]
    found += [
        _("From “%s” there is no way to an end.") % state.label
        for state in states
        if not reachable({state.code}, moves) & ends
    ]
    return found


def _holders(states: list[State], moves: list[Move]) -> list[str]:
    """Whoever holds a state can move it, or it ends there."""
    return [
        _("“%(state)s” is held by the %(holder)s, who has no move there.")
        % {"state": state.label, "holder": state.get_holder_display()}
        for state in states
        if state.holder != Holder.NOBODY
        and not state.is_end
        and not any(move.source == state.code and move.actor == state.holder for move in moves)
    ]


def _seminars(version: ProgrammeVersion) -> list[str]:
    """No way leads to an examiner around the mentor: an older rule voids a seminar without their approval.

    What they approved before the participant wrote again does not count.
    """
    without_mentor = [
        move for move in version.all_moves if not (move.actor == Holder.MENTOR and not move.is_return)
    ]
    writing = {state.code for state in version.all_states if state.holder == Holder.PARTICIPANT}
    around = reachable({version.start.code, *writing}, without_mentor)
    return [
        _("“%s” can be reached without the mentor's approval.") % state.label
        for state in version.all_states
        if state.holder == Holder.EXAMINER and state.code in around
    ]
