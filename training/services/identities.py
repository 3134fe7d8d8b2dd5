"""The number of a participant, for whoever coordinates their batch; see ``accounts.nip``."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts import nip
from accounts.models import User
from training.errors import NotAllowed
from training.models import Holder, Invitation, Project
from training.services.audit import locked, record

SHOWN = "show-nip"
"""Code of the event that keeps who was shown it; the number itself is in no event."""


def may_show(project: Project, by: User) -> bool:
    """Whether ``by``, who coordinates the batch, may ask: of somebody else who has accepted to be in it."""
    accepted = Invitation.objects.filter(
        project=project, user=project.owner_id, role=Holder.PARTICIPANT, accepted_at__isnull=False
    )
    return project.owner_id != by.pk and accepted.exists()


def show_nip(*, project: Project, by: User) -> str:
    """The NIP of the project's participant, empty where they gave none. Every call is kept as an event.

    Raises ``NotAllowed`` unless ``by`` coordinates the batch and the participant has accepted to be in it;
    their own is not shown here either.
    """
    with transaction.atomic():
        current = locked(project, by)
        if not may_show(current, by):
            raise NotAllowed(SHOWN)
        record(project=current, code=SHOWN, by=by, submit_key=uuid.uuid4(), note="")
        return nip.of(current.owner)
