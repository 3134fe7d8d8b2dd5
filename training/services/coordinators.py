"""Who coordinates a batch."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, take_role
from training.models import Batch


def appoint(*, batch: Batch, addresses: Sequence[str]) -> list[User]:
    """Let the people with ``addresses`` coordinate ``batch``, and nobody else.

    Each has the coordinators' role then, with an account made for who had none: whoever appoints them
    vouches for the address. Who coordinates no batch any more loses the role.
    """
    with transaction.atomic():
        people = [
            create_staff_user(email=address.strip().lower(), role=Role.COORDINATOR) for address in addresses
        ]
        before = set(batch.coordinators.all())
        batch.coordinators.set(people)
        for person in before - set(people):
            if not person.batches_led.exists():
                take_role(user=person, role=Role.COORDINATOR)
    return people
