"""Putting a project's record before the curators."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.services import intake
from training.errors import GuardsUnmet
from training.models import Project
from training.privacy import personal_data
from training.services.proposals import no_agency, to_proposal


def obstacles(project: Project) -> list[str]:
    """What keeps the record of ``project`` from the curators whatever its steps say; nothing when it may go.

    One query. What the catalogue itself refuses is only known by ``put``.
    """
    return [*([] if project.agency_id else [no_agency()]), *personal_data(project)]


def put(project: Project, *, by: User | None) -> None:
    """Make the record of ``project``, or bring it up to date, and submit it to the curators for ``by``.

    Part of the transaction that moves the project. Raises ``GuardsUnmet`` for what a record can't hold, and
    for personal data in it.
    """
    if reasons := obstacles(project):
        raise GuardsUnmet(reasons)
    proposal = to_proposal(project)
    try:
        if project.record_key and intake.exists(project.record_key):
            intake.revise(key=project.record_key, proposal=proposal, by=project.owner)
        else:
            project.record_key = intake.propose(proposal=proposal, by=project.owner, submitted_by=by)
            project.save(update_fields=["record_key"])
    except ValidationError as error:
        raise GuardsUnmet(error.messages) from error
    except LookupError as error:
        reason = _("The catalogue does not know one of the chosen answers any more (%(what)s). Choose again.")
        raise GuardsUnmet([reason % {"what": error}]) from error


def take_back(project: Project) -> None:
    """Take a record that visitors never saw out of the queue and away: its participant does not consent.

    Part of the transaction that moves the project. One that was published once stays: curators decide.
    """
    if project.record_key and intake.discard(project.record_key):
        project.record_key = None
        project.save(update_fields=["record_key"])
