"""What the roles may do with the models of training; which projects, training.permissions says."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from accounts.models import User
from accounts.roles import GROUP_NAMES, Role, grant
from training.models import Batch

VIEWED_BY_CURATORS = ("programmeversion", "institution", "batch", "session")
_TAKEN = {"post_remove", "post_clear"}


def grant_rights() -> None:
    """Tell the roles what they may do here. Called once, when the application is ready."""
    grant(Role.CURATOR, [f"training.view_{model}" for model in VIEWED_BY_CURATORS])


@receiver(m2m_changed, sender=User.groups.through)
def leave_batches(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Whoever loses the coordinators' role, wherever it is taken, leads no batch any more."""
    if action not in _TAKEN:
        return
    people = {instance.pk} if isinstance(instance, User) else set(pk_set or ())
    still = User.objects.filter(pk__in=people, groups__name=GROUP_NAMES[Role.COORDINATOR])
    lost = people - set(still.values_list("pk", flat=True))
    Batch.coordinators.through.objects.filter(user_id__in=lost).delete()
