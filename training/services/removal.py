"""Taking somebody out of a batch who was enrolled by mistake."""

from __future__ import annotations

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from accounts.models import User
from training.errors import GuardsUnmet
from training.models import Project
from training.services.audit import locked

REMOVED = "training.remove_participant"
"""The action in the batch's log: the project itself, with its history, is gone then."""


class Why(models.TextChoices):
    """Why somebody is taken out. Words of one's own would keep a name in the log for good."""

    PERSON = "person", gettext_lazy("The wrong person")
    BATCH = "batch", gettext_lazy("The wrong batch")
    TWICE = "twice", gettext_lazy("Enrolled twice")
    NOT_SENT = "not-sent", gettext_lazy("The agency sent somebody else")


def obstacle(project: Project) -> str:
    """Why ``project`` can't be taken away any more, in the reader's language; empty when it can."""
    if project.revisions.exists() or project.record_key is not None:
        return _("Something was handed in already: let the participant withdraw instead.")
    return ""


def remove(*, project: Project, why: Why, by: User) -> None:
    """Take the project away with its invitations and the mails that have not left; keep that it happened.

    The batch's log says who did it and why, and whose project it was by key only. Raises ``NotAllowed``,
    ``GuardsUnmet`` once something was handed in.
    """
    with transaction.atomic():
        current = locked(project, by)
        if reason := obstacle(current):
            raise GuardsUnmet([reason])
        log(
            instance=current.batch,
            action=REMOVED,
            user=by,
            data={"project": str(current.key), "person": current.owner_id, "why": why.value},
        )
        current.delete()
