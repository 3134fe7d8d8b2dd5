"""Who takes part in a programme, and the documents that its moves may give."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holder(models.TextChoices):
    """Who has a project in a state, and who may make a move. The values are stable codes."""

    PARTICIPANT = "participant", _("participant")
    MENTOR = "mentor", _("mentor")
    COACH = "coach", _("coach")
    EXAMINER = "examiner", _("examiner")
    COORDINATOR = "coordinator", _("coordinator")
    CURATOR = "curator", _("curator")
    NOBODY = "nobody", _("nobody")


class DocumentKind(models.TextChoices):
    """The documents a move may give. The values are stable codes."""

    DESIGN_APPROVAL = "design-approval", _("approval of the design")
    REPORT_APPROVAL = "report-approval", _("approval of the report")
    ENDORSEMENT = "endorsement", _("endorsement of the final report")
    MINUTES = "minutes", _("minutes of the seminar")
    ORIGINALITY = "originality", _("statement of originality")
