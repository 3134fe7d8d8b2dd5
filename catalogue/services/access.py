"""Who may do what in the catalogue, put into the database."""

from __future__ import annotations

from accounts.services import ensure_roles
from catalogue.workflow import ensure_workflow


def ensure_access() -> None:
    """Roles with their rights and the workflow that belongs to them. Can be repeated; run it again when
    the pages for innovations of a language are made."""
    ensure_roles()
    ensure_workflow()
