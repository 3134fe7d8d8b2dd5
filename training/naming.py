"""Who may be called by name: whoever said yes. To all others an address that was typed gives no name away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from training.boards import has_said_yes, joined
from training.models import Assignment, Batch, Project
from training.models.projects import shown_as


def know(projects: Iterable[Project]) -> None:
    """Let each of ``projects`` know whether its participant said yes; one query at most for all of them."""
    found = list(projects)
    yes = joined(found)
    for project in found:
        project.has_joined = project.pk in yes


def said_yes_in(batch: Batch, users: Iterable[int]) -> set[int]:
    """Those of ``users`` who said yes to some part in ``batch``; one query."""
    keys = set(users)
    part = Assignment.objects.filter(project__batch=batch, user=OuterRef("pk"), accepted_at__isnull=False)
    own = Project.objects.filter(has_said_yes(), batch=batch, owner=OuterRef("pk"))
    leads = Q(pk__in=batch.coordinators.values("pk"))
    rows = User.objects.filter(Exists(part) | Exists(own) | leads, pk__in=keys)
    return set(rows.values_list("pk", flat=True))


def names_in(batch: Batch, users: Sequence[User]) -> list[str]:
    """What each of ``users`` is called in ``batch``; one query, two where some have not said yes."""
    yes = said_yes_in(batch, (user.pk for user in users))
    typed = _typed_in(batch, {user.pk for user in users} - yes)
    return [shown_as(user, said_yes=user.pk in yes, asked_as=typed.get(user.pk, "")) for user in users]


def _typed_in(batch: Batch, users: set[int]) -> dict[int, str]:
    """The address by which each of ``users`` was asked into ``batch``."""
    if not users:
        return {}
    parts = Assignment.objects.filter(project__batch=batch, user__in=users).exclude(asked_as="").order_by()
    own = Project.objects.filter(batch=batch, owner__in=users).exclude(asked_as="").order_by()
    return dict(parts.values_list("user", "asked_as").union(own.values_list("owner", "asked_as")))
