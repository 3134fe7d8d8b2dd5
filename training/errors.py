"""Why a change of a project was refused. The texts are for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence


class TrainingError(Exception):
    """A change that can't be made; nothing was written."""


class NotAllowed(TrainingError):
    """The person has no part in this that lets them do it; they are told that it does not exist."""


class GuardsUnmet(TrainingError):
    """What must be true before a move is not; ``reasons`` say what and how to mend it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


class Moved(TrainingError):
    """Somebody else moved the project first: the move that was asked for does not start where it is now."""


class SavedElsewhere(TrainingError):
    """The answers were saved from another place since this form was opened."""


class UnknownField(TrainingError):
    """A form carried a field that was never shown."""
