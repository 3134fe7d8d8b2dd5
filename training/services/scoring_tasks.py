"""What waits for somebody about scores, beside the projects whose state is theirs to act in."""

from __future__ import annotations

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, StrIndex

from accounts.models import User
from training.models import Appeal, Assignment, Component, Holder, Project, ScoreSheet
from training.permissions import led_batches, running
from training.score_rights import judges


def forms_waiting(user: User) -> QuerySet[Assignment]:
    """The parts of mentors and coaches with a form to submit where their project is now."""
    asked = Component.objects.annotate(
        place=StrIndex(_padded(F("open_in")), _padded(OuterRef("project__state_code")))
    ).filter(version=OuterRef("project__version"), given_by=OuterRef("role"), place__gt=0)
    given = ScoreSheet.objects.filter(
        project=OuterRef("project"), occasion=OuterRef("role"), submitted_at__isnull=False, replaced_at=None
    )
    parts = Assignment.objects.filter(
        running(),
        user=user,
        role__in=(Holder.MENTOR, Holder.COACH),
        project__standing=Project.Standing.ACTIVE,
    )
    return parts.filter(Exists(asked), ~Exists(given)).order_by("pk")


def appeals_waiting(user: User) -> QuerySet[Appeal]:
    """The appeals that ``user``, as a coordinator, has to answer."""
    led = led_batches(user).values("pk")
    waiting = Appeal.objects.filter(
        state=Appeal.State.WAITING,
        result__project__batch__in=led,
        result__project__standing=Project.Standing.ACTIVE,
        result__project__in=Project.objects.filter(judges(user)).values("pk"),
    )
    return waiting.order_by("made_at", "pk")


def _padded(name: object) -> Concat:
    """With a space at both ends, so that no code is found within another one."""
    return Concat(Value(" "), name, Value(" "), output_field=CharField())
