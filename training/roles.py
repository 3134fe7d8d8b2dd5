"""What the roles may do with the models of training; which projects, training.permissions says."""

from __future__ import annotations

from accounts.roles import Role, grant

VIEWED_BY_CURATORS = ("programmeversion", "institution", "batch")


def grant_rights() -> None:
    """Tell the roles what they may do here. Called once, when the application is ready."""
    grant(Role.CURATOR, [f"training.view_{model}" for model in VIEWED_BY_CURATORS])
