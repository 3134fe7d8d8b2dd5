"""A finished project becomes a draft in the catalogue: nothing is typed again."""

from __future__ import annotations

import uuid

from accounts.models import User
from training.models import Event, Project
from training.services import moves
from training.services.proposals import to_proposal

__all__ = ["HAND_OVER", "hand_over", "to_proposal"]

HAND_OVER = "propose"
"""The code of the move that hands a project to the curators."""


def hand_over(*, project: Project, actor: User, submit_key: uuid.UUID, note: str = "") -> Event:
    """Move the project to the curators and put its draft into their queue, in one transaction.

    Raises what ``moves.move`` raises; then there is no draft either.
    """
    return moves.move(project=project, code=HAND_OVER, actor=actor, submit_key=submit_key, note=note)
