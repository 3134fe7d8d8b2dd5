"""Nobody gets a role by having signed up with somebody else's address first."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, ensure_roles, verify_address
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "kepala@dinas.go.id"


def squat() -> User:
    user = User.objects.create_user(ADDRESS, "sandi-penyerang")
    EmailAddress.objects.create(user=user, email=ADDRESS, verified=False, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def test_an_account_that_nobody_had_proved_loses_every_way_in():
    ensure_roles()
    user = squat()
    client = Client()
    client.force_login(user)
    create_staff_user(email=ADDRESS, role=Role.CURATOR)
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not Authenticator.objects.filter(user=user).exists()
    assert EmailAddress.objects.get(user=user).verified


def test_a_proved_one_keeps_its_password():
    ensure_roles()
    user = factories.user(email=ADDRESS)
    verify_address(user=user)
    create_staff_user(email=ADDRESS, role=Role.CURATOR)
    user.refresh_from_db()
    assert user.check_password(factories.PASSWORD)


def test_a_short_name_erases_no_other_label():
    from wagtail.log_actions import log
    from wagtail.models import ModelLogEntry

    from accounts import privacy

    other = factories.agency("gov-35.10")
    log(instance=other, action="wagtail.edit")
    user = factories.user(email="evil@contoh.example")
    user.first_name = "a"
    user.save()
    privacy.erase(user=user)
    assert ModelLogEntry.objects.get(object_id=str(other.pk), action="wagtail.edit").label == str(other)


def test_a_nip_can_not_be_found_by_trying(client):
    user = factories.user()
    client.force_login(user)
    answers = [client.post("/accounts/data/", {"nip": f"19870512201001200{n}"}).status_code for n in range(7)]
    assert answers[:5] == [302] * 5
    assert answers[5:] == [400, 400]
