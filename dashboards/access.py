"""Whose projects somebody may count. One policy for every figure, list and export."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role, has_role
from training.models import Batch, Project
from training.permissions import led_batches


def counted_batches(user: User | AnonymousUser) -> QuerySet[Batch]:
    """The batches ``user`` coordinates; every one for an administrator."""
    if user.is_active and user.is_authenticated and has_role(user, Role.ADMINISTRATOR):
        return Batch.objects.all()
    return led_batches(user)


def counted_projects(user: User | AnonymousUser) -> QuerySet[Project]:
    """The projects of those batches. Who works alone, without a batch, is in nobody's figures."""
    return Project.objects.filter(batch__in=counted_batches(user).values("pk"))
