"""Whoever loses the coordinators' role leads nothing any more, wherever it was taken."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from accounts.roles import GROUP_NAMES, Role
from accounts.services import ensure_roles
from tests.training.people import batch, person
from training.permissions import led_batches
from training.services.coordinators import appoint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["person", "group"])
def test_the_batches_go_with_the_role(way):
    ensure_roles()
    user = person("pic")
    appoint(batch=batch(), addresses=[user.email])
    assert led_batches(user).exists()
    group = Group.objects.get(name=GROUP_NAMES[Role.COORDINATOR])
    user.groups.remove(group) if way == "person" else group.user_set.remove(user)
    assert not led_batches(user).exists()
