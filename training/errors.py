"""Why a change of a project was refused. The texts are for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self


class Reason(str):
    """Why a move has to wait, in the reader's language.

    ``step`` and ``question`` are the codes of the answer to mend, empty where it is none; ``room`` is the
    name of the project's page that says more, such as ``seminars``.
    """

    step: str
    question: str
    room: str

    def __new__(cls, text: str, *, step: str = "", question: str = "", room: str = "") -> Self:
        made = super().__new__(cls, text)
        made.step, made.question, made.room = step, question, room
        return made


class TrainingError(Exception):
    """A change that can't be made; nothing was written."""


class NotAllowed(TrainingError):
    """The person has no part in this that lets them do it; they are told that it does not exist."""


class GuardsUnmet(TrainingError):
    """What must be true before a move is not; ``reasons`` say what and how to mend it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


class StandsStill(GuardsUnmet):
    """The project does not go on now: postponed, locked, withdrawn or stopped; the one reason says which."""


class Moved(TrainingError):
    """Somebody else moved the project first: the move that was asked for does not start where it is now."""


class SavedElsewhere(TrainingError):
    """The answers were saved from another place since this form was opened."""


class TooLong(TrainingError):
    """Answers that are longer than can be kept; ``questions`` are their codes."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(", ".join(questions))
        self.questions = list(questions)


class ScoresClosed(TrainingError):
    """Scores that can't be given or changed now; the text says why."""


class UnknownField(TrainingError):
    """A form carried a field that was never shown."""


class SigningUnavailable(Exception):
    """The key can't be used now; what was to be signed waits."""
